import type { LabProgress } from '@terroir/labs/contract/lab.ts';
import { resetLab } from './api.ts';
import type { Store } from './store.ts';
import { isPane, type Pane } from './Tabs.tsx';
import { fill, type Words } from './words.ts';

/**
 * Brings the steps to life. Their text is in the page already, so they can be read without a runner and without scripts; here they
 * get their state, open at the first one that is not done, and bring forward the pane they are about.
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
  let current: string | undefined;

  for (const step of steps) {
    step.querySelector(':scope > summary')?.addEventListener('click', () => {
      if (!step.open && isPane(step.dataset.pane)) onPane(step.dataset.pane);
    });
  }
  reset?.addEventListener('click', async () => {
    const { microcloud } = store.get();
    if (!microcloud || !confirm(words.say.steps.resetConfirm)) return;
    current = undefined;
    store.set({ progress: await resetLab(microcloud.id, lab) });
  });

  const show = (progress: LabProgress) => {
    const verdicts = new Map(progress.steps.map((verdict) => [verdict.step, verdict]));
    for (const step of steps) {
      const verdict = verdicts.get(step.dataset.step ?? '');
      const mark = step.querySelector<HTMLElement>('[data-mark]');
      step.classList.toggle('step--done', verdict?.passed ?? false);
      if (mark) mark.textContent = verdict?.passed ? words.say.steps.done : words.say.steps.open;
      const found = step.querySelector<HTMLElement>('[data-found]');
      if (found && verdict) found.textContent = describe(verdict.found);
    }
    const done = progress.steps.filter((verdict) => verdict.passed).length;
    if (summary) {
      summary.textContent =
        done === steps.length ? words.say.steps.finished : fill(words.say.steps.progress, { done, all: steps.length });
    }
    const next = steps.find((step) => !verdicts.get(step.dataset.step ?? '')?.passed);
    if (next && next.dataset.step !== current) {
      current = next.dataset.step;
      for (const step of steps) step.open = step === next;
      if (isPane(next.dataset.pane)) onPane(next.dataset.pane);
    }
  };
  let shown: LabProgress | undefined;
  store.subscribe(({ progress }) => {
    if (progress && progress !== shown) {
      shown = progress;
      show(progress);
    }
  });
}

const describe = (found: LabProgress['steps'][number]['found']): string =>
  Object.entries(found)
    .map(([name, value]) => `${name}: ${value}`)
    .join(' · ');
