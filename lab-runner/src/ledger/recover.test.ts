import { cp, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyLedger } from '@terroir/labs/contract/ledger/verify-ledger.ts';
import { describe, expect, it } from 'vitest';
import { appendMany, entryOf, open, temporaryFolder } from './ledger-fixture.ts';

const LOG = 'log/0000000000000000';

/** A folder as a crash would leave it: `published` entries under a checkpoint, `more` only in the log, no lock held. */
async function crashedLedger({ published, more }: { published: number; more: number }) {
  const folder = await temporaryFolder();
  const ledger = await open(folder);
  await appendMany(ledger, published);
  await ledger.publish();
  const batch = Math.ceil(more / 10);
  for (let left = more; left > 0; left -= batch) await appendMany(ledger, Math.min(batch, left));
  const crashed = await temporaryFolder();
  await cp(folder, crashed, { recursive: true });
  await ledger.close();
  return crashed;
}

async function flipBit(path: string, byte: number) {
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(byte) ^ 4, byte);
  await writeFile(path, bytes);
}

describe('after a crash', () => {
  it.each([
    [0, 5],
    [10, 5],
    [256, 0],
    [256, 300],
    [300, 700],
  ])('%i published and %i only logged entries are all there', async (published, more) => {
    const ledger = await open(await crashedLedger({ published, more }));
    expect(ledger.size).toBe(published + more);
    for await (const { index, bytes } of ledger.entries()) expect(Buffer.from(bytes)).toEqual(entryOf(index));
    await ledger.publish();
    const verdict = await verifyLedger((path) => ledger.file(path), ledger.verifierKey);
    expect(verdict).toMatchObject({ verified: true, size: published + more });
  });

  it('drops a batch that was never confirmed, and goes on after the last that was', async () => {
    const folder = await crashedLedger({ published: 2, more: 3 });
    const { size } = await stat(join(folder, LOG));
    await truncate(join(folder, LOG), size - 1);
    const ledger = await open(folder);
    expect(ledger.size).toBe(4);
    expect(await ledger.append(Buffer.from('again'))).toEqual({ index: 4 });
    await ledger.close();
    const again = await open(folder);
    expect(Buffer.from((await again.entry(4)) ?? '').toString()).toBe('again');
  });

  it('drops the empty space that a power cut left at the end of the log', async () => {
    const folder = await crashedLedger({ published: 2, more: 1 });
    const { size } = await stat(join(folder, LOG));
    await truncate(join(folder, LOG), size + 5000);
    expect((await open(folder)).size).toBe(3);
    expect((await stat(join(folder, LOG))).size).toBe(size);
  });

  it('begins again when it came before the first checkpoint', async () => {
    const folder = await crashedLedger({ published: 0, more: 0 });
    await rm(join(folder, 'checkpoint'));
    expect((await open(folder)).size).toBe(0);
  });

  it('removes half-written files', async () => {
    const folder = await crashedLedger({ published: 2, more: 0 });
    await writeFile(join(folder, 'tmp/7'), 'half');
    await open(folder);
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  });
});

describe('what was changed is refused and left as it is', () => {
  const refuses = async (folder: string, code: string, origin?: string) => {
    const before = await readdir(folder, { recursive: true });
    const logged = await readFile(join(folder, LOG)).catch(() => undefined);
    await expect(open(folder, origin === undefined ? {} : { origin })).rejects.toMatchObject({ code });
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(before.sort());
    if (logged) expect(await readFile(join(folder, LOG))).toEqual(logged);
  };

  it('a bit of an older batch', async () => {
    const folder = await crashedLedger({ published: 0, more: 5 });
    await flipBit(join(folder, LOG), 40);
    await refuses(folder, 'ledger-corrupt');
  });

  it('a bit of the last batch, which a checkpoint covers', async () => {
    const folder = await crashedLedger({ published: 5, more: 0 });
    await flipBit(join(folder, LOG), (await stat(join(folder, LOG))).size - 1);
    await refuses(folder, 'ledger-corrupt');
  });

  it('entries cut from the end that a checkpoint covers', async () => {
    const folder = await crashedLedger({ published: 5, more: 0 });
    await truncate(join(folder, LOG), 0);
    await refuses(folder, 'ledger-rolled-back');
  });

  it('the whole log', async () => {
    const folder = await crashedLedger({ published: 5, more: 0 });
    await rm(join(folder, LOG));
    await refuses(folder, 'ledger-rolled-back');
  });

  it('a log of as many other entries', async () => {
    const folder = await crashedLedger({ published: 5, more: 0 });
    const other = await crashedLedger({ published: 0, more: 6 });
    const another = await temporaryFolder();
    const ledger = await open(another);
    await Promise.all(Array.from({ length: 6 }, (_, at) => ledger.append(entryOf(at + 1))));
    await cp(join(other, LOG), join(folder, LOG));
    expect((await open(folder)).size).toBe(6);
    const forged = await crashedLedger({ published: 5, more: 0 });
    await cp(join(another, LOG), join(forged, LOG));
    await refuses(forged, 'ledger-corrupt');
  });

  it('a log file missing in the middle', async () => {
    const folder = await crashedLedger({ published: 0, more: 5 });
    await mkdir(join(folder, 'log'), { recursive: true });
    await writeFile(join(folder, 'log/0000000000000009'), '');
    await refuses(folder, 'ledger-corrupt');
  });

  it('a log file missing at the start', async () => {
    const folder = await crashedLedger({ published: 300, more: 0 });
    await rm(join(folder, LOG));
    await writeFile(join(folder, 'log/0000000000000300'), '');
    await refuses(folder, 'ledger-corrupt');
  });

  it('a missing or changed tile of the edge', async () => {
    const missing = await crashedLedger({ published: 300, more: 0 });
    await rm(join(missing, 'tile/1/000.p/1'));
    await refuses(missing, 'ledger-corrupt');
    const changed = await crashedLedger({ published: 300, more: 0 });
    await flipBit(join(changed, 'tile/1/000.p/1'), 3);
    await refuses(changed, 'ledger-corrupt');
  });

  it('a missing or changed checkpoint', async () => {
    const missing = await crashedLedger({ published: 5, more: 0 });
    await rm(join(missing, 'checkpoint'));
    await refuses(missing, 'ledger-corrupt');
    const changed = await crashedLedger({ published: 5, more: 0 });
    await flipBit(join(changed, 'checkpoint'), 20);
    await refuses(changed, 'ledger-corrupt');
  });

  it('a missing or changed key', async () => {
    const missing = await crashedLedger({ published: 5, more: 0 });
    await rm(join(missing, 'key'));
    await refuses(missing, 'ledger-key-missing');
    const changed = await crashedLedger({ published: 5, more: 0 });
    await flipBit(join(changed, 'key'), 60);
    await refuses(changed, 'ledger-corrupt');
  });

  it('another origin', async () => {
    const folder = await crashedLedger({ published: 5, more: 0 });
    await refuses(folder, 'ledger-origin-mismatch', 'example.org/m/other');
  });
});
