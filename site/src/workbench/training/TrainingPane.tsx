import type { MicrocloudView } from '@terroir/labs/contract/microcloud.ts';
import type { FoundryReport, TrainingView } from '@terroir/labs/contract/training.ts';
import { useEffect, useState } from 'preact/hooks';
import { foundryReport } from '../api.ts';
import { ProblemNote } from '../ProblemNote.tsx';
import { useAction } from '../use-action.ts';
import { fill, useWords } from '../words.ts';
import { NewTraining } from './NewTraining.tsx';
import { TrainingRun } from './TrainingRun.tsx';

const NEW = 'new';

/** Train on a local text, watch it, and hand the model on. Shows one training at a time, the newest first of all. */
export function TrainingPane({
  microcloud,
  trainings,
}: {
  microcloud: MicrocloudView;
  trainings: readonly TrainingView[] | undefined;
}) {
  const { say } = useWords();
  const [report, setReport] = useState<FoundryReport>();
  const [chosen, setChosen] = useState<string>();
  const look = useAction(async () => setReport(await foundryReport()));
  // Once; a learner who has installed something looks again
  useEffect(() => void look.run(), []);
  const shown = trainings?.find(({ id }) => id === chosen) ?? (chosen === NEW ? undefined : trainings?.at(-1));
  return (
    <>
      <h2>{say.training.title}</h2>
      <p class="soft">{say.training.explain}</p>
      <ProblemNote error={look.error} onRetry={look.run} />
      {!report && look.busy && (
        <p class="empty" role="status">
          {say.training.loading}
        </p>
      )}
      {report && !report.ready && <Missing report={report} onLook={look.run} busy={look.busy} />}
      {trainings && trainings.length > 0 && (
        <nav class="row" aria-label={say.training.all}>
          {trainings.map(({ id, name, state }) => (
            <button
              key={id}
              type="button"
              class="button quiet small"
              aria-pressed={shown?.id === id}
              onClick={() => setChosen(id)}
            >
              {name} <span class={`state state--training-${state}`}>{say.training.state[state]}</span>
            </button>
          ))}
          {report?.ready && shown && (
            <button type="button" class="button small" onClick={() => setChosen(NEW)}>
              {say.training.new}
            </button>
          )}
        </nav>
      )}
      {shown ? (
        <TrainingRun key={shown.id} microcloud={microcloud.id} training={shown} />
      ) : (
        report?.ready && <NewTraining microcloud={microcloud.id} report={report} onMade={setChosen} />
      )}
    </>
  );
}

function Missing({ report, onLook, busy }: { report: FoundryReport; onLook: () => void; busy: boolean }) {
  const { say } = useWords();
  return (
    <div class="note" role="status">
      <p class="note__title">{say.training.missing}</p>
      <ul>
        {report.missing.map(({ name, detail, todo }) => (
          <li key={name}>
            <strong>{name}</strong>: {fill('{detail} {todo}', { detail, todo })}
          </li>
        ))}
      </ul>
      <button type="button" class="button quiet small" disabled={busy} onClick={onLook}>
        {say.training.lookAgain}
      </button>
    </div>
  );
}
