import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tinyGguf } from '../inference/tiny-gguf.fixture.ts';
import { temporaryFolder } from './centre.fixture.ts';
import { ggufBytes, text, u32, u64 } from './gguf.fixture.ts';
import { readGguf } from './gguf.ts';

async function read(bytes: Buffer) {
  const path = join(await temporaryFolder(), 'model.gguf');
  await writeFile(path, bytes);
  return readGguf(path);
}
const codeOf = (bytes: Buffer) =>
  read(bytes).then(
    () => 'accepted',
    (error: { code?: string }) => error.code,
  );

const head = (tensors: bigint | number, keys: bigint | number, ...rest: readonly Buffer[]) =>
  Buffer.concat([Buffer.from('GGUF'), u32(3), u64(tensors), u64(keys), ...rest]);

describe('readGguf', () => {
  it('reads what we use of the metadata, and counts the parameters', async () => {
    const metadata = { 'general.name': 'Tiny', 'general.languages': ['en', 'fr'], other: 'x' };
    const header = await read(ggufBytes({ metadata: { ...metadata, 'general.alignment': 32 }, dataBytes: 640 }));
    expect(Object.fromEntries(header.metadata)).toEqual({
      'general.name': 'Tiny',
      'general.languages': ['en', 'fr'],
      'general.alignment': 32,
    });
    expect(header.parameters).toBe(640);
  });

  it('reads a whole model with its vocabulary', async () => {
    const { metadata, parameters } = await read(tinyGguf({ name: 'whole' }));
    expect(metadata.get('general.name')).toBe('whole');
    expect(parameters).toBeGreaterThan(40_000);
  });

  it('passes over a vocabulary that is larger than its window', async () => {
    const words = Array.from({ length: 60_000 }, (_, at) => `word-${at}`);
    const header = await read(ggufBytes({ metadata: { 'tokenizer.ggml.tokens': words, 'general.name': 'behind it' } }));
    expect(header.metadata.get('general.name')).toBe('behind it');
  });

  it('accepts version 2 and refuses version 1 and big-endian files', async () => {
    expect(await codeOf(ggufBytes({ version: 2 }))).toBe('accepted');
    expect(await codeOf(ggufBytes({ version: 1 }))).toBe('gguf-version');
    expect(await codeOf(ggufBytes({ version: 0x03000000 }))).toBe('gguf-version');
  });

  it.each([
    ['an empty file', Buffer.alloc(0)],
    ['two bytes', Buffer.from('GG')],
    ['a zip', Buffer.from('PK\x03\x04 and so on')],
    ['a web page', Buffer.from('<!doctype html>')],
  ])('refuses %s', async (_, bytes) => {
    expect(await codeOf(bytes)).toBe('not-gguf');
  });

  it('tells wherever a file was cut', async () => {
    const whole = ggufBytes({ metadata: { 'general.name': 'Tiny' }, dataBytes: 64 });
    for (let length = 4; length < whole.length; length += 1) {
      expect([length, await codeOf(whole.subarray(0, length))]).toEqual([length, 'gguf-truncated']);
    }
    expect(await codeOf(whole)).toBe('accepted');
  });

  it('says how much is missing', async () => {
    const whole = ggufBytes({ dataBytes: 1000 });
    await expect(read(whole.subarray(0, whole.length - 1))).rejects.toThrow(
      `at least ${whole.length} bytes, and it has ${whole.length - 1}`,
    );
  });

  const key = (type: number, ...value: readonly Buffer[]) => Buffer.concat([text('k'), u32(type), ...value]);
  const tensor = (dimensions: readonly (number | bigint)[], type: number, offset: number) =>
    Buffer.concat([text('t'), u32(dimensions.length), ...dimensions.map(u64), u32(type), u64(offset)]);
  it.each([
    ['more keys than any model has', head(1, 2n ** 40n)],
    ['more tensors than any model has', head(2n ** 40n, 1)],
    ['a count past 2^53', head(2n ** 63n, 1)],
    ['a list of billions of texts', head(0, 1, key(9, u32(8), u64(10_000_000_000)))],
    ['a list of lists', head(0, 1, key(9, u32(9), u64(1), u32(8), u64(0)))],
    ['an unknown type of value', head(0, 1, key(77))],
    ['a tensor of five dimensions', head(1, 0, tensor([1, 1, 1, 1, 1], 0, 0), Buffer.alloc(64))],
    ['a tensor larger than can be', head(1, 0, tensor([2n ** 40n, 2n ** 40n], 0, 0), Buffer.alloc(64))],
    ['a tensor in the wrong place', head(1, 0, tensor([8], 0, 7), Buffer.alloc(128))],
    ['no tensors', head(0, 0)],
  ])('refuses %s', async (_, bytes) => {
    expect(await codeOf(bytes)).toBe('gguf-malformed');
  });

  it.each([
    ['a text longer than the file', head(0, 1, key(8, u64(2 ** 40)))],
    ['a list of numbers longer than the file', head(0, 1, key(9, u32(6), u64(2 ** 40)))],
    ['a tensor behind the end', head(1, 0, tensor([8], 0, 4096), Buffer.alloc(128))],
  ])('finds that %s can not be whole', async (_, bytes) => {
    expect(await codeOf(bytes)).toBe('gguf-truncated');
  });
});
