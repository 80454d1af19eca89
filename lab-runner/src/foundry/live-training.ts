import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EventFile } from './event-file.ts';
import { Progress } from './progress.ts';
import type { Training } from './training.ts';

export interface Source {
  readonly name: string;
  readonly bytes: number;
}

/** A training while the runner runs: its record, what its run told, and what only lives as long as the process. */
export class LiveTraining {
  training: Training;
  readonly folder: string;
  readonly progress = new Progress();
  readonly events: EventFile;
  /** The learner's files, in order of name. */
  sources: readonly Source[] = [];
  /** Set while it is being removed: nothing of it is written or told any more. */
  gone = false;
  removing: Promise<void> | undefined;
  /** Aborted to end the run that is under way. */
  ending: AbortController | undefined;
  #ready: Promise<void> | undefined;
  #reading: Promise<unknown> = Promise.resolve();
  readonly #tasks = new Set<Promise<void>>();

  constructor(training: Training, folder: string) {
    this.training = training;
    this.folder = folder;
    this.events = new EventFile(join(folder, 'events.jsonl'));
  }

  get id(): string {
    return this.training.id;
  }
  get sourceFolder(): string {
    return join(this.folder, 'source');
  }
  /** Where files arrive, before they are whole. */
  get incomingFolder(): string {
    return join(this.folder, 'incoming');
  }
  get artefactFolder(): string {
    return join(this.folder, 'artefacts');
  }

  /** Resolves when what lies on disk was read once. */
  ready(): Promise<void> {
    this.#ready ??= Promise.all([this.catchUp(), this.readSources()]).then(() => {});
    return this.#ready;
  }

  /** Takes what the run has told since. True when there was anything. */
  catchUp(): Promise<boolean> {
    const turn = this.#reading.then(async () => {
      let news = false;
      await this.events.readNew((event) => {
        news = true;
        this.progress.take(event);
      });
      return news;
    });
    this.#reading = turn.catch(() => {});
    return turn;
  }

  async readSources(): Promise<void> {
    const names = await readdir(this.sourceFolder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    this.sources = await Promise.all(
      names.sort().map(async (name) => ({ name, bytes: (await stat(join(this.sourceFolder, name))).size })),
    );
  }

  /** Remembers work in the background, so that {@link idle} can wait for it. The work must not reject. */
  track(task: Promise<void>): void {
    this.#tasks.add(task);
    void task.finally(() => this.#tasks.delete(task));
  }

  async idle(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
  }
}
