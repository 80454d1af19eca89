import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import type { Clock, Ids } from '../ports.ts';
import type { Patience } from './download.ts';
import { ggufBytes } from './gguf.fixture.ts';
import { type FakeHub, startHub } from './hub.fixture.ts';
import { createModels, type Models, type ModelsOptions } from './models.ts';

/** Short pauses; a silence long enough that a busy machine is not taken for a stall. */
export const PATIENCE: Patience = { stallMs: 5000, attempts: 3, firstPauseMs: 1, longestPauseMs: 2000 };

export const ENTRY = 'tiny-instruct-q4';
const LICENCE = { id: 'Apache-2.0', open: true, url: 'https://www.apache.org/licenses/LICENSE-2.0' };

/** A clock that goes on by itself, one second with each look. */
export const tickingClock = (): Clock => {
  let now = Date.UTC(2026, 0, 1);
  return {
    now: () => {
      now += 1000;
      return new Date(now);
    },
  };
};

const countingIds = (): Ids => {
  let last = 0;
  const next = () => {
    last += 1;
    return `i${last}`;
  };
  return { next, secret: (prefix) => `${prefix}_${next()}` };
};

export const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'terroir-models-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface Centre {
  /** TERROIR_DATA/models. */
  readonly folder: string;
  readonly options: ModelsOptions;
  readonly models: Models;
  readonly hub: FakeHub;
  /** Content of the one catalogue entry. */
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** An empty centre, a catalogue of one model, a shipped model if `shipped`, and a hub that has the file. */
export async function openCentre(
  choice: { dataBytes?: number; shipped?: Buffer; options?: Partial<ModelsOptions> } = {},
): Promise<Centre> {
  const root = await temporaryFolder();
  const bytes = ggufBytes({ metadata: { 'general.name': 'Tiny Instruct' }, dataBytes: choice.dataBytes ?? 300_000 });
  const hash = sha256(bytes);
  const file = {
    repo: 'maker/tiny-gguf',
    revision: 'abc123',
    path: 'tiny-q4.gguf',
    sha256: hash,
    sizeBytes: bytes.length,
  };
  const hub = await startHub({ path: `/${file.repo}/resolve/${file.revision}/${file.path}`, bytes, sha256: hash });
  onTestFinished(() => hub.close());

  const catalogue = join(root, 'catalogue');
  await mkdir(catalogue);
  await writeFile(
    join(catalogue, `${ENTRY}.yaml`),
    stringify({
      id: ENTRY,
      title: 'Tiny Instruct',
      summary: { en: 'A model for tests.', fr: 'Un modèle pour les tests.' },
      origin: { maker: 'Maker', jurisdiction: 'FR', source: 'maker/tiny', quantisedBy: 'somebody' },
      file,
      licence: LICENCE,
      languages: ['en'],
    }),
  );
  const options: ModelsOptions = {
    folder: join(root, 'models'),
    hub: hub.url,
    shipped: choice.shipped === undefined ? [] : [await ship(join(root, 'seedling'), choice.shipped)],
    clock: tickingClock(),
    ids: countingIds(),
    catalogue,
    patience: PATIENCE,
    ...choice.options,
  };
  const models = await createModels(options);
  onTestFinished(() => models.close());
  return { folder: options.folder, options, models, hub, bytes, sha256: hash };
}

async function ship(folder: string, bytes: Buffer): Promise<string> {
  await mkdir(folder);
  await writeFile(join(folder, 'seedling.gguf'), bytes);
  await writeFile(join(folder, 'card.md'), '# Seedling');
  await writeFile(
    join(folder, 'model.yaml'),
    stringify({
      id: 'seedling',
      title: 'Seedling',
      summary: { en: 'It ships.', fr: 'Il est fourni.' },
      origin: { maker: 'Terroir', jurisdiction: 'local', source: 'shipped' },
      licence: { id: 'CC-BY-SA-4.0', open: true },
      languages: ['en', 'fr'],
      parameters: bytes.length,
      sizeBytes: bytes.length,
      sha256: sha256(bytes),
      file: 'seedling.gguf',
      card: 'card.md',
      evaluation: { perplexity: 12 },
    }),
  );
  return folder;
}
