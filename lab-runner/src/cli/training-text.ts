import type { TrainingView } from '@terroir/labs/contract/training.ts';
import { duration } from './progress-text.ts';

const MOST_NAMES = 6;

/** A training that runs, in one line: stage, loss, held-out loss, time left. */
export function progressLine(training: TrainingView): string {
  const { name, state, position } = training;
  if (state === 'queued') return `${name}  waits for its turn, at place ${position ?? 1}`;
  const stage = training.stages.find((one) => one.state === 'running');
  if (!stage) return `${name}  ${state}`;
  const parts = [`${name}  ${stage.stage} ${Math.floor(stage.done * 100)} %`];
  const point = training.points.at(-1);
  if (point?.stage === stage.stage) {
    parts.push(`loss ${point.loss.toFixed(3)}`);
    const held = Object.entries(training.held.at(-1)?.losses ?? {});
    if (held.length > 0)
      parts.push(`held out ${held.map(([language, loss]) => `${language} ${loss.toFixed(3)}`).join(', ')}`);
    parts.push(`${Math.round(point.tokensPerSecond)} tokens/s`);
    // Which of steps and minutes ends it, the share done knows.
    if (stage.done > 0.02) parts.push(`${duration((point.seconds * (1 - stage.done)) / stage.done)} left`);
  } else if (stage.note !== undefined) parts.push(stage.note);
  return parts.join(' · ');
}

/** All that is known of a training, for people. */
export function trainingLines(training: TrainingView): string[] {
  const { id, name, model, state, problem, sources, settings, scores, energy, published, artefacts } = training;
  const texts = [...(settings.texts ?? []), ...sources.map((source) => source.name)];
  const more = texts.length > MOST_NAMES ? ` and ${texts.length - MOST_NAMES} more` : '';
  const point = training.points.at(-1);
  return [
    `${name} (${id}) is ${state}.`,
    ...(problem === undefined ? [] : [problem.detail, problem.todo]),
    `Text      ${texts.slice(0, MOST_NAMES).join(', ') || 'none'}${more}`,
    `Stages    ${training.stages.map((one) => `${one.stage} ${one.state}`).join(', ')}`,
    ...(point === undefined ? [] : [`Loss      ${point.loss.toFixed(3)} at step ${point.step} of ${point.steps}`]),
    ...scores.map(
      (score) =>
        `Held out  ${score.language}: ${score.model} ${score.bitsPerByte.toFixed(3)} bits per byte, perplexity ${score.perplexity.toFixed(2)}`,
    ),
    ...(energy === undefined
      ? []
      : [`Energy    ${(energy.joules / 3600).toFixed(1)} Wh in ${duration(energy.seconds)}, ${energy.method}`]),
    ...(artefacts.length === 0 ? [] : [`Made      ${artefacts.map((artefact) => artefact.name).join(', ')}`]),
    `Model     ${published === undefined ? `${model}, not published` : `${published}, in the catalogue`}`,
  ];
}
