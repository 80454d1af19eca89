import type { TrainingView } from '@terroir/labs/contract/training.ts';
import { useState } from 'preact/hooks';
import { putSource, removeSource, removeTraining, startTraining, stopTraining } from '../api.ts';
import { ProblemNote } from '../ProblemNote.tsx';
import { useAction } from '../use-action.ts';
import { fill, formatBytes, useWords } from '../words.ts';
import { Collected } from './Collected.tsx';
import { Handover } from './Handover.tsx';
import { LossCurve } from './LossCurve.tsx';
import { Samples } from './Samples.tsx';
import { Scores } from './Scores.tsx';
import { Stages } from './Stages.tsx';

const MAY_START: readonly TrainingView['state'][] = ['draft', 'stopped', 'failed'];

/** One training: what can be done with it, and all that it has shown so far. */
export function TrainingRun({ microcloud, training }: { microcloud: string; training: TrainingView }) {
  const { say } = useWords();
  const words = say.training;
  const { id, state } = training;
  const [asking, setAsking] = useState(false);
  const act = useAction(async (work: () => Promise<unknown>) => void (await work()));
  const startWord = { draft: words.start, stopped: words.resume, failed: words.again }[state as 'draft'];
  return (
    <section class="training" aria-label={training.name}>
      <h3>
        {training.name} <span class={`state state--training-${state}`}>{words.state[state]}</span>
      </h3>
      {training.position !== undefined && <p role="status">{fill(words.position, { position: training.position })}</p>}
      {training.problem && (
        <p class="note note--problem" role="alert">
          {training.problem.detail} {training.problem.todo}
        </p>
      )}
      {state === 'stopping' && <p role="status">{words.stopping}</p>}
      {state === 'stopped' && training.points.length > 0 && <p class="soft">{words.stoppedHint}</p>}
      {state === 'draft' && <Drafted microcloud={microcloud} training={training} />}
      <p class="row">
        {MAY_START.includes(state) && (
          <button
            type="button"
            class="button"
            disabled={act.busy}
            onClick={() => act.run(() => startTraining(microcloud, id))}
          >
            {startWord}
          </button>
        )}
        {(state === 'running' || state === 'queued') && (
          <button
            type="button"
            class="button quiet"
            disabled={act.busy}
            onClick={() => act.run(() => stopTraining(microcloud, id))}
          >
            {words.stop}
          </button>
        )}
      </p>
      <ProblemNote error={act.error} />
      {state !== 'draft' && (
        <>
          <Stages stages={training.stages} />
          <LossCurve points={training.points} held={training.held} resumedAt={training.resumedAt} />
          {training.stoppedEarlyAt !== undefined && (
            <p>{fill(words.stoppedEarly, { step: training.stoppedEarlyAt })}</p>
          )}
          <Samples samples={training.samples} />
          <Scores training={training} />
          <Collected training={training} />
          <Handover microcloud={microcloud} training={training} />
        </>
      )}
      {state !== 'running' && state !== 'stopping' && !asking && (
        <p>
          <button type="button" class="button quiet small" onClick={() => setAsking(true)}>
            {words.remove}
          </button>
        </p>
      )}
      {asking && (
        <div class="note" role="alert">
          <p>{words.removeConfirm}</p>
          <p class="row">
            <button
              type="button"
              class="button"
              disabled={act.busy}
              onClick={() => act.run(() => removeTraining(microcloud, id))}
            >
              {words.removeYes}
            </button>
            <button type="button" class="button quiet" onClick={() => setAsking(false)}>
              {say.cancel}
            </button>
          </p>
        </div>
      )}
    </section>
  );
}

/** The files of a training that has not begun. */
function Drafted({ microcloud, training }: { microcloud: string; training: TrainingView }) {
  const { say, locale } = useWords();
  const change = useAction(async (work: () => Promise<unknown>) => void (await work()));
  const add = async (files: readonly File[]) => {
    for (const file of files) await putSource(microcloud, training.id, file);
  };
  return (
    <>
      <ul class="plain">
        {training.sources.map(({ name, bytes }) => (
          <li key={name} class="row">
            {name} ({formatBytes(bytes, locale)})
            <button
              type="button"
              class="button quiet small"
              disabled={change.busy}
              aria-label={fill(say.training.removeFile, { name })}
              onClick={() => change.run(() => removeSource(microcloud, training.id, name))}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <label class="button quiet">
        {change.busy ? say.training.form.uploading : say.training.addFiles}
        <input
          class="visually-hidden"
          type="file"
          multiple
          disabled={change.busy}
          onChange={(event) => {
            const files = [...(event.currentTarget.files ?? [])];
            void change.run(() => add(files));
            event.currentTarget.value = '';
          }}
        />
      </label>
      <ProblemNote error={change.error} />
    </>
  );
}
