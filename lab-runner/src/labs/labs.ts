import type { LabManifest, LabProgress, StepVerdict } from '@terroir/labs/contract/lab.ts';
import type { ProofVerified } from '@terroir/labs/contract/proof.ts';
import { coalesce } from '../coalesce.ts';
import { CodedError } from '../coded-error.ts';
import type { Clock } from '../ports.ts';
import { judge, since } from './judge.ts';
import { type Expected, predictionMade, refuseUnfitting } from './prediction.ts';
import type { Counts, LabRecords, LabRun, Pass } from './records.ts';
import type { LabSubject } from './subject.ts';

/** A burst of events is one reason to look again. */
const LOOK_AGAIN_MS = 150;
const NOTHING: Counts = { answered: 0, refused: 0, refusedBy: {} };

export interface LabsOptions {
  readonly manifests: readonly LabManifest[];
  readonly records: LabRecords;
  readonly subject: LabSubject;
  readonly clock: Clock;
  readonly report: (what: string, error: unknown) => void;
}

/** Labs, and how far each micro-cloud has come in them. A step once passed stays passed. */
export class Labs {
  readonly #options: LabsOptions;
  readonly #told = new Map<string, string>();
  readonly #looks = new Map<string, ReturnType<typeof coalesce>>();
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(options: LabsOptions) {
    this.#options = options;
  }

