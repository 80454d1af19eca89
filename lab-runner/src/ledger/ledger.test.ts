import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCheckpoint } from '@terroir/labs/contract/ledger/checkpoint.ts';
import { openNote } from '@terroir/labs/contract/ledger/signed-note.ts';
import { decodeBundle } from '@terroir/labs/contract/ledger/tile.ts';
import { parseVerifierKey } from '@terroir/labs/contract/ledger/verifier-key.ts';
import { verifyLedger } from '@terroir/labs/contract/ledger/verify-ledger.ts';
import { verifyProof } from '@terroir/labs/contract/ledger/verify-proof.ts';
import { describe, expect, it, vi } from 'vitest';
import type { Ledger } from './ledger.ts';
import { appendMany, entryOf, ORIGIN, open, temporaryFolder } from './ledger-fixture.ts';

const publishedSize = async (ledger: Ledger) =>
  parseCheckpoint(openNote(await ledger.checkpoint(), [parseVerifierKey(ledger.verifierKey)]).text).size;

describe('a new ledger', () => {
  it('has a key of its own that only the owner may read, and a checkpoint of nothing', async () => {
    const folder = await temporaryFolder();
    const ledger = await open(folder);
    expect(ledger.verifierKey).toMatch(/^example\.org\/m\/test\+[0-9a-f]{8}\+/);
    expect(await readFile(join(folder, 'key.pub'), 'utf8')).toBe(`${ledger.verifierKey}\n`);
    expect((await stat(join(folder, 'key'))).mode & 0o777).toBe(0o600);
    expect(ledger.size).toBe(0);
    expect(await publishedSize(ledger)).toBe(0);
    expect((await open(await temporaryFolder())).verifierKey).not.toBe(ledger.verifierKey);
  });

  it.each(['', 'with space', 'a+b', 'a\nb'])('refuses the origin %j', async (origin) => {
    await expect(open(await temporaryFolder(), { origin })).rejects.toMatchObject({ code: 'ledger-origin-invalid' });
  });
});

describe('appending', () => {
  it('gives every entry an index of its own, and keeps it over a restart', async () => {
    const folder = await temporaryFolder();
    const first = await open(folder);
    const indices = await Promise.all(
      Array.from({ length: 600 }, async (_, at) => (await first.append(entryOf(at))).index),
    );
    expect(indices).toEqual(Array.from({ length: 600 }, (_, at) => at));
    await first.close();

    const second = await open(folder);
    expect(second.size).toBe(600);
    expect(second.verifierKey).toBe(first.verifierKey);
    expect(await second.append(entryOf(600))).toEqual({ index: 600 });
    for (const index of [0, 255, 256, 599, 600]) {
      expect(Buffer.from((await second.entry(index)) ?? '')).toEqual(entryOf(index));
    }
    for (const index of [601, -1, 0.5, Number.NaN]) expect(await second.entry(index)).toBeUndefined();
  });

  it('takes entries of 0 to 65,535 bytes', async () => {
    const ledger = await open(await temporaryFolder());
    await ledger.append(new Uint8Array(0));
    await ledger.append(new Uint8Array(65_535).fill(1));
    await expect(ledger.append(new Uint8Array(65_536))).rejects.toMatchObject({ code: 'ledger-entry-too-large' });
    expect(ledger.size).toBe(2);
    await ledger.publish();
    for (const index of [0, 1]) {
      expect(verifyProof(await ledger.proof(index), ledger.verifierKey)).toMatchObject({ verified: true });
    }
  });

  it('lists entries from any index, published or not, from log and bundles alike', async () => {
    const ledger = await open(await temporaryFolder());
    await appendMany(ledger, 300);
    await ledger.publish();
    await appendMany(ledger, 300);
    for (const from of [0, 255, 256, 590, 600]) {
      const found: number[] = [];
      for await (const { index, bytes } of ledger.entries(from)) {
        expect(Buffer.from(bytes)).toEqual(entryOf(index));
        found.push(index);
      }
      expect(found).toEqual(Array.from({ length: 600 - from }, (_, at) => from + at));
    }
  });

  it('lets log files go once bundles hold their entries', async () => {
    const folder = await temporaryFolder();
    const ledger = await open(folder);
    for (let round = 0; round < 10; round++) await appendMany(ledger, 1000);
    expect(await readdir(join(folder, 'log'))).toHaveLength(2);
    await ledger.publish();
    expect(await readdir(join(folder, 'log'))).toHaveLength(1);
    await appendMany(ledger, 1);
    expect(Buffer.from((await ledger.entry(5)) ?? '')).toEqual(entryOf(5));
    await ledger.close();
    const again = await open(folder);
    expect(again.size).toBe(10_001);
    let count = 0;
    for await (const { index, bytes } of again.entries()) count += Buffer.from(bytes).equals(entryOf(index)) ? 1 : 0;
    expect(count).toBe(10_001);
  });
});

