import type { ModelView } from '@terroir/labs/contract/model.ts';
import type { Engine } from '../engines/engine.ts';
import type { Models } from '../models/models.ts';
import type { Clock, Ids } from '../ports.ts';
import type { Environment } from './environment.ts';
import { microcloudEnding, trainingNotFound } from './foundry-errors.ts';
import type { TrainingHost } from './host.ts';
import type { LiveTraining } from './live-training.ts';
import type { TrainingRecords } from './records.ts';
import type { ShippedText } from './shipped-texts.ts';

/** What the foundry needs of the models. */
export interface TrainableModels extends Pick<Models, 'fileOf' | 'importFile'> {
  get(id: string): Promise<Pick<ModelView, 'id' | 'state' | 'sha256'> | undefined>;
  list(): Promise<readonly Pick<ModelView, 'id'>[]>;
}

/** Everything the work in this folder is done with. */
export interface Foundry {
  readonly live: Map<string, LiveTraining>;
  readonly records: TrainingRecords;
  readonly engine: Engine;
  readonly host: TrainingHost;
  readonly models: TrainableModels;
  readonly texts: readonly ShippedText[];
  /** What this machine has to train with; may be as old as a few seconds. */
  readonly environment: () => Promise<Environment>;
  readonly clock: Clock;
  readonly ids: Ids;
  /** For what the operator must know and no caller is waiting for. */
  readonly report: (what: string, error: unknown) => void;
  /** Aborted when the runner ends: from then on units that end are no failures. */
  readonly closing: AbortSignal;
}

/** @throws {CodedError} `microcloud-not-found`, `training-not-found` */
export async function trainingOf(foundry: Foundry, microcloud: string, id: string): Promise<LiveTraining> {
  foundry.host.stateOf(microcloud);
  const live = foundry.live.get(id);
  if (live?.training.microcloud !== microcloud) throw trainingNotFound(id);
  await live.ready();
  return live;
}

/** Oldest first. @throws {CodedError} `microcloud-not-found` */
export async function trainingsOf(foundry: Foundry, microcloud: string): Promise<readonly LiveTraining[]> {
  foundry.host.stateOf(microcloud);
  const all = [...foundry.live.values()].filter(({ training, gone }) => training.microcloud === microcloud && !gone);
  await Promise.all(all.map((live) => live.ready()));
  return all;
}

/** @throws {CodedError} `microcloud-not-found`, `microcloud-stopping` */
export function refuseWhileEnding(foundry: Foundry, microcloud: string): void {
  if (foundry.host.stateOf(microcloud) === 'stopping') throw microcloudEnding();
}
