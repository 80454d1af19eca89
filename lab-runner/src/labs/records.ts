/** That a micro-cloud took up a lab, and where counting starts: at the beginning of all, until the lab is started over. */
export interface LabRun {
  readonly microcloud: string;
  readonly lab: string;
  /** Proofs handed in from here on count. */
  readonly since: Date;
  /** Decisions that the ledger held then, and that do not count. */
  readonly before: Counts;
}

/** Decisions of a gateway so far. */
export interface Counts {
  readonly answered: number;
  readonly refused: number;
  readonly refusedBy: Readonly<Record<string, number>>;
}

/** A step once passed stays passed, with the state that was found then. */
export interface Pass {
  readonly step: string;
  readonly passedAt: Date;
  readonly found: Readonly<Record<string, string | number | boolean>>;
}

/** A proof that the learner handed in and the gateway's ledger key verified. */
export interface HandedProof {
  readonly index: number;
  readonly outcome: 'allow' | 'deny';
  readonly at: Date;
}

/** What the learner expected at a step, said before it was tried. */
export interface Prediction {
  readonly step: string;
  readonly choice: string;
  readonly at: Date;
}

/** What the runner must remember of labs. A resolved write is on disk. */
export interface LabRecords {
  /** Lab runs of one micro-cloud. */
  runs(microcloud: string): Promise<LabRun[]>;
  /** Starts a run; one that is there is replaced, and its passes are forgotten. */
  begin(run: LabRun): Promise<void>;
  passes(microcloud: string, lab: string): Promise<Pass[]>;
  /** Keeps passes; a step that already passed keeps its first one. */
  pass(microcloud: string, lab: string, passes: readonly Pass[]): Promise<void>;
  /** Of the run that is there. */
  predictions(microcloud: string, lab: string): Promise<Prediction[]>;
  /** Keeps a prediction of a run that was begun; the one of the same step is replaced. */
  predict(microcloud: string, lab: string, prediction: Prediction): Promise<void>;
  /** Handed in at or after `since`. */
  proofs(microcloud: string, since: Date): Promise<HandedProof[]>;
  /** Keeps a proof; handed in again, it gets the new time. */
  keepProof(microcloud: string, proof: HandedProof): Promise<void>;
}
