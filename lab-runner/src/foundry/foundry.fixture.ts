import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FoundryEvent } from '@terroir/labs/contract/foundry-event.ts';
import type { CreateTraining, TrainingView } from '@terroir/labs/contract/training.ts';
import { CodedError } from '../coded-error.ts';
import { createMicrocloud } from '../microclouds/create-microcloud.ts';
import type { MemoryEngine } from '../microclouds/memory-engine.fixture.ts';
import { recover } from '../microclouds/recover.ts';
import { openRoom, type TestRoom, until } from '../microclouds/room.fixture.ts';
import { trainingHost } from '../microclouds/training-host.ts';
import { trainingRecords } from '../store/trainings.ts';
import { createTraining } from './create-training.ts';
import type { Environment } from './environment.ts';
import { followMicroclouds } from './follow-microclouds.ts';
import type { Foundry, TrainableModels } from './foundry.ts';
import type { LiveTraining } from './live-training.ts';
import { recoverTrainings } from './recover.ts';
import { SEEDLING } from './seedling.ts';
import { addSource } from './sources.ts';

export const WHOLE: Environment = { python: '/usr/bin/python3', versions: { torch: '2' }, missing: [], threads: 2 };
export const TORCHLESS: Environment = {
  ...WHOLE,
  missing: [{ name: 'torch', detail: 'Not there.', todo: 'Install python3-torch.' }],
};

export interface TestFoundry extends Foundry {
  readonly room: TestRoom;
  readonly engine: MemoryEngine;
  /** What followers of micro-clouds were told of trainings. */
  readonly told: (TrainingView | string)[];
  machine: Environment;
  /** Ends the runner as `kill -9` would. */
  abandon(): Promise<void>;
  close(): Promise<void>;
}

const models: TrainableModels = {
  list: async () => [{ id: SEEDLING }],
  get: async (id) => (id === SEEDLING ? { id, state: 'installed', sha256: 'a'.repeat(64) } : undefined),
  async fileOf(id) {
    if (id === SEEDLING) return { file: `/models/${id}.gguf`, sha256: 'a'.repeat(64) };
    throw new CodedError({ status: 404, code: 'model-not-found', detail: `No ${id}.`, todo: 'Pull it.' });
  },
  importFile: async () => {
    throw new Error('nothing is imported here');
  },
};

/** A foundry over a real store in a new folder, with an engine in memory. What runs would tell, tests write; see {@link say}. */
export async function openFoundry(
  options: { data?: string; engine?: MemoryEngine; models?: TrainableModels } = {},
): Promise<TestFoundry> {
  const room = await openRoom(options);
  const told: (TrainingView | string)[] = [];
  room.notices.watch((_microcloud, notice) => {
    if (notice.type === 'training') told.push(structuredClone(notice.training));
    if (notice.type === 'training-gone') told.push(`gone: ${notice.id}`);
  });
  const foundry: TestFoundry = {
    room,
    told,
    machine: WHOLE,
    live: new Map(),
    records: trainingRecords(room.db),
    engine: room.engine,
    host: trainingHost(room),
    models: options.models ?? models,
    texts: [
      {
        id: 'shipped-en',
        language: 'en',
        title: 'A well',
        licence: 'CC0-1.0',
        documents: 3,
        bytes: 9000,
        folder: '/text/en',
      },
    ],
    environment: async () => foundry.machine,
    clock: room.clock,
    ids: room.ids,
    report: room.report,
    closing: room.closing,
    abandon: async () => {
      unfollow();
      await room.abandon();
    },
    close: async () => {
      unfollow();
      for (const live of foundry.live.values()) {
        live.gone = true;
        live.ending?.abort();
      }
      await Promise.all([...foundry.live.values()].map((live) => live.idle()));
      await room.close();
    },
  };
  const unfollow = followMicroclouds(foundry);
  if (options.data !== undefined) await recover(room);
  await recoverTrainings(foundry);
  return foundry;
}

export async function newMicrocloud({ room }: TestFoundry): Promise<string> {
  const { microcloud } = await createMicrocloud(room, {});
  await until(() => room.live.get(microcloud.id)?.link !== undefined);
  return microcloud.id;
}

/** A draft with one file. */
export async function draft(
  foundry: TestFoundry,
  microcloud: string,
  settings: Partial<CreateTraining> = {},
): Promise<LiveTraining> {
  const live = await createTraining(foundry, microcloud, { name: 'My text', languages: ['en'], ...settings });
  await addSource(foundry, live, 'a.txt', one('Once upon a time.'));
  return live;
}

export async function* one(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

type Told = Omit<FoundryEvent, 'at'> & Record<string, unknown>;
export const at = '2026-11-22T10:00:00.000Z';

/** Writes what a run would tell. */
export async function say(live: LiveTraining, ...events: readonly Told[]): Promise<void> {
  await appendFile(live.events.path, events.map((event) => `${JSON.stringify({ at, ...event })}\n`).join(''));
}

/** What a run made, and told of. */
export async function made(live: LiveTraining, kind: string, name: string, content: string | Buffer): Promise<void> {
  const path = join(live.artefactFolder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  await say(live, {
    type: 'artefact',
    stage: 'convert',
    name,
    kind,
    bytes: content.length,
    sha256: 'b'.repeat(64),
  } as Told);
}

export const stateIs = (live: LiveTraining, state: string): Promise<void> =>
  until(() => live.training.state === state, `${live.training.name} to be ${state}, it is ${live.training.state}`);
