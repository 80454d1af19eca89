import { describe, expect, it } from 'vitest';
import { encodeBatch, scanBatches } from './batch.ts';

const entry = (text: string) => Buffer.from(text);
const batches = [
  encodeBatch(40, [entry('one'), entry('')]),
  encodeBatch(42, [entry('three')]),
  encodeBatch(43, [entry('four'), entry('five'), entry('six')]),
];
const file = Buffer.concat(batches);
const lastAt = file.length - (batches[2]?.length ?? 0);

describe('the batches of a log file', () => {
  it('are found, with where each entry lies', () => {
    const { spans, end, tail } = scanBatches(file, 40);
    expect({ end, tail }).toEqual({ end: file.length, tail: 'clean' });
    const texts = spans.map(({ at, length }) => file.toString('utf8', at, at + length));
    expect(texts).toEqual(['one', '', 'three', 'four', 'five', 'six']);
  });

  it('may be none', () => {
    expect(scanBatches(Buffer.alloc(0), 40)).toEqual({ spans: [], end: 0, tail: 'clean' });
  });

  it('are torn wherever the last is cut short, filled with zeros or half of it is missing', () => {
    for (let cut = lastAt + 1; cut < file.length; cut++) {
      const zeroed = Buffer.concat([file.subarray(0, cut), Buffer.alloc(file.length - cut)]);
      const hole = Buffer.concat([file.subarray(0, lastAt), Buffer.alloc(cut - lastAt), file.subarray(cut)]);
      for (const torn of [file.subarray(0, cut), zeroed, hole]) {
        expect(scanBatches(torn, 40)).toMatchObject({ end: lastAt, tail: 'torn', spans: { length: 3 } });
      }
    }
  });

  it('are damaged when any bit changes before the last one', () => {
    for (let bit = 0; bit < lastAt * 8; bit++) {
      const changed = Buffer.from(file);
      changed.writeUInt8(changed.readUInt8(Math.floor(bit / 8)) ^ (1 << (bit % 8)), Math.floor(bit / 8));
      expect(scanBatches(changed, 40).tail).toBe('damaged');
    }
  });

  it('are never taken for whole when any bit of the last one changes', () => {
    for (let bit = lastAt * 8; bit < file.length * 8; bit++) {
      const changed = Buffer.from(file);
      changed.writeUInt8(changed.readUInt8(Math.floor(bit / 8)) ^ (1 << (bit % 8)), Math.floor(bit / 8));
      expect(scanBatches(changed, 40)).toMatchObject({ end: lastAt, tail: 'torn' });
    }
  });

  it('do not count when they belong at another index', () => {
    expect(scanBatches(file, 39)).toMatchObject({ spans: [], tail: 'damaged' });
  });
});
