import {
  type Artefact,
  type FoundryEvent,
  FoundryStage,
  type HeldOutScore,
  type HeldPoint,
  type LossPoint,
  type Sample,
} from '@terroir/labs/contract/foundry-event.ts';
import type { StageView, TrainingView } from '@terroir/labs/contract/training.ts';
import { thin } from './thin.ts';
import type { Ending } from './training.ts';

const STAGES = FoundryStage.enum;
const MOST_POINTS = 400;
const MOST_SAMPLES = 20;
/** What is remembered of a curve; a run of days must not fill the memory. */
const KEPT_POINTS = 4000;
const KEPT_SAMPLES = 200;

type Told = Pick<
  TrainingView,
  | 'stages'
  | 'collected'
  | 'tokenizer'
  | 'points'
  | 'held'
  | 'samples'
  | 'resumedAt'
  | 'stoppedEarlyAt'
  | 'energy'
  | 'artefacts'
  | 'scores'
>;
type Stepped = Pick<LossPoint, 'stage' | 'step'>;
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What a run has told so far, put together from its events in their order. Touches nothing outside. */
export class Progress {
  readonly #stages = new Map<FoundryStage, Mutable<StageView>>(
    STAGES.map((stage) => [stage, { stage, state: 'waiting', done: 0 }]),
  );
  readonly #artefacts = new Map<string, { readonly stage: FoundryStage; readonly artefact: Artefact }>();
  readonly #scores = new Map<string, HeldOutScore>();
  readonly #single: Pick<Told, 'collected' | 'tokenizer' | 'stoppedEarlyAt' | 'energy'> = {};
  #points: LossPoint[] = [];
  #held: HeldPoint[] = [];
  #samples: Sample[] = [];
  #resumedAt: number[] = [];
  #ending: Ending | undefined;

  /** How the last run said that it ended; undefined: it runs, or ended without a word. */
  get ending(): Ending | undefined {
    return this.#ending;
  }

  isDone(stage: FoundryStage): boolean {
    return this.#stages.get(stage)?.state === 'done';
  }

  /** A new run begins: the end of the one before no longer counts. */
  begin(): void {
    this.#ending = undefined;
  }

  take(event: FoundryEvent): void {
    const { type, at: _, stage = 'train', ...rest } = event;
    switch (event.type) {
      case 'stage':
        this.#enter(stage, event.state, event.seconds);
        return;
      case 'progress':
        this.#move(stage, event.done, event.note);
        return;
      case 'collected':
        this.#single.collected = event.report;
        return;
      case 'tokenizer':
        this.#single.tokenizer = { vocabulary: event.vocabulary, fertility: event.fertility };
        return;
      case 'resumed':
        this.#resume(stage, event.step);
        return;
      case 'point':
        dropWhile(this.#points, (last) => isAfter(last, stage, event.step) || isAt(last, stage, event.step));
        this.#points.push({ ...(rest as Omit<LossPoint, 'stage'>), stage });
        if (this.#points.length > KEPT_POINTS) this.#points = thinned(this.#points, KEPT_POINTS / 2);
        return;
      case 'held':
        dropWhile(this.#held, (last) => isAfter(last, stage, event.step) || isAt(last, stage, event.step));
        this.#held.push({ stage, step: event.step, losses: event.losses });
        if (this.#held.length > KEPT_POINTS) this.#held = thinned(this.#held, KEPT_POINTS / 2);
        return;
      case 'sample':
        dropWhile(this.#samples, (last) => isAfter(last, stage, event.step));
        this.#samples = this.#samples.filter((one) => !(isAt(one, stage, event.step) && one.prompt === event.prompt));
        this.#samples.push({ stage, step: event.step, prompt: event.prompt, text: event.text });
        this.#samples = this.#samples.slice(-KEPT_SAMPLES);
        return;
      case 'early-stop':
        this.#single.stoppedEarlyAt = event.step;
        return;
      case 'energy':
        this.#single.energy = rest as TrainingView['energy'] & object;
        return;
      case 'artefact':
        this.#artefacts.set(event.name, { stage, artefact: rest as Artefact });
        return;
      case 'score':
        this.#scores.set(`${event.model} ${event.language}`, rest as HeldOutScore);
        return;
      case 'problem':
        this.#ending = { code: event.code, detail: event.detail, todo: event.todo, values: event.values };
        return;
      case 'stopped':
      case 'done':
        this.#ending = type as 'stopped' | 'done';
        return;
    }
  }

  /** @param running whether a stage can be under way at all */
  view(running: boolean): Told {
    return {
      ...this.#single,
      stages: [...this.#stages.values()].map((one) =>
        one.state === 'running' && !running ? { ...one, state: 'waiting' } : { ...one },
      ),
      points: thinned(this.#points, MOST_POINTS),
      held: thinned(this.#held, MOST_POINTS),
      samples: this.#samples.slice(-MOST_SAMPLES),
      resumedAt: [...this.#resumedAt],
      artefacts: [...this.#artefacts.values()].map(({ artefact }) => artefact),
      scores: [...this.#scores.values()],
    };
  }

  #enter(stage: FoundryStage, state: 'started' | 'done' | 'skipped' | 'kept', seconds: number | undefined): void {
    this.begin();
    if (state === 'started') {
      this.#start(stage);
      return;
    }
    const before = this.#stages.get(stage);
    const took = seconds ?? before?.seconds;
    this.#stages.set(stage, {
      stage,
      state: state === 'skipped' ? 'skipped' : 'done',
      done: 1,
      ...(took === undefined ? {} : { seconds: took }),
    });
  }

  /** What this stage and those after it made before is no longer so. A curve stays: its stage may go on from a checkpoint. */
  #start(stage: FoundryStage): void {
    const from = orderOf(stage);
    const before = this.#stages.get(stage);
    // One that was cut short goes on; its bar shall not jump back.
    const done = before?.state === 'running' ? before.done : 0;
    for (const one of STAGES.slice(from)) this.#stages.set(one, { stage: one, state: 'waiting', done: 0 });
    this.#stages.set(stage, { stage, state: 'running', done });
    for (const [name, made] of this.#artefacts) if (orderOf(made.stage) >= from) this.#artefacts.delete(name);
    if (from <= orderOf('evaluate')) this.#scores.clear();
    if (from <= orderOf('train')) delete this.#single.stoppedEarlyAt;
    if (from >= orderOf('train')) return;
    this.#points = [];
    this.#held = [];
    this.#samples = [];
    this.#resumedAt = [];
    delete this.#single.tokenizer;
    if (stage === 'collect') delete this.#single.collected;
  }

  #move(stage: FoundryStage, done: number, note: string | undefined): void {
    this.#stages.set(stage, { stage, state: 'running', done, ...(note === undefined ? {} : { note }) });
  }

  /** Whatever was told of later steps was lost with the process, and comes again. */
  #resume(stage: FoundryStage, step: number): void {
    for (const curve of [this.#points, this.#held, this.#samples]) {
      dropWhile<Stepped>(curve, (last) => isAfter(last, stage, step));
    }
    this.#resumedAt.push(step);
  }
}

const orderOf = (stage: FoundryStage): number => STAGES.indexOf(stage);
const isAt = (one: Stepped, stage: FoundryStage, step: number): boolean => one.stage === stage && one.step === step;
const isAfter = (one: Stepped, stage: FoundryStage, step: number): boolean =>
  orderOf(one.stage) > orderOf(stage) || (one.stage === stage && one.step > step);

function dropWhile<T>(list: T[], drop: (last: T) => boolean): void {
  for (let last = list.at(-1); last !== undefined && drop(last); last = list.at(-1)) list.pop();
}

/** The stages follow each other on one axis of steps. */
function thinned<T extends Stepped>(curve: readonly T[], most: number): T[] {
  const read = Math.max(0, ...curve.filter(({ stage }) => stage !== 'instruct').map(({ step }) => step));
  return thin(curve, most, ({ stage, step }) => (stage === 'instruct' ? read + step : step));
}
