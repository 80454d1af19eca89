import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toHex } from '@terroir/labs/contract/ledger/bytes.ts';
import { parseCheckpoint } from '@terroir/labs/contract/ledger/checkpoint.ts';
import { inclusionProof, leafHash, rootFromPath, treeRoot } from '@terroir/labs/contract/ledger/merkle.ts';
import { sampleEntry, sampleLog } from '@terroir/labs/contract/ledger/sample-log.ts';
import { parseNote } from '@terroir/labs/contract/ledger/signed-note.ts';
import { expect, it } from 'vitest';
import { temporaryFolder } from './ledger-fixture.ts';
import { PublishedTree } from './published-tree.ts';

it('makes proofs from tiles of three levels', async () => {
  const folder = await temporaryFolder();
  const log = sampleLog(66_000);
  for (const [path, bytes] of log.files) {
    if (path.startsWith('tile/entries/')) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  const { size, root } = parseCheckpoint(parseNote(log.checkpoint).text);
  const tree = new PublishedTree(folder, { size, note: log.checkpoint });
  expect(toHex(await treeRoot(size, tree.hash))).toBe(toHex(root));
  for (const index of [0, 255, 256, 65_535, 65_536, 65_999]) {
    const path = await inclusionProof(index, size, tree.hash);
    const computed = rootFromPath(index, size, leafHash(sampleEntry(index)), path);
    expect(computed && toHex(computed)).toBe(toHex(root));
  }
});
