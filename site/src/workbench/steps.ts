import type { LabProgress } from '@terroir/labs/contract/lab.ts';
import { ProblemError, predict, resetLab } from './api.ts';
import type { Store } from './store.ts';
import { isPane, type Pane } from './Tabs.tsx';
import { fill, type Words } from './words.ts';

/**
 * Brings the steps to life. Their text is in the page already, so they can be read without a runner and without scripts; here they
 * get their state, and bring forward the pane they are about. A step that passes stays open, for its text says what to look at: the
 * learner goes on when ready.
 */
export function enliven(
  root: HTMLElement,
  lab: string,
  store: Store,
  words: Words,
  onPane: (pane: Pane) => void,
): void {
  const steps = [...root.querySelectorAll<HTMLDetailsElement>('[data-step]')];
  const summary = root.querySelector<HTMLElement>('[data-progress]');
  const reset = root.querySelector<HTMLButtonElement>('[data-reset]');
  let opened = false;

  const bringForward = (step: HTMLDetailsElement) => {
    if (isPane(step.dataset.pane)) onPane(step.dataset.pane);
  };
  const openOnly = (chosen: HTMLDetailsElement) => {
    for (const step of steps) step.open = step === chosen;
    bringForward(chosen);
  };
  for (const [index, step] of steps.entries()) {
    step.querySelector(':scope > summary')?.addEventListener('click', () => {
      if (!step.open) bringForward(step);
    });
    step.querySelector('[data-next]')?.addEventListener('click', () => {
      const next = steps[index + 1];
      if (!next) return;
      openOnly(next);
      next.querySelector<HTMLElement>(':scope > summary')?.focus();
    });
  }
  reset?.addEventListener('click', async () => {
    const { microcloud } = store.get();
    if (!microcloud || !confirm(words.say.steps.resetConfirm)) return;
    opened = false;
    store.set({ progress: await resetLab(microcloud.id, lab) });
  });

  for (const step of steps) {
    const form = step.querySelector<HTMLFormElement>('[data-prediction]');
    form?.addEventListener('submit', async (event) => {
      event.preventDefault();
      const { microcloud } = store.get();
      const choice = new FormData(form).get(`prediction-${step.dataset.step}`);
      const told = form.querySelector<HTMLElement>('[data-predicted]');
      if (typeof choice !== 'string' || !told) return;
      if (!microcloud) {
        told.textContent = words.say.microcloud.none;
        return;
      }
      try {
        store.set({ progress: await predict(microcloud.id, lab, step.dataset.step ?? '', choice) });
      } catch (error) {
        told.textContent = error instanceof ProblemError ? error.problem.detail : String(error);
      }
    });
  }

  const showPrediction = (step: HTMLElement, choice: unknown) => {
    const option = [...step.querySelectorAll<HTMLInputElement>('[data-prediction] input')].find(
      ({ value }) => value === choice,
    );
    const told = step.querySelector<HTMLElement>('[data-predicted]');
    if (!option || !told) return;
    option.checked = true;
    told.textContent = fill(words.say.steps.predicted, { choice: option.labels?.[0]?.textContent?.trim() ?? '' });
  };

  const show = (progress: LabProgress) => {
    const verdicts = new Map(progress.steps.map((verdict) => [verdict.step, verdict]));
    for (const step of steps) {
      const verdict = verdicts.get(step.dataset.step ?? '');
      const mark = step.querySelector<HTMLElement>('[data-mark]');
      step.classList.toggle('step--done', verdict?.passed ?? false);
      const next = step.querySelector<HTMLElement>('[data-next]');
      if (next) next.hidden = !verdict?.passed || step === steps.at(-1);
      if (mark) mark.textContent = verdict?.passed ? words.say.steps.done : words.say.steps.open;
      const found = step.querySelector<HTMLElement>('[data-found]');
      if (found && verdict) found.textContent = describe(verdict.found, words);
      if (verdict?.passed) showPrediction(step, verdict.found.choice);
    }
    const done = progress.steps.filter((verdict) => verdict.passed).length;
    if (summary) {
      summary.textContent =
        done === steps.length ? words.say.steps.finished : fill(words.say.steps.progress, { done, all: steps.length });
    }
    const todo = steps.find((step) => !verdicts.get(step.dataset.step ?? '')?.passed);
    if (todo && !opened) openOnly(todo);
    opened = true;
  };
  let shown: LabProgress | undefined;
  store.subscribe(({ progress }) => {
    if (progress && progress !== shown) {
      shown = progress;
      show(progress);
    }
  });
}

/** What a check found, in the reader's words: "refusals: 1". A word that is not known yet is shown as it came. */
function describe(found: LabProgress['steps'][number]['found'], { say }: Words): string {
  const inWords = (table: Readonly<Record<string, string>>, word: string) => table[word] ?? word;
  return Object.entries(found)
    .map(
      ([name, value]) =>
        `${inWords(say.found.names, name)}${say.found.colon}${inWords(say.found.values, String(value))}`,
    )
    .join(' · ');
}
