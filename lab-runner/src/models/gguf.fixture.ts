/** A GGUF file as small or as large as a test wants it: metadata of texts, lists and numbers, one tensor of bytes. */
export interface GgufShape {
  readonly metadata?: Readonly<Record<string, string | number | readonly string[]>>;
  /** Bytes of tensor data. */
  readonly dataBytes?: number;
  readonly version?: number;
}

const U32 = 4;
const STRING = 8;
const ARRAY = 9;
const I8 = 24;
const ALIGNMENT = 32;

export const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
export const u64 = (value: number | bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
export const text = (value: string) => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);

const typedValue = (value: string | number | readonly string[]): Buffer => {
  if (typeof value === 'string') return Buffer.concat([u32(STRING), text(value)]);
  if (typeof value === 'number') return Buffer.concat([u32(U32), u32(value)]);
  return Buffer.concat([u32(ARRAY), u32(STRING), u64(value.length), ...value.map(text)]);
};

export function ggufBytes({ metadata = {}, dataBytes = 64, version = 3 }: GgufShape = {}): Buffer {
  const entries = Object.entries({ 'general.architecture': 'llama', ...metadata });
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(version),
    u64(1),
    u64(entries.length),
    ...entries.flatMap(([key, value]) => [text(key), typedValue(value)]),
    ...[text('token_embd.weight'), u32(1), u64(dataBytes), u32(I8), u64(0)],
  ]);
  const padding = Buffer.alloc((ALIGNMENT - (head.length % ALIGNMENT)) % ALIGNMENT);
  // Bytes that differ along the file, so that a part in the wrong place changes the hash.
  const data = Buffer.from(Uint32Array.from({ length: Math.ceil(dataBytes / 4) }, (_, at) => at * 2654435761).buffer);
  return Buffer.concat([head, padding, data.subarray(0, dataBytes)]);
}
