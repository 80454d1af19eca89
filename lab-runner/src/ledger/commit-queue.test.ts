import { expect, it } from 'vitest';
import { CommitQueue } from './commit-queue.ts';

/** A queue whose commits are settled by hand. */
function queueByHand() {
  const commits: { texts: string[]; resolve: (first: number) => void; reject: (error: Error) => void }[] = [];
  const queue = new CommitQueue((entries) => {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    commits.push({ texts: entries.map((bytes) => Buffer.from(bytes).toString()), resolve, reject });
    return promise;
  });
  return { queue, commits };
}
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

it('commits together what waits together, in order of arrival', async () => {
  const { queue, commits } = queueByHand();
  const early = ['a', 'b'].map((text) => queue.append(Buffer.from(text)));
  await nextTurn();
  const late = ['c', 'd', 'e'].map((text) => queue.append(Buffer.from(text)));
  await nextTurn();
  expect(commits.map(({ texts }) => texts)).toEqual([['a', 'b']]);
  commits[0]?.resolve(10);
  expect(await Promise.all(early)).toEqual([{ index: 10 }, { index: 11 }]);
  await nextTurn();
  expect(commits.map(({ texts }) => texts)).toEqual([
    ['a', 'b'],
    ['c', 'd', 'e'],
  ]);
  commits[1]?.resolve(12);
  expect(await Promise.all(late)).toEqual([{ index: 12 }, { index: 13 }, { index: 14 }]);
});

it('tells of a failure only those whose batch failed', async () => {
  const { queue, commits } = queueByHand();
  const lost = queue.append(Buffer.from('a'));
  await nextTurn();
  const kept = queue.append(Buffer.from('b'));
  commits[0]?.reject(new Error('no room'));
  await expect(lost).rejects.toThrow('no room');
  await nextTurn();
  commits[1]?.resolve(0);
  expect(await kept).toEqual({ index: 0 });
});

it('splits a batch before it becomes very large', async () => {
  const { queue, commits } = queueByHand();
  const entries = Array.from({ length: 100 }, () => queue.append(new Uint8Array(65_535)));
  await nextTurn();
  expect(commits[0]?.texts.length).toBe(64);
  commits[0]?.resolve(0);
  await nextTurn();
  commits[1]?.resolve(64);
  expect((await Promise.all(entries)).at(-1)).toEqual({ index: 99 });
});

it('keeps its own copy of the bytes', async () => {
  const { queue, commits } = queueByHand();
  const bytes = Buffer.from('kept');
  const appended = queue.append(bytes);
  bytes.fill(0);
  await nextTurn();
  expect(commits[0]?.texts).toEqual(['kept']);
  commits[0]?.resolve(0);
  await appended;
});

it('settles what waits before it closes, and takes nothing more', async () => {
  const { queue, commits } = queueByHand();
  const waiting = queue.append(Buffer.from('a'));
  const closed = queue.close();
  await expect(queue.append(Buffer.from('b'))).rejects.toMatchObject({ code: 'ledger-closed' });
  await nextTurn();
  commits[0]?.resolve(0);
  await closed;
  expect(await waiting).toEqual({ index: 0 });
});
