import type { TrainingView } from '@terroir/labs/contract/training.ts';
import { useState } from 'preact/hooks';
import { artefactUrl, publishTraining, trainingCard } from '../api.ts';
import { ProblemNote } from '../ProblemNote.tsx';
import { useAction } from '../use-action.ts';
import { fill, formatBytes, useWords } from '../words.ts';
import { energyWords } from './energy-words.ts';

/** What the training leaves: energy used, files, the card, and the way into the centre's catalogue. */
export function Handover({ microcloud, training }: { microcloud: string; training: TrainingView }) {
  const { say, locale } = useWords();
  const words = say.training;
  const [card, setCard] = useState<string>();
  const publish = useAction(async () => void (await publishTraining(microcloud, training.id)));
  const read = useAction(async () => setCard(await trainingCard(microcloud, training.id)));
  const { artefacts, energy, published, resumedAt, state } = training;
  return (
    <>
      {resumedAt.length > 0 && (
        <p class="soft">
          {fill(words.resumedAt, { steps: new Intl.ListFormat(locale).format(resumedAt.map(String)) })}
        </p>
      )}
      {energy && <p>{energyWords(energy, words.energy, locale)}</p>}
      {artefacts.length > 0 && (
        <details>
          <summary>{words.files.title}</summary>
          <ul>
            {artefacts.map(({ name, bytes }) => (
              <li key={name}>
                <a href={artefactUrl(microcloud, training.id, name)} download={name.replaceAll('/', '-')}>
                  {fill(words.files.download, { name })}
                </a>{' '}
                ({formatBytes(bytes, locale)})
              </li>
            ))}
          </ul>
        </details>
      )}
      {state === 'done' && (
        <p class="row">
          {!published && (
            <button type="button" class="button" disabled={publish.busy} onClick={() => publish.run()}>
              {words.publish}
            </button>
          )}
          <button
            type="button"
            class="button quiet"
            disabled={read.busy}
            aria-expanded={card !== undefined}
            onClick={() => (card === undefined ? read.run() : setCard(undefined))}
          >
            {card === undefined ? words.files.card : words.files.closeCard}
          </button>
        </p>
      )}
      <p role="status">{published && fill(words.published, { id: published })}</p>
      <ProblemNote error={publish.error ?? read.error} />
      {card !== undefined && <pre class="training-card">{card}</pre>}
    </>
  );
}
