import { describe, expect, it } from 'vitest';
import { decodeBundle, encodeBundle, MAX_ENTRY_BYTES, narrowTile, parseTilePath, tilePath, tileWidth } from './tile.ts';

describe('paths', () => {
  it.each([
    ['tile/0/000', { level: 0, index: 0, width: 256 }],
    ['tile/1/x001/x234/067', { level: 1, index: 1234067, width: 256 }],
    ['tile/63/x001/234.p/8', { level: 63, index: 1234, width: 8 }],
    ['tile/entries/999.p/255', { level: 'entries', index: 999, width: 255 }],
    ['tile/entries/x001/000', { level: 'entries', index: 1000, width: 256 }],
  ] as const)('%s', (path, tile) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual(tile);
  });

  it.each([
    'tile/64/000',
    'tile/00/000',
    'tile/-1/000',
    'tile/0/0',
    'tile/0/0000',
    'tile/0/x000/000',
    'tile/0/001/000',
    'tile/0/x001',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/000.p/',
    'tile/0/000/',
    '/tile/0/000',
    'tile/0/../0/000',
    'tile/data/000',
    'tile/0/x999/x999/x999/x999/x999/999',
    'checkpoint',
    'key',
    '',
  ])('%s is none', (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });
});

it('names the tiles of a tree of 70,000 as the specification does', () => {
  const widths = (level: number) => {
    const found: number[] = [];
    for (let index = 0; tileWidth(level, index, 70_000) > 0; index++) found.push(tileWidth(level, index, 70_000));
    return found;
  };
  expect(widths(0)).toEqual([...Array(273).fill(256), 112]);
  expect(widths(1)).toEqual([256, 17]);
  expect(widths(2)).toEqual([1]);
  expect(widths(3)).toEqual([]);
  expect(tileWidth(1, 0, 256)).toBe(1);
});

describe('bundles', () => {
  const entries = [new Uint8Array(0), Uint8Array.of(7), new Uint8Array(MAX_ENTRY_BYTES).fill(9)];
  const bundle = encodeBundle(entries);

  it('hold entries of 0 to 65,535 bytes after big-endian lengths', () => {
    expect([...bundle.subarray(0, 7)]).toEqual([0, 0, 0, 1, 7, 255, 255]);
    expect(decodeBundle(bundle, 3)).toEqual(entries);
  });

  it('take no larger entry', () => {
    expect(() => encodeBundle([new Uint8Array(MAX_ENTRY_BYTES + 1)])).toThrow(
      expect.objectContaining({ code: 'tile-malformed' }),
    );
  });

  it('are refused when entries are missing or bytes are left over', () => {
    const malformed = expect.objectContaining({ code: 'tile-malformed' });
    expect(() => decodeBundle(bundle, 4)).toThrow(malformed);
    expect(() => decodeBundle(bundle, 2)).toThrow(malformed);
    expect(() => decodeBundle(bundle.subarray(0, -1), 3)).toThrow(malformed);
  });

  it('begin with the narrower bundles of earlier checkpoints', () => {
    expect(narrowTile(bundle, { level: 'entries', index: 0, width: 2 })).toEqual(encodeBundle(entries.slice(0, 2)));
    expect(narrowTile(bundle, { level: 'entries', index: 0, width: 4 })).toBeUndefined();
    expect(narrowTile(new Uint8Array(96), { level: 0, index: 0, width: 2 })).toHaveLength(64);
    expect(narrowTile(new Uint8Array(96), { level: 0, index: 0, width: 4 })).toBeUndefined();
  });
});
