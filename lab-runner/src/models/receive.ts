import type { FileHandle } from 'node:fs/promises';
import type { Clock } from '../ports.ts';
import { onlyGguf } from './gguf-stream.ts';
import { contentRange, Interrupted, refusal, unreachable, unusableAnswer } from './hub-answer.ts';
import { askHub, type Hub, type HubAnswer, type HubFile } from './hub-request.ts';
import { checksumMismatch, diskFull, sizeMismatch } from './model-errors.ts';
import type { PartialFile } from './partial-file.ts';
import { stallGuard } from './stall.ts';

export interface Transfer {
  readonly hub: Hub;
  readonly file: HubFile & { readonly sha256: string; readonly sizeBytes: number };
  readonly partial: PartialFile;
  readonly stallMs: number;
  readonly clock: Clock;
  readonly onProgress: (receivedBytes: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Asks once, from where the partial file ends, and writes what comes. Resolves when the partial file has its full size.
 * Throws {@link Interrupted} when asking again may help, a coded error when it won't.
 */
export async function receive(transfer: Transfer): Promise<void> {
  const { hub, file, partial, signal } = transfer;
  const have = await partial.size();
  const tag = await partial.etag();
  const guard = stallGuard(transfer.stallMs, signal);
  try {
    const ranged =
      have > 0 ? { range: `bytes=${have}-`, ...(tag === undefined ? {} : { 'if-range': tag }) } : undefined;
    const answer = await askHub(hub, file, ranged ?? {}, guard.signal);
    guard.heard();
    try {
      refuseAnotherFile(answer, file);
      const from = await startOf(answer, transfer, have, tag);
      await write(answer.response, from, transfer, guard.heard);
    } finally {
      await answer.response.body?.cancel().catch(() => undefined);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (guard.signal.aborted) throw new Interrupted(unreachable(hub.base.host, reason(guard.signal.reason)));
    // fetch reports every failure of the network as a TypeError, with the system's error as cause.
    if (error instanceof TypeError) throw new Interrupted(unreachable(hub.base.host, reason(error.cause ?? error)));
    throw error;
  } finally {
    guard.end();
  }
  if ((await partial.size()) < file.sizeBytes) {
    throw new Interrupted(unreachable(hub.base.host, 'the answer ended too early'));
  }
}

/** The hub may say beforehand that it has something else; then nothing needs to be received to know. */
function refuseAnotherFile({ linkedSha256, linkedSize, response }: HubAnswer, file: Transfer['file']): void {
  if (linkedSha256 !== undefined && linkedSha256 !== file.sha256) {
    throw checksumMismatch(`${file.path} at the hub`, file.sha256, linkedSha256);
  }
  const length = response.status === 200 && !isEncoded(response) ? response.headers.get('content-length') : null;
  for (const size of [linkedSize, length === null ? undefined : Number(length)]) {
    if (size !== undefined && size !== file.sizeBytes) throw sizeMismatch(file.path, file.sizeBytes, `${size} bytes`);
  }
}

/** Where in the file the body of this answer begins. Throws when there is no such body. */
async function startOf(
  { response }: HubAnswer,
  { file, partial, clock }: Transfer,
  have: number,
  tag: string | undefined,
): Promise<number> {
  if (response.status === 200) return 0; // all of it: the file changed, or the server knows no ranges
  if (have > 0 && response.status === 206) {
    const range = contentRange(response.headers.get('content-range'));
    const changed = tag !== undefined && strongTag(response) !== undefined && strongTag(response) !== tag;
    const fits = range?.from === have && (range.total ?? file.sizeBytes) === file.sizeBytes;
    if (fits && !changed && !isEncoded(response)) return have;
  }
  if (response.status === 416) {
    const size = /^bytes \*\/(\d{1,15})$/.exec(response.headers.get('content-range') ?? '')?.[1];
    if (size !== undefined && Number(size) !== file.sizeBytes) {
      throw sizeMismatch(file.path, file.sizeBytes, `${size} bytes`);
    }
  }
  if (have > 0 && (response.status === 206 || response.status === 416)) {
    await partial.discard();
    throw new Interrupted(unusableAnswer('a part of the file that does not fit to what was received'));
  }
  if (response.ok) throw unusableAnswer(`status ${response.status}`);
  throw refusal(response, file.path, clock.now());
}

async function write(response: Response, from: number, transfer: Transfer, heard: () => void): Promise<void> {
  const { file, partial } = transfer;
  if (response.body === null) throw unusableAnswer('no content');
  let target: FileHandle | undefined;
  let at = from;
  try {
    for await (const chunk of from === 0 ? onlyGguf(response.body, loginPage) : response.body) {
      heard();
      target ??= await partial.open(from, isEncoded(response) ? undefined : strongTag(response));
      if (at + chunk.length > file.sizeBytes) {
        await partial.discard();
        throw sizeMismatch(file.path, file.sizeBytes, `more than ${file.sizeBytes} bytes`);
      }
      await writeAll(target, chunk, at, transfer);
      at += chunk.length;
      transfer.onProgress(at);
    }
  } finally {
    await target?.sync().catch(() => undefined);
    await target?.close();
  }
}

async function writeAll(target: FileHandle, chunk: Uint8Array, at: number, { partial, file }: Transfer): Promise<void> {
  try {
    for (let done = 0; done < chunk.length; ) {
      done += (await target.write(chunk, done, chunk.length - done, at + done)).bytesWritten;
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
      throw diskFull(partial.path, file.sizeBytes - at, 0);
    }
    throw error;
  }
}

/** It must not replace what was received. An empty body is a cut that looks like an end. */
const loginPage = (start: Uint8Array) =>
  start.length === 0
    ? new Interrupted(unusableAnswer('no content'))
    : unusableAnswer('something that is no model file, perhaps the login page of this network');

/** fetch has undone the encoding by the time we see the body; lengths and ranges speak of the encoded bytes. */
const isEncoded = (response: Response) => (response.headers.get('content-encoding') ?? 'identity') !== 'identity';

function strongTag(response: Response): string | undefined {
  const tag = response.headers.get('etag');
  return tag === null || tag.startsWith('W/') ? undefined : tag;
}

/** Some network errors of Node have a code and no message. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ('code' in error ? String(error.code) : error.name);
}
