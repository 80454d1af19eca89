import { expect, it } from 'vitest';
import { toHex } from './bytes.ts';
import { leafHash } from './merkle.ts';
import { tilePath } from './tile.ts';
import { type TileBytes, TreeEdge } from './tree-edge.ts';

const leafOf = (index: number) => leafHash(Uint8Array.of(index & 0xff, (index >> 8) & 0xff, index >> 16));
const named = (tiles: readonly TileBytes[]) => tiles.map(({ tile, bytes }) => [tilePath(tile), toHex(leafHash(bytes))]);

it('goes on from stored tiles exactly as if it had never stopped, over three levels of tiles', () => {
  const full: TileBytes[] = [];
  const edge = new TreeEdge((tile) => full.push(tile));
  const pauses = [0, 256, 65_280, 65_536, 66_048];
  const resumed: { edge: TreeEdge; full: TileBytes[]; from: number }[] = [];
  for (let index = 0; index < 66_100; index++) {
    if (pauses.includes(index)) {
      const tiles: Uint8Array[] = [new Uint8Array(0), new Uint8Array(0)];
      for (const { tile, bytes } of edge.partialTiles()) tiles[Number(tile.level) - 1] = bytes;
      const after: TileBytes[] = [];
      resumed.push({ edge: TreeEdge.resume(index, tiles, (tile) => after.push(tile)), full: after, from: full.length });
    }
    const leaf = leafOf(index);
    edge.append(leaf);
    for (const { edge: other } of resumed) other.append(leaf);
  }
  for (const { edge: other, full: after, from } of resumed) {
    expect(other.size).toBe(66_100);
    expect(toHex(other.root())).toBe(toHex(edge.root()));
    expect(named(other.partialTiles())).toEqual(named(edge.partialTiles()));
    expect(named(after)).toEqual(named(full.slice(from)));
  }
  expect(full.map(({ tile }) => tile.level).filter((level) => level === 1)).toHaveLength(1);
});
