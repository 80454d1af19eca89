import { crc32 } from 'node:zlib';
import { decodeBundle, encodeBundle } from '@terroir/labs/contract/ledger/tile.ts';

/**
 * One group commit in the log: a header, then the entries encoded as an entry bundle. Big-endian.
 *
 * | bytes | field |
 * |---|---|
 * | 4 | `TLB1` |
 * | 8 | index of the first entry |
 * | 4 | number of entries |
 * | 4 | bytes that follow the header |
 * | 4 | CRC-32 of those bytes |
 * | 4 | CRC-32 of the header so far |
 *
 * The checksums find writes that a power cut tore. Against intent there is the Merkle root.
 */
const MAGIC = Buffer.from('TLB1');
const HEADER_BYTES = 28;

export function encodeBatch(first: number, entries: readonly Uint8Array[]): Buffer {
  const payload = encodeBundle(entries);
  const batch = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  MAGIC.copy(batch);
  batch.writeBigUInt64BE(BigInt(first), 4);
  batch.writeUInt32BE(entries.length, 12);
  batch.writeUInt32BE(payload.length, 16);
  batch.writeUInt32BE(crc32(payload), 20);
  batch.writeUInt32BE(crc32(batch.subarray(0, 24)), 24);
  batch.set(payload, HEADER_BYTES);
  return batch;
}

/** Where an entry's bytes lie in the file. */
export interface EntrySpan {
  readonly at: number;
  readonly length: number;
}

export interface BatchScan {
  readonly spans: readonly EntrySpan[];
  /** Bytes up to the end of the last whole batch. */
  readonly end: number;
  /**
   * `torn`: what follows `end` was never confirmed, as no later batch exists. `damaged`: a later batch exists, and it was only
   * begun once this one was on disk, so what follows was whole and has been changed.
   */
  readonly tail: 'clean' | 'torn' | 'damaged';
}

interface Header {
  readonly first: number;
  readonly count: number;
  readonly length: number;
  readonly checksum: number;
}

function headerAt(file: Buffer, at: number): Header | undefined {
  if (at + HEADER_BYTES > file.length || file.compare(MAGIC, 0, 4, at, at + 4) !== 0) return undefined;
  if (file.readUInt32BE(at + 24) !== crc32(file.subarray(at, at + 24))) return undefined;
  return {
    first: Number(file.readBigUInt64BE(at + 4)),
    count: file.readUInt32BE(at + 12),
    length: file.readUInt32BE(at + 16),
    checksum: file.readUInt32BE(at + 20),
  };
}

function batchAt(file: Buffer, at: number, first: number): { end: number; spans: EntrySpan[] } | undefined {
  const header = headerAt(file, at);
  if (header?.first !== first) return undefined;
  const start = at + HEADER_BYTES;
  const payload = file.subarray(start, start + header.length);
  if (payload.length !== header.length || crc32(payload) !== header.checksum) return undefined;
  let from = start;
  const spans = decodeBundle(payload, header.count).map(({ length }) => {
    const span = { at: from + 2, length };
    from += 2 + length;
    return span;
  });
  return { end: start + header.length, spans };
}

/** Reads the batches of a log file whose first entry has index `first`. */
export function scanBatches(file: Buffer, first: number): BatchScan {
  const spans: EntrySpan[] = [];
  let end = 0;
  for (let batch = batchAt(file, 0, first); batch; batch = batchAt(file, end, first + spans.length)) {
    for (const span of batch.spans) spans.push(span);
    end = batch.end;
  }
  if (end === file.length) return { spans, end, tail: 'clean' };
  for (let at = file.indexOf(MAGIC, end + 1); at >= 0; at = file.indexOf(MAGIC, at + 1)) {
    const later = headerAt(file, at);
    if (later && later.first > first + spans.length) return { spans, end, tail: 'damaged' };
  }
  return { spans, end, tail: 'torn' };
}