describe('publishing', () => {
  it('happens by itself soon after an entry', async () => {
    const ledger = await open(await temporaryFolder(), { publishEveryMs: 1 });
    await ledger.append(entryOf(0));
    await vi.waitFor(async () => expect(await publishedSize(ledger)).toBe(1), { timeout: 5000 });
  });

  it('happens on close', async () => {
    const folder = await temporaryFolder();
    const ledger = await open(folder);
    await appendMany(ledger, 3);
    expect(await publishedSize(ledger)).toBe(0);
    await ledger.close();
    expect(await readFile(join(folder, 'checkpoint'), 'utf8')).toContain(`${ORIGIN}\n3\n`);
  });

  it('gives files that verify from files alone, at every size', async () => {
    const ledger = await open(await temporaryFolder());
    let older = await ledger.checkpoint();
    for (const more of [1, 254, 1, 1, 300, 4000]) {
      await appendMany(ledger, more);
      await ledger.publish();
      const verdict = await verifyLedger((path) => ledger.file(path), ledger.verifierKey, { against: older });
      expect(verdict).toMatchObject({ verified: true, size: ledger.size });
      older = await ledger.checkpoint();
    }
  });

  it('keeps one partial tile per level on disk, and still serves the narrower ones', async () => {
    const folder = await temporaryFolder();
    const ledger = await open(folder);
    for (const _ of Array(5)) {
      await appendMany(ledger, 2);
      await ledger.publish();
    }
    expect(await readdir(join(folder, 'tile/0/000.p'))).toEqual(['10']);
    expect(await readdir(join(folder, 'tile/entries/000.p'))).toEqual(['10']);
    expect(await ledger.file('tile/0/000.p/4')).toHaveLength(4 * 32);
    const bundle = await ledger.file('tile/entries/000.p/4');
    expect(decodeBundle(bundle ?? new Uint8Array(0), 4)).toHaveLength(4);

    await appendMany(ledger, 246);
    await ledger.publish();
    expect(await readdir(join(folder, 'tile/0'))).toEqual(['000']);
    expect(await ledger.file('tile/0/000.p/10')).toHaveLength(10 * 32);
  });

  it('serves nothing that no checkpoint covers, and nothing but tiles', async () => {
    const ledger = await open(await temporaryFolder());
    await appendMany(ledger, 10);
    await ledger.publish();
    await appendMany(ledger, 10);
    const paths = ['tile/0/000', 'tile/0/000.p/11', 'tile/0/001.p/1', 'tile/1/000.p/1', 'tile/entries/000.p/11'];
    const outside = ['key', 'key.pub', 'writer', 'log/0000000000000000', 'tile/0/../../key', '../ledger/key', ''];
    for (const path of [...paths, ...outside]) expect(await ledger.file(path)).toBeUndefined();
    expect(Buffer.from((await ledger.file('checkpoint')) ?? '').toString()).toBe(await ledger.checkpoint());
  });

  it('works while entries arrive', async () => {
    const ledger = await open(await temporaryFolder(), { publishEveryMs: 1 });
    for (let round = 0; round < 20; round++) {
      const index = ledger.size + 99;
      await Promise.all([appendMany(ledger, 100), ledger.publish(), ledger.publish()]);
      expect(verifyProof(await ledger.proof(index), ledger.verifierKey)).toMatchObject({ verified: true });
    }
    await ledger.publish();
    const verdict = await verifyLedger((path) => ledger.file(path), ledger.verifierKey);
    expect(verdict).toMatchObject({ verified: true, size: 2000 });
  });
});

describe('proofs', () => {
  it('hold for old and new entries, and publish what is not yet covered', async () => {
    const folder = await temporaryFolder();
    const ledger = await open(folder);
    await appendMany(ledger, 700);
    for (const index of [0, 255, 256, 511, 512, 699]) {
      const verdict = verifyProof(await ledger.proof(index), ledger.verifierKey, { origin: ORIGIN });
      expect(verdict).toMatchObject({ verified: true, facts: { index, size: 700 } });
    }
    await ledger.close();
    const again = await open(folder);
    expect(verifyProof(await again.proof(256), again.verifierKey)).toMatchObject({ verified: true });
  });

  it('are refused for entries that are not there', async () => {
    const ledger = await open(await temporaryFolder());
    await expect(ledger.proof(0)).rejects.toMatchObject({ code: 'ledger-no-such-entry' });
    await expect(ledger.proof(-1)).rejects.toMatchObject({ code: 'ledger-no-such-entry' });
  });
});

it('does nothing more once it is closed', async () => {
  const ledger = await open(await temporaryFolder());
  await ledger.append(entryOf(0));
  await Promise.all([ledger.close(), ledger.close()]);
  const closed = { code: 'ledger-closed' };
  await expect(ledger.append(entryOf(1))).rejects.toMatchObject(closed);
  await expect(ledger.entry(0)).rejects.toMatchObject(closed);
  await expect(ledger.proof(0)).rejects.toMatchObject(closed);
  await expect(ledger.publish()).rejects.toMatchObject(closed);
});
