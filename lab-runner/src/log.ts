import { renameSync, statSync } from 'node:fs';
import { type DestinationStream, type Logger, pino } from 'pino';

/** A log that grew beyond this is put aside at the next start, in place of the one put aside before. */
const MOST_BYTES = 5_000_000;

export interface Log {
  readonly logger: Logger;
  /** Notes what no caller is waiting for. */
  readonly report: (what: string, error: unknown) => void;
  close(): void;
}

/** The runner's own log: warnings and faults, as JSON lines. What a person must see goes to the terminal instead. */
export function openLog(file: string): Log {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MOST_BYTES) renameSync(file, `${file}.1`);
  const destination = pino.destination({ dest: file, sync: true, mkdir: false, mode: 0o600 });
  // A log that cannot be written must not end what it tells of.
  destination.on('error', () => {});
  const logger = pino({ level: 'warn', base: null }, destination as DestinationStream);
  return {
    logger,
    report: (what, error) => logger.warn({ err: error }, what),
    close: () => destination.end(),
  };
}
