import { type FileHandle, open } from 'node:fs/promises';
import { CodedError } from '../coded-error.ts';
import { GgufCursor, malformed, truncated } from './gguf-cursor.ts';
import { tensorBytes } from './gguf-tensor-types.ts';

/** The parts of a GGUF header that we use. */
export interface GgufHeader {
  /** Those of {@link WANTED} that are there and of a sensible length. Keys as in the GGUF specification. */
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** Sum of the elements of all tensors. */
  readonly parameters: number;
}
type GgufValue = string | number | readonly string[];

export const GGUF_MAGIC = Buffer.from('GGUF');

/** Nothing else of the metadata is kept, so that a file decides little about our memory. */
const WANTED: ReadonlySet<string> = new Set([
  'general.alignment',
  'general.author',
  'general.languages',
  'general.license',
  'general.license.link',
  'general.name',
  'general.organization',
  'general.type',
  'split.count',
]);

// More than any model has; a file that claims more is broken or made to do harm.
const MOST_KEYS = 10_000;
const MOST_TENSORS = 200_000;
const MOST_ITEMS = 8_000_000;
const LONGEST_TEXT = 4096;
const LONGEST_LIST = 1000;

/**
 * Reads and checks the header of a GGUF file, versions 2 and 3 (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), and
 * that the file holds all the tensors it lists. Reads no tensor data. Throws `not-gguf`, `gguf-version`, `gguf-malformed`,
 * `gguf-truncated`.
 */
export async function readGguf(path: string): Promise<GgufHeader> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    await checkMagic(file);
    const cursor = new GgufCursor(file, size);
    cursor.skip(GGUF_MAGIC.length);
    checkVersion(await cursor.uint(4));
    const tensors = await cursor.u64();
    const keys = await cursor.u64();
    if (tensors > MOST_TENSORS) throw malformed(`it claims ${tensors} tensors`);
    if (keys > MOST_KEYS) throw malformed(`it claims ${keys} metadata keys`);
    const metadata = new Map<string, GgufValue>();
    for (let index = 0; index < keys; index += 1) {
      const key = await cursor.text(LONGEST_TEXT);
      const value = await readValue(cursor, await cursor.uint(4));
      if (key !== undefined && value !== undefined && WANTED.has(key)) metadata.set(key, value);
    }
    return { metadata, parameters: await checkTensors(cursor, size, tensors, alignmentOf(metadata)) };
  } finally {
    await file.close();
  }
}

async function checkMagic(file: FileHandle): Promise<void> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(GGUF_MAGIC.length), 0, GGUF_MAGIC.length, 0);
  if (!GGUF_MAGIC.equals(buffer)) throw notGguf(buffer.subarray(0, bytesRead));
}

/** `start`: the first bytes of the file, as many of four as there are. */
export const notGguf = (start: Uint8Array) =>
  new CodedError({
    status: 422,
    code: 'not-gguf',
    detail:
      start.length === 0
        ? 'The file is empty.'
        : `The file is not a GGUF: it starts with ${Buffer.from(start).toString('hex')} instead of 47475546 ("GGUF").`,
    todo: 'Choose the .gguf file of the model; other formats have to be converted first.',
    field: 'file',
  });

function checkVersion(version: number): void {
  if (version === 2 || version === 3) return;
  throw new CodedError({
    status: 422,
    code: 'gguf-version',
    detail: `The file is a GGUF of version ${version}; versions 2 and 3, little-endian, can be used.`,
    todo: 'Convert the model again with a current llama.cpp.',
    field: 'file',
  });
}

function alignmentOf(metadata: ReadonlyMap<string, GgufValue>): number {
  const alignment = metadata.get('general.alignment') ?? 32;
  if (typeof alignment === 'number' && alignment > 0 && alignment % 8 === 0 && alignment <= 2 ** 20) return alignment;
  throw malformed(`its alignment is ${alignment}`);
}

/** Bytes of the value types with a fixed size, by type number: u8 i8 u16 i16 u32 i32 f32 bool … u64 i64 f64. */
const FIXED: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
const UNSIGNED: Readonly<Record<number, 1 | 2 | 4>> = { 0: 1, 2: 2, 4: 4 };
const STRING = 8;
const ARRAY = 9;

/** Undefined for a value that we have no use for; the cursor is behind it either way. */
async function readValue(cursor: GgufCursor, type: number): Promise<GgufValue | undefined> {
  const unsigned = UNSIGNED[type];
  if (unsigned !== undefined) return cursor.uint(unsigned);
  if (type === STRING) return cursor.text(LONGEST_TEXT);
  if (type === ARRAY) return readArray(cursor);
  const size = FIXED[type];
  if (size === undefined) throw malformed(`it has a value of the unknown type ${type}`);
  cursor.skip(size);
  return undefined;
}

async function readArray(cursor: GgufCursor): Promise<readonly string[] | undefined> {
  const type = await cursor.uint(4);
  const length = await cursor.u64();
  const size = FIXED[type];
  if (size !== undefined) {
    cursor.skip(length * size);
    return undefined;
  }
  if (type !== STRING) throw malformed(`it has a list of the unknown type ${type}`);
  if (length > MOST_ITEMS) throw malformed(`it claims a list of ${length} texts`);
  const texts: string[] = [];
  for (let index = 0; index < length; index += 1) {
    const text = await cursor.text(LONGEST_TEXT);
    if (text !== undefined && length <= LONGEST_LIST) texts.push(text);
  }
  return length <= LONGEST_LIST ? texts : undefined;
}

async function checkTensors(cursor: GgufCursor, size: number, count: number, alignment: number): Promise<number> {
  if (count === 0) throw malformed('it holds no tensors');
  let parameters = 0;
  let dataBytes = 0;
  for (let index = 0; index < count; index += 1) {
    const name = await cursor.text(LONGEST_TEXT);
    const dimensions = await cursor.uint(4);
    if (dimensions > 4) throw malformed(`its tensor "${name}" has ${dimensions} dimensions`);
    let elements = 1;
    for (let axis = 0; axis < dimensions; axis += 1) elements *= await cursor.u64();
    const bytes = tensorBytes(await cursor.uint(4), elements) ?? 1;
    const offset = await cursor.u64();
    if (offset % alignment !== 0) throw malformed(`its tensor "${name}" is not aligned to ${alignment} bytes`);
    if (!Number.isSafeInteger(offset + bytes)) throw malformed(`its tensor "${name}" claims ${elements} elements`);
    parameters += elements;
    dataBytes = Math.max(dataBytes, offset + bytes);
  }
  const dataStart = Math.ceil(cursor.position / alignment) * alignment;
  if (dataStart + dataBytes > size) throw truncated(dataStart + dataBytes, size);
  return parameters;
}
