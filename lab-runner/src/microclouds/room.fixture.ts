import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelView } from '@terroir/labs/contract/model.ts';
import { CodedError } from '../coded-error.ts';
import { systemClock, systemIds } from '../ports.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { deploymentRecords } from '../store/deployments.ts';
import { microcloudRecords } from '../store/microclouds.ts';
import { followUnits } from './follow-units.ts';
import { MemoryEngine } from './memory-engine.fixture.ts';
import { MemoryGateways } from './memory-gateways.fixture.ts';
import { Notices } from './notice.ts';
import type { Room } from './room.ts';

export interface TestRoom extends Room {
  readonly engine: MemoryEngine;
  readonly gateways: MemoryGateways;
  readonly db: Database;
  /** Ids of models and what there is of them. */
  readonly catalogue: Map<string, ModelView['state']>;
  readonly reports: string[];
  /** Ends the runner as `kill -9` would: nothing is tidied up. */
  abandon(): Promise<void>;
  close(): Promise<void>;
}

/** A room over a real store in a new folder, with an engine, gateways and models in memory. */
export async function openRoom(
  options: { data?: string; most?: number; engine?: MemoryEngine } = {},
): Promise<TestRoom> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'terroir-room-')));
  const db = await openDatabase(join(data, 'terroir.db'));
  const engine = options.engine ?? new MemoryEngine();
  const catalogue = new Map<string, ModelView['state']>([
    ['terroir-seedling', 'installed'],
    ['far-away', 'available'],
    ['broken', 'damaged'],
  ]);
  const closing = new AbortController();
  const reports: string[] = [];
  const base: Room = {
    live: new Map(),
    microclouds: microcloudRecords(db),
    deployments: deploymentRecords(db),
    engine,
    gateways: new MemoryGateways(),
    models: {
      async get(id) {
        const state = catalogue.get(id);
        return state && { id, state };
      },
      async fileOf(id) {
        if (catalogue.get(id) === 'installed') return { file: `/models/${id}.gguf`, sha256: 'c'.repeat(64) };
        throw new CodedError({
          status: 409,
          code: 'model-damaged',
          detail: `${id} is damaged.`,
          todo: 'Pull it again.',
        });
      },
    },
    notices: new Notices(),
    clock: systemClock,
    ids: systemIds,
    data,
    most: options.most ?? 16,
    report: (what) => void reports.push(what),
    closing: closing.signal,
  };
  const unfollow = followUnits(base);
  const abandon = async () => {
    closing.abort();
    unfollow();
    await Promise.all([...base.live.values()].map((live) => live.idle()));
    await db.destroy();
  };
  const close = async () => {
    await abandon();
    await rm(data, { recursive: true, force: true });
  };
  return { ...base, engine, gateways: base.gateways as MemoryGateways, db, catalogue, reports, abandon, close };
}

/** Waits until `holds` is true, however long a slow machine takes. */
export async function until(holds: () => boolean, what = 'it to come true'): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`waited for ${what} in vain`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
