import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Ledger, openLedger } from './ledger.ts';

/** For tests: folders that are removed, and ledgers that are closed, when the test ends. */
export const ORIGIN = 'example.org/m/test';

const clock = { now: () => new Date('2026-10-01T12:00:00Z') };

export const entryOf = (index: number): Uint8Array => Buffer.from(JSON.stringify({ entry: index, note: 'é' }));

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'terroir-ledger-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'ledger');
}

/** Opens a ledger that publishes only when asked, or as often as `publishEveryMs` says. */
export async function open(folder: string, { publishEveryMs = 3_600_000, origin = ORIGIN } = {}): Promise<Ledger> {
  const ledger = await openLedger({ folder, origin, clock, publishEveryMs });
  onTestFinished(() => ledger.close().catch(() => {}));
  return ledger;
}

export async function appendMany(ledger: Ledger, count: number): Promise<void> {
  const from = ledger.size;
  await Promise.all(Array.from({ length: count }, (_, at) => ledger.append(entryOf(from + at))));
}
