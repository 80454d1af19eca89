import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLedger } from '../ledger/ledger.ts';
import { temporaryFolder, tickingClock } from '../models/centre.fixture.ts';
import { type } from './console.fixture.ts';

async function someLedger() {
  const folder = await temporaryFolder();
  const ledger = await openLedger({ folder, origin: 'terroir.test/m1', clock: tickingClock() });
  for (const entry of ['one', 'two', 'three']) await ledger.append(Buffer.from(entry));
  const proof = await ledger.proof(1);
  const key = ledger.verifierKey;
  await ledger.close();
  await writeFile(join(folder, 'entry.tlog-proof'), proof);
  return { folder, key, inFolder: { workingFolder: folder } };
}

describe('ledger verify', () => {
  it('verifies a folder, and says whose key it trusted', async () => {
    const { folder, key, inFolder } = await someLedger();
    const { exitCode, out } = await type('ledger verify .', inFolder);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^Verified: .*3 entries[\s\S]*Origin +terroir\.test\/m1[\s\S]*lay beside the entries/);
    const given = await type(['ledger', 'verify', folder, '--key', key]);
    expect(given.exitCode).toBe(0);
    expect(given.out).not.toContain('lay beside');
    const json = await type(['ledger', 'verify', folder, '--key', key, '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ kind: 'ledger', verified: true, size: 3, key: { from: 'given' } });
  });

  it('verifies a proof and shows the entry', async () => {
    const { key, inFolder } = await someLedger();
    const { exitCode, out } = await type(['ledger', 'verify', 'entry.tlog-proof', '--key', key], inFolder);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/Entry +1\nContent +two/);
    const withoutKey = await type('ledger verify entry.tlog-proof', inFolder);
    expect([withoutKey.exitCode, withoutKey.out]).toEqual([1, expect.stringContaining('key-needed')]);
  });

  it('finds what was changed', async () => {
    const { folder, key, inFolder } = await someLedger();
    const file = join(folder, 'entry.tlog-proof');
    const proof = await readFile(file, 'utf8');
    await writeFile(file, proof.replace(Buffer.from('two').toString('base64'), Buffer.from('six').toString('base64')));
    const { exitCode, out } = await type(['ledger', 'verify', 'entry.tlog-proof', '--key', key], inFolder);
    expect([exitCode, out]).toEqual([1, expect.stringMatching(/^NOT VERIFIED/)]);
  });

  it('demands that it extends an older checkpoint', async () => {
    const { folder, inFolder } = await someLedger();
    const other = await someLedger();
    const own = await type('ledger verify . --against checkpoint', inFolder);
    expect([own.exitCode, own.out]).toEqual([0, expect.stringMatching(/Extends +3/)]);
    const foreign = await type(['ledger', 'verify', folder, '--against', join(other.folder, 'checkpoint')]);
    expect(foreign.exitCode).toBe(1);
    const missing = await type('ledger verify . --against nothing', inFolder);
    expect([missing.exitCode, missing.notes]).toEqual([1, expect.stringContaining('older checkpoint')]);
  });

  it('says when there is no ledger', async () => {
    const empty = { workingFolder: await temporaryFolder() };
    expect(await type('ledger verify .', empty)).toMatchObject({
      exitCode: 1,
      out: expect.stringContaining('not-a-ledger'),
    });
    expect(await type('ledger verify x', empty)).toMatchObject({
      exitCode: 1,
      out: expect.stringContaining('path-not-found'),
    });
  });
});
