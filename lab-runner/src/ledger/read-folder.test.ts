import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderReader } from './folder-reader.ts';
import { appendMany, entryOf, ORIGIN, open, temporaryFolder } from './ledger-fixture.ts';
import { verifyLedgerPath } from './read-folder.ts';

async function publishedLedger(size: number) {
  const folder = await temporaryFolder();
  const ledger = await open(folder);
  await appendMany(ledger, size);
  await ledger.publish();
  return { folder, ledger };
}

describe('a ledger folder', () => {
  it('is verified with the key in it or the key given, also while it is written', async () => {
    const { folder, ledger } = await publishedLedger(300);
    const report = await verifyLedgerPath(folder);
    expect(report).toMatchObject({
      kind: 'ledger',
      verified: true,
      size: 300,
      origin: ORIGIN,
      key: { from: 'folder' },
    });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    const given = await verifyLedgerPath(folder, { vkey: ledger.verifierKey });
    expect(given).toMatchObject({ verified: true, key: { from: 'given', verifier: ledger.verifierKey } });
  });

  it('is verified against an older checkpoint', async () => {
    const { folder, ledger } = await publishedLedger(10);
    const against = await ledger.checkpoint();
    await appendMany(ledger, 300);
    await ledger.publish();
    expect(await verifyLedgerPath(folder, { against })).toMatchObject({ verified: true, size: 310, extends: 10 });
  });

  it('names the first wrong file and entry', async () => {
    const { folder, ledger } = await publishedLedger(300);
    await ledger.close();
    await rename(join(folder, 'tile/entries/000'), join(folder, 'tile/entries/001'));
    await writeFile(join(folder, 'tile/entries/000'), Buffer.alloc(512));
    expect(await verifyLedgerPath(folder)).toMatchObject({
      verified: false,
      code: 'leaf-mismatch',
      wrong: { path: 'tile/entries/000', index: 0 },
    });
  });

  it('is refused with another ledger\u2019s key', async () => {
    const { folder } = await publishedLedger(3);
    const { ledger } = await publishedLedger(3);
    const report = await verifyLedgerPath(folder, { vkey: ledger.verifierKey });
    expect(report).toMatchObject({ verified: false, code: 'note-key-unknown' });
  });

  it('gives the narrower tile that a gateway has just replaced', async () => {
    const { folder, ledger } = await publishedLedger(10);
    const read = folderReader(folder);
    const before = await read('tile/entries/000.p/10');
    await appendMany(ledger, 5);
    await ledger.publish();
    expect(await read('tile/entries/000.p/10')).toEqual(before);
    await appendMany(ledger, 300);
    await ledger.publish();
    expect(await read('tile/entries/000.p/10')).toEqual(before);
    expect(await read('tile/entries/001.p/200')).toBeUndefined();
    expect(await read('key')).toBeUndefined();
  });

  it('stops when asked to', async () => {
    const { folder } = await publishedLedger(3);
    await expect(verifyLedgerPath(folder, {}, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});

describe('a proof file', () => {
  it('is verified with the key given, and its entry shown', async () => {
    const { folder, ledger } = await publishedLedger(300);
    const file = join(dirname(folder), 'entry-7.tlog-proof');
    await writeFile(file, await ledger.proof(7));
    const report = await verifyLedgerPath(file, { vkey: ledger.verifierKey });
    expect(report).toMatchObject({ kind: 'proof', verified: true, proof: { index: 7, entry: entryOf(7).toString() } });
    expect(await verifyLedgerPath(file)).toMatchObject({ verified: false, code: 'key-needed' });
  });

  it('says which step failed', async () => {
    const { folder, ledger } = await publishedLedger(300);
    const file = join(dirname(folder), 'changed.tlog-proof');
    await writeFile(file, (await ledger.proof(7)).replace('index 7', 'index 6'));
    expect(await verifyLedgerPath(file, { vkey: ledger.verifierKey })).toMatchObject({
      verified: false,
      code: 'root-mismatch',
      proof: { failed: 'inclusion', passed: ['format', 'signature', 'root', 'entry'] },
    });
    await writeFile(file, Buffer.of(0xff, 0xfe));
    expect(await verifyLedgerPath(file, { vkey: ledger.verifierKey })).toMatchObject({ code: 'proof-malformed' });
  });
});

it('says what is not there', async () => {
  const { folder, ledger } = await publishedLedger(3);
  expect(await verifyLedgerPath(join(folder, 'nowhere'))).toMatchObject({ code: 'path-not-found', verified: false });
  expect(await verifyLedgerPath(join(folder, 'log'))).toMatchObject({ code: 'not-a-ledger', verified: false });
  await ledger.close();
  await rm(join(folder, 'key.pub'));
  expect(await verifyLedgerPath(folder)).toMatchObject({ code: 'key-needed', verified: false });
});
