import type { LabCheck, StepVerdict } from '@terroir/labs/contract/lab.ts';
import type { DeploymentState } from '@terroir/labs/contract/microcloud.ts';
import type { TrainingFacts } from './subject.ts';

export type TrainingCheck = Extract<LabCheck, { kind: `training-${string}` | 'own-model-deployed' }>;

interface Verdict {
  readonly passed: boolean;
  readonly found: StepVerdict['found'];
}

/** Checks of what was trained look at every training of the micro-cloud; one is enough. */
export function judgeTraining(
  check: TrainingCheck,
  trainings: readonly TrainingFacts[],
  deployments: readonly { readonly model: string; readonly state: DeploymentState }[],
): Verdict {
  switch (check.kind) {
    case 'training-stage':
      return stageReached(check.stage, trainings);
    case 'training-samples': {
      const samples = Math.max(0, ...trainings.map((training) => training.samples.length));
      return { passed: samples >= check.atLeast, found: { samples } };
    }
    case 'training-resumed': {
      const resumed = Math.max(0, ...trainings.map(({ resumedAt }) => resumedAt.length));
      return { passed: resumed > 0, found: { resumed } };
    }
    case 'training-better':
      return betterThan(check.than, trainings);
    case 'training-published': {
      const published = trainings.find((training) => training.published !== undefined)?.published;
      return {
        passed: published !== undefined,
        found: published === undefined ? { state: 'none' } : { model: published },
      };
    }
    case 'own-model-deployed': {
      const own = new Set(trainings.map(({ published }) => published));
      const deployed = deployments.filter(({ model }) => own.has(model));
      const best = deployed.find(({ state }) => state === 'ready') ?? deployed[0];
      return {
        passed: best?.state === 'ready',
        found: best ? { model: best.model, state: best.state } : { state: 'none' },
      };
    }
  }
}

function stageReached(stage: TrainingFacts['stages'][number]['stage'], trainings: readonly TrainingFacts[]): Verdict {
  const all = trainings.flatMap(({ stages }) => stages.filter((one) => one.stage === stage));
  const best = all.find(({ state }) => state === 'done') ?? all.find(({ state }) => state === 'running') ?? all[0];
  return { passed: best?.state === 'done', found: { stage, state: best?.state ?? 'none' } };
}

/** Bits per byte, which compare across tokenizers. Of several languages, the one where the gain is largest is told. */
function betterThan(rival: string, trainings: readonly TrainingFacts[]): Verdict {
  const pairs = trainings.flatMap(({ model, scores }) =>
    scores.flatMap((own) => {
      const other = scores.find((score) => score.model === rival && score.language === own.language);
      return own.model === model && other
        ? [{ language: own.language, own: own.bitsPerByte, rival: other.bitsPerByte }]
        : [];
    }),
  );
  const [best] = pairs.sort((a, b) => b.rival - b.own - (a.rival - a.own));
  if (!best) return { passed: false, found: { scores: 0 } };
  return { passed: best.own < best.rival, found: { ...best } };
}
