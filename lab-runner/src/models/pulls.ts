import { CodedError } from '../coded-error.ts';
import type { ExclusiveLock } from '../exclusive-lock.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { lockContent } from './lock-content.ts';
import { pullInProgress } from './model-errors.ts';
import { keptBytes, type PullPlace, pullFile } from './pull.ts';

interface PullProgress {
  readonly receivedBytes: number;
  readonly totalBytes: number;
}

/** The pulls that run in this process, and how the last one of each model ended. */
export interface Pulls {
  /** Resolves when the pull has begun; `done` settles when it has ended. Throws `pull-in-progress`, `disk-full`. */
  start(entry: CatalogueEntry, signal?: AbortSignal): Promise<{ done: Promise<void> }>;
  progress(id: string): PullProgress | undefined;
  /** Why the last pull failed; a cancelled one did not fail. */
  failure(id: string): CodedError | undefined;
  /** Ends the pull, keeps what was received, and resolves when nothing is written any more. False when there was none. */
  cancel(id: string): Promise<boolean>;
  close(): Promise<void>;
}

interface Running {
  readonly abort: AbortController;
  progress: PullProgress;
  /** Settles, always well, when nothing is written any more. */
  readonly ended: PromiseWithResolvers<void>;
}

/** Between two announcements of progress, in milliseconds. */
const ANNOUNCE_EVERY = 200;

export function createPulls(place: PullPlace, changed: (id: string) => void): Pulls {
  const running = new Map<string, Running>();
  const failures = new Map<string, CodedError>();

  const end = (id: string) => {
    running.get(id)?.ended.resolve();
    running.delete(id);
  };

  const report = (id: string, job: Running, totalBytes: number) => {
    let announced = 0;
    return (receivedBytes: number) => {
      job.progress = { receivedBytes, totalBytes };
      const now = place.clock.now().getTime();
      if (now - announced < ANNOUNCE_EVERY) return;
      announced = now;
      changed(id);
    };
  };

  const run = async (entry: CatalogueEntry, job: Running, lock: ExclusiveLock, signal: AbortSignal) => {
    const { id } = entry;
    try {
      await pullFile(place, entry, report(id, job, entry.file.sizeBytes), signal);
    } catch (error) {
      if (!signal.aborted) failures.set(id, error instanceof CodedError ? error : ourFault(id, error));
      throw error;
    } finally {
      lock.release();
      end(id);
      changed(id);
    }
  };

  return {
    start: async (entry, outer) => {
      const { id } = entry;
      if (running.has(id)) throw pullInProgress(id);
      const job: Running = {
        abort: new AbortController(),
        progress: { receivedBytes: 0, totalBytes: entry.file.sizeBytes },
        ended: Promise.withResolvers(),
      };
      running.set(id, job);
      failures.delete(id);
      const signal = outer === undefined ? job.abort.signal : AbortSignal.any([job.abort.signal, outer]);
      try {
        const { lock, receivedBytes } = await prepare(place, entry);
        job.progress = { ...job.progress, receivedBytes };
        changed(id);
        const done = run(entry, job, lock, signal);
        // Whoever does not wait for the end reads it from `failure`.
        done.catch(() => undefined);
        return { done };
      } catch (error) {
        end(id);
        throw error;
      }
    },
    progress: (id) => running.get(id)?.progress,
    failure: (id) => failures.get(id),
    cancel: async (id) => {
      const job = running.get(id);
      job?.abort.abort();
      await job?.ended.promise;
      return job !== undefined;
    },
    close: async () => {
      const jobs = [...running.values()];
      for (const job of jobs) job.abort.abort();
      await Promise.all(jobs.map((job) => job.ended.promise));
    },
  };
}

async function prepare(place: PullPlace, entry: CatalogueEntry) {
  const lock = lockContent(place.folder, entry.file.sha256, entry.id);
  try {
    return { lock, receivedBytes: await keptBytes(place, entry) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

const ourFault = (id: string, cause: unknown) =>
  new CodedError({
    status: 500,
    code: 'pull-failed',
    detail: `The pull of "${id}" ended by a fault of this program or its disk; what was received is kept.`,
    todo: 'Run the doctor (npm run terroir -- doctor), then pull again.',
    cause,
  });
