import type { StageView } from '@terroir/labs/contract/training.ts';
import { fill, useWords } from '../words.ts';

/** The seven stages in a row, each with how far it is. */
export function Stages({ stages }: { stages: readonly StageView[] }) {
  const { say, locale } = useWords();
  const words = say.training;
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  return (
    <ol class="stages" aria-label={words.stages}>
      {stages.map(({ stage, state, done, seconds }) => (
        <li key={stage} class={`stages__stage stages__stage--${state}`}>
          <span class="stages__name">{words.stage[stage]}</span>
          <span class="soft">
            {state === 'running'
              ? fill(words.percent, { percent: Math.floor(done * 100) })
              : state === 'done' && seconds !== undefined
                ? fill(words.seconds, { seconds: number.format(seconds) })
                : words.stageState[state]}
          </span>
          <progress max={1} value={state === 'done' ? 1 : done} aria-label={words.stage[stage]} />
        </li>
      ))}
    </ol>
  );
}
