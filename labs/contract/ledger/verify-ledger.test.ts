import { describe, expect, it } from 'vitest';
import { sampleEntry, sampleLog } from './sample-log.ts';
import { type LedgerReader, verifyLedger } from './verify-ledger.ts';

const readerOf =
  (files: ReadonlyMap<string, Uint8Array>): LedgerReader =>
  async (path) =>
    files.get(path);

describe('a whole log', () => {
  it.each([0, 1, 255, 256, 257, 600])('of %i entries is recomputed', async (size) => {
    const log = sampleLog(size);
    const progress: number[] = [];
    const onProgress = (entries: number) => progress.push(entries);
    const verdict = await verifyLedger(readerOf(log.files), log.vkey, { onProgress });
    expect(verdict).toMatchObject({ verified: true, origin: 'example.org/log', size });
    expect(progress.at(-1)).toBe(size === 0 ? undefined : size);
  });

  it('of three levels of tiles has those that the specification counts', async () => {
    const log = sampleLog(70_000);
    const at = (prefix: string) => [...log.files.keys()].filter((path) => path.startsWith(prefix));
    expect(at('tile/0/')).toHaveLength(274);
    expect(log.files.get('tile/0/273.p/112')).toHaveLength(112 * 32);
    expect(at('tile/1/')).toEqual(['tile/1/000', 'tile/1/001.p/17']);
    expect(at('tile/2/')).toEqual(['tile/2/000.p/1']);
    expect(await verifyLedger(readerOf(log.files), log.vkey)).toMatchObject({ verified: true, size: 70_000 });
  });

  it('stops when asked to', async () => {
    const log = sampleLog(600);
    const stop = new AbortController();
    const onProgress = () => stop.abort(new Error('enough'));
    await expect(verifyLedger(readerOf(log.files), log.vkey, { onProgress, signal: stop.signal })).rejects.toThrow(
      'enough',
    );
  });
});

describe('a changed log', () => {
  const log = sampleLog(520);
  const changed = (path: string, bytes?: Uint8Array) => {
    const files = new Map(log.files);
    if (bytes) files.set(path, bytes);
    else files.delete(path);
    return verifyLedger(readerOf(files), log.vkey);
  };
  const flip = (bytes: Uint8Array, bit: number) =>
    bytes.map((byte, at) => (at === Math.floor(bit / 8) ? byte ^ (1 << (bit % 8)) : byte));

  it.each([...log.files.keys()])('is noticed after any one flipped bit of %s', async (path) => {
    const bytes = log.files.get(path) ?? new Uint8Array(0);
    // A stride without a factor of 8 visits every bit position of a byte, in all parts of the file.
    const stride = Math.max(1, Math.floor(bytes.length / 6)) * 8 + 1;
    for (let bit = 0; bit < bytes.length * 8; bit += stride) {
      expect(await changed(path, flip(bytes, bit))).toMatchObject({ verified: false });
    }
  });

  it.each([...log.files.keys()])('names %s when it is missing', async (path) => {
    const code = path === 'checkpoint' ? 'checkpoint-missing' : 'file-missing';
    expect(await changed(path)).toMatchObject({ verified: false, path, code });
  });

  it('names the first entry that is another', async () => {
    const files = new Map(log.files);
    const forged = sampleLog(520, { entry: (index) => sampleEntry(index === 300 ? 999 : index) });
    files.set('tile/entries/001', forged.files.get('tile/entries/001') ?? new Uint8Array(0));
    const verdict = await verifyLedger(readerOf(files), log.vkey);
    expect(verdict).toMatchObject({ code: 'leaf-mismatch', path: 'tile/entries/001', index: 300 });
  });

  it('is noticed when entries, tiles and all were forged and only the checkpoint kept', async () => {
    const forged = sampleLog(520, { entry: (index) => sampleEntry(index === 300 ? 999 : index) });
    forged.files.set('checkpoint', log.files.get('checkpoint') ?? new Uint8Array(0));
    expect(await verifyLedger(readerOf(forged.files), log.vkey)).toMatchObject({
      verified: false,
      code: 'root-mismatch',
    });
  });

  it('is noticed when another key or origin signed it', async () => {
    const other = sampleLog(520, { seed: 2 });
    expect(await verifyLedger(readerOf(log.files), other.vkey)).toMatchObject({ code: 'note-key-unknown' });
    const pinned = await verifyLedger(readerOf(log.files), log.vkey, { origin: 'example.org/another' });
    expect(pinned).toMatchObject({ code: 'origin-unexpected' });
  });
});

describe('against an older checkpoint', () => {
  const log = sampleLog(300);
  const against = (older: string) => verifyLedger(readerOf(log.files), log.vkey, { against: older });

  it.each([0, 1, 256, 299, 300])('of %i entries, it extends it', async (size) => {
    expect(await against(sampleLog(size).checkpoint)).toMatchObject({ verified: true, extends: size });
  });

  it('it is refused when the past was rewritten, though all files agree', async () => {
    const before = sampleLog(200, { entry: (index) => sampleEntry(index + 1) });
    expect(await against(before.checkpoint)).toMatchObject({ verified: false, code: 'older-checkpoint-inconsistent' });
  });

  it('it is refused when entries were taken away', async () => {
    expect(await against(sampleLog(301).checkpoint)).toMatchObject({ verified: false, code: 'older-checkpoint-newer' });
  });

  it('it is refused when the older one is not of this log', async () => {
    expect(await against(sampleLog(10, { seed: 2 }).checkpoint)).toMatchObject({ code: 'note-key-unknown' });
    expect(await against('nonsense')).toMatchObject({ code: 'note-malformed' });
  });
});
