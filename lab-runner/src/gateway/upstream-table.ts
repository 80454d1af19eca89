import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Compile } from 'typebox/compile';
import { CodedError } from '../coded-error.ts';
import { writeDurably } from '../durable-file.ts';
import type { Clock } from '../ports.ts';
import { Upstreams } from './admin-api.ts';
import type { EntryRecord } from './entry-record.ts';
import type { InferencePath } from './inference-request.ts';

const shape = Compile(Upstreams);

/** Where a model is served. `url` ends before `/v1`; `routes` holds the whole address of each way to ask. */
export interface Upstream {
  readonly model: string;
  readonly url: string;
  readonly routes: Readonly<Record<InferencePath, URL>>;
  readonly key: string;
  readonly sha256: string;
}

/**
 * The models of this micro-cloud, kept in `upstreams.json` so that they are served without the runner. A model that comes or
 * goes is recorded first; one that only moved is not.
 */
export class UpstreamTable {
  readonly #file: string;
  readonly #record: EntryRecord;
  readonly #clock: Clock;
  #byModel: ReadonlyMap<string, Upstream>;
  #changing: Promise<unknown> = Promise.resolve();

  private constructor(file: string, record: EntryRecord, clock: Clock, upstreams: readonly Upstream[]) {
    this.#file = file;
    this.#record = record;
    this.#clock = clock;
    this.#byModel = byModel(upstreams);
  }

  /** Throws a {@link CodedError} when the file is there and cannot be read. */
  static async open(folder: string, record: EntryRecord, clock: Clock): Promise<UpstreamTable> {
    const file = join(folder, 'upstreams.json');
    const table = new UpstreamTable(file, record, clock, await readTable(file));
    await table.#say(table.list());
    return table;
  }

  get(model: string): Upstream | undefined {
    return this.#byModel.get(model);
  }

  list(): readonly Upstream[] {
    return [...this.#byModel.values()];
  }

  /** Replaces the whole table: recorded, written, then in use. Throws a {@link CodedError} when `value` is not a table. */
  replace(value: unknown): Promise<void> {
    const upstreams = parseTable(value);
    const replaced = this.#changing.then(async () => {
      await this.#say(upstreams);
      const rows: Upstreams = upstreams.map(({ model, url, key, sha256 }) => ({ model, url, key, sha256 }));
      await writeDurably(this.#file, `${JSON.stringify(rows)}\n`, 0o600);
      this.#byModel = byModel(upstreams);
    });
    this.#changing = replaced.catch(() => {});
    return replaced;
  }

  /** Records what differs from what the ledger says is deployed, so that a crash in between neither hides nor repeats a change. */
  async #say(upstreams: readonly Upstream[]): Promise<void> {
    const wanted = byModel(upstreams);
    const at = this.#clock.now().toISOString();
    const deployed = new Map(this.#record.tally.deployments);
    for (const [model, sha256] of deployed) {
      if (wanted.get(model)?.sha256 === sha256) continue;
      await this.#record.append({ v: 1, kind: 'deployment', at, model, sha256, change: 'removed' });
    }
    for (const { model, sha256 } of wanted.values()) {
      if (deployed.get(model) === sha256) continue;
      await this.#record.append({ v: 1, kind: 'deployment', at, model, sha256, change: 'added' });
    }
  }
}

const byModel = (upstreams: readonly Upstream[]) => new Map(upstreams.map((upstream) => [upstream.model, upstream]));

function parseTable(value: unknown): readonly Upstream[] {
  if (!shape.Check(value)) {
    const [error] = shape.Errors(value);
    throw wrong(
      error?.instancePath.slice(1).replaceAll('/', '.') ?? '',
      error?.message ?? 'is not a table of upstreams',
    );
  }
  const models = new Set<string>();
  return value.map(({ model, url, key, sha256 }, row) => {
    if (models.has(model)) throw wrong(`${row}.model`, `names ${model}, which another row serves`);
    models.add(model);
    const routes = routesOf(url.replace(/\/+$/, ''));
    if (routes === undefined) throw wrong(`${row}.url`, 'is not an http address');
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw wrong(`${row}.sha256`, 'is not a SHA-256 in hex');
    return { model, url, routes, key, sha256 };
  });
}

function routesOf(base: string): Upstream['routes'] | undefined {
  const to = (path: InferencePath) => URL.parse(base + path);
  const [chat, completion, embedding] = [to('/v1/chat/completions'), to('/v1/completions'), to('/v1/embeddings')];
  if (chat === null || completion === null || embedding === null || !/^https?:$/.test(chat.protocol)) return undefined;
  return { '/v1/chat/completions': chat, '/v1/completions': completion, '/v1/embeddings': embedding };
}

function wrong(field: string, what: string): CodedError {
  return new CodedError({
    status: 422,
    code: 'upstreams-invalid',
    detail: `${field === '' ? 'The table' : field} ${what}.`,
    todo: 'Send the whole table as a JSON list of {model, url, key, sha256}; the table in use stays as it is.',
    field: field === '' ? 'body' : field,
  });
}

async function readTable(file: string): Promise<readonly Upstream[]> {
  try {
    return parseTable(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new CodedError({
      status: 500,
      code: 'upstreams-damaged',
      detail: `${file} cannot be read as a table of upstreams.`,
      todo: 'Remove the file: the runner sends the table anew.',
      cause: error,
    });
  }
}