  list(): LabManifest[] {
    return [...this.#options.manifests];
  }

  /**
   * Looks at the state now, keeps what passes, and answers with every step. Asking the first time takes the lab up.
   * @throws {CodedError} `microcloud-not-found`, `lab-not-found`
   */
  async progress(microcloud: string, lab: string): Promise<LabProgress> {
    this.#options.subject.standing(microcloud);
    const manifest = this.#manifest(lab);
    return this.#inTurn(microcloud, async () => this.#look(manifest, await this.#takenUp(microcloud, lab)));
  }

  /**
   * Keeps what the learner expects at a step; once the step has passed, it can no longer be changed.
   * @throws {CodedError} `microcloud-not-found`, `lab-not-found`, `step-not-found`, `choice-unknown`, `prediction-made` …
   */
  async predict(microcloud: string, lab: string, expected: Expected): Promise<LabProgress> {
    const { records, subject, clock } = this.#options;
    subject.standing(microcloud);
    const manifest = this.#manifest(lab);
    refuseUnfitting(manifest, expected);
    return this.#inTurn(microcloud, async () => {
      const run = await this.#takenUp(microcloud, lab);
      const pass = (await records.passes(microcloud, lab)).find(({ step }) => step === expected.step);
      const made = pass?.found.choice;
      if (made !== undefined && made !== expected.choice) throw predictionMade(String(made));
      if (!pass) await records.predict(microcloud, lab, { ...expected, at: clock.now() });
      return this.#look(manifest, run);
    });
  }

  /**
   * Starts a lab over: passes are forgotten, answers and refusals are counted and proofs taken from now on.
   * @throws {CodedError} `microcloud-not-found`, `lab-not-found`, and when the gateway cannot be asked now
   */
  async reset(microcloud: string, lab: string): Promise<LabProgress> {
    this.#options.subject.standing(microcloud);
    const manifest = this.#manifest(lab);
    return this.#inTurn(microcloud, async () => {
      const before = await this.#options.subject.tally(microcloud);
      const run = await this.#begin({ microcloud, lab, since: this.#options.clock.now(), before });
      return this.#look(manifest, run);
    });
  }

  /** Takes a proof from the learner. @throws {CodedError} when it does not verify; then nothing is kept */
  async handIn(microcloud: string, proof: string): Promise<ProofVerified> {
    const { records, subject, clock } = this.#options;
    const verified = await subject.verifyProof(microcloud, proof);
    if (verified.outcome !== undefined) {
      await records.keepProof(microcloud, { index: verified.index, outcome: verified.outcome, at: clock.now() });
      await this.#lookAgain(microcloud);
    }
    return verified;
  }

  /** Looks again at labs that were taken up whenever something happens, until the returned function is called. */
  follow(): () => void {
    const stop = this.#options.subject.watch({
      changed: (microcloud) => this.#soon(microcloud)(),
      gone: (microcloud) => this.#forget(microcloud),
    });
    return () => {
      stop();
      for (const look of this.#looks.values()) look.cancel();
    };
  }

  #soon(microcloud: string): ReturnType<typeof coalesce> {
    const known = this.#looks.get(microcloud);
    if (known) return known;
    const look = coalesce(LOOK_AGAIN_MS, () => {
      this.#lookAgain(microcloud).catch((error: unknown) =>
        this.#options.report(`the labs of ${microcloud} could not be looked at`, error),
      );
    });
    this.#looks.set(microcloud, look);
    return look;
  }

  #lookAgain(microcloud: string): Promise<void> {
    return this.#inTurn(microcloud, async () => {
      for (const run of await this.#options.records.runs(microcloud)) {
        const manifest = this.#options.manifests.find(({ id }) => id === run.lab);
        if (manifest) await this.#look(manifest, run);
      }
    });
  }

  async #look(manifest: LabManifest, run: LabRun): Promise<LabProgress> {
    const { records, subject, clock } = this.#options;
    const { microcloud, lab, before } = run;
    const kept = new Map((await records.passes(microcloud, lab)).map((pass) => [pass.step, pass]));
    const standing = subject.standing(microcloud);
    const now = await subject.tally(microcloud).catch(notNow);
    const counts = now && since(before, now);
    const proofs = await records.proofs(microcloud, run.since);
    const trainings = await subject.trainings(microcloud);
    const choices = new Map((await records.predictions(microcloud, lab)).map(({ step, choice }) => [step, choice]));
    const fresh: Pass[] = [];
    const steps: StepVerdict[] = [];
    for (const { id, check, needs = [] } of manifest.steps) {
      let pass = kept.get(id);
      if (!pass) {
        const decision =
          check.kind === 'policy-decides' ? await subject.decide(microcloud, check.request).catch(notNow) : undefined;
        const { passed, found } = judge(check, {
          ...{ ...standing, counts, proofs, decision, trainings },
          choice: choices.get(id),
        });
        if (passed && needs.every((need) => kept.has(need))) {
          pass = { step: id, passedAt: clock.now(), found };
          kept.set(id, pass);
          fresh.push(pass);
        } else steps.push({ step: id, passed: false, found });
      }
      if (pass) steps.push({ step: id, passed: true, passedAt: pass.passedAt.toISOString(), found: { ...pass.found } });
    }
    await records.pass(microcloud, lab, fresh);
    const progress: LabProgress = { lab, microcloud, steps };
    this.#tell(progress);
    return progress;
  }

  /** Only what is new is told. */
  #tell(progress: LabProgress): void {
    const key = `${progress.microcloud} ${progress.lab}`;
    const text = JSON.stringify(progress.steps);
    if (this.#told.get(key) === text) return;
    this.#told.set(key, text);
    this.#options.subject.tell(progress.microcloud, progress);
  }

  async #takenUp(microcloud: string, lab: string): Promise<LabRun> {
    const runs = await this.#options.records.runs(microcloud);
    const run = runs.find((one) => one.lab === lab);
    return run ?? this.#begin({ microcloud, lab, since: new Date(0), before: NOTHING });
  }

  async #begin(run: LabRun): Promise<LabRun> {
    await this.#options.records.begin(run);
    return run;
  }

  #forget(microcloud: string): void {
    this.#looks.get(microcloud)?.cancel();
    this.#looks.delete(microcloud);
    for (const key of this.#told.keys()) if (key.startsWith(`${microcloud} `)) this.#told.delete(key);
  }

  #manifest(lab: string): LabManifest {
    const manifest = this.#options.manifests.find(({ id }) => id === lab);
    if (manifest) return manifest;
    throw new CodedError({
      status: 404,
      code: 'lab-not-found',
      detail: `There is no lab ${lab}.`,
      todo: 'List them with GET /api/labs.',
      field: 'lab',
    });
  }

  /** One look at a micro-cloud at a time: two at once could each find a step passed at another moment. */
  #inTurn<T>(microcloud: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(microcloud) ?? Promise.resolve()).catch(() => {}).then(work);
    const settled = turn.then(
      () => {},
      () => {},
    );
    this.#turns.set(microcloud, settled);
    void settled.then(() => this.#turns.get(microcloud) === settled && this.#turns.delete(microcloud));
    return turn;
  }
}

/** A gateway that cannot be asked leaves its facts unknown; any other error is a fault and goes up. */
function notNow(error: unknown): undefined {
  if (error instanceof CodedError) return undefined;
  throw error;
}
