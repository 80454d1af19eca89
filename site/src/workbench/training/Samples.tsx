import type { Sample } from '@terroir/labs/contract/foundry-event.ts';
import { fill, useWords } from '../words.ts';

/** What the model writes as it learns: the newest in full, the earlier ones to compare with. */
export function Samples({ samples }: { samples: readonly Sample[] }) {
  const { say } = useWords();
  const words = say.training.samples;
  const newest = samples.at(-1)?.step;
  const earlier = samples.filter(({ step }) => step !== newest).toReversed();
  return (
    <>
      <h4>{words.title}</h4>
      <p class="soft">{samples.length > 0 ? words.explain : words.empty}</p>
      {samples
        .filter(({ step }) => step === newest)
        .map((sample) => (
          <Written key={sample.prompt} sample={sample} />
        ))}
      {earlier.length > 0 && (
        <details>
          <summary>{words.earlier}</summary>
          {earlier.map((sample) => (
            <Written key={`${sample.step} ${sample.prompt}`} sample={sample} />
          ))}
        </details>
      )}
    </>
  );
}

function Written({ sample }: { sample: Sample }) {
  const { say } = useWords();
  return (
    <figure class="sample">
      <figcaption class="soft">{fill(say.training.samples.step, { step: sample.step })}</figcaption>
      <blockquote dir="auto">
        <strong>{sample.prompt}</strong>
        {sample.text}
      </blockquote>
    </figure>
  );
}
