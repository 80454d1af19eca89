import type { IncomingMessage, ServerResponse } from 'node:http';
import { CodedError } from '../coded-error.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { noSuchRoute, sendJson } from './problem-answer.ts';

const USUAL_PAGE = 50;
const LARGEST_PAGE = 200;
const ENTRY = /^entries\/(0|[1-9]\d{0,14})(\/proof)?$/;
/** A full tile never changes; a partial one may go, and the checkpoint moves on. */
const FULL_TILE = /^tile\/(?:\d+|entries)\/(?:x\d{3}\/)*\d{3}$/;

/**
 * Everything under `/ledger`, to read only and without a key: the entries hold digests, and a record that few can read is
 * no record. `path` comes without `/ledger/`. Throws {@link CodedError}.
 */
export async function answerLedger(
  ledger: Ledger,
  path: string,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') throw readOnly();
  if (path === 'key') return sendText(response, `${ledger.verifierKey}\n`);
  if (path === 'entries') return sendJson(response, await page(ledger, query));
  const [, number, proof] = ENTRY.exec(path) ?? [];
  if (number !== undefined) {
    const index = Number(number);
    const entry = await ledger.entry(index);
    if (!entry) throw noSuchEntry(index, ledger.size);
    if (proof) return sendProof(response, ledger, index);
    return send(response, 'application/json', entry, 'max-age=31536000, immutable');
  }
  const file = path === 'checkpoint' || path.startsWith('tile/') ? await ledger.file(path) : undefined;
  if (!file) throw noSuchRoute();
  if (path === 'checkpoint') return send(response, 'text/plain; charset=utf-8', file, 'no-cache');
  send(response, 'application/octet-stream', file, FULL_TILE.test(path) ? 'max-age=31536000, immutable' : 'no-cache');
}

async function sendProof(response: ServerResponse, ledger: Ledger, index: number): Promise<void> {
  const name = `${ledger.origin.split('/').at(-1)}-${index}.tlog-proof`;
  response.setHeader('content-disposition', `attachment; filename="${name}"`);
  sendText(response, await ledger.proof(index));
}

/** `{size, from, entries: [{index, entry}]}`, in order; the newest page unless `from` says otherwise. */
async function page(ledger: Ledger, query: URLSearchParams): Promise<object> {
  const limit = Math.min(readCount(query, 'limit') ?? USUAL_PAGE, LARGEST_PAGE);
  const { size } = ledger;
  const from = Math.min(readCount(query, 'from') ?? Math.max(0, size - limit), size);
  const entries: { index: number; entry: unknown }[] = [];
  for await (const { index, bytes } of ledger.entries(from)) {
    if (index >= Math.min(size, from + limit)) break;
    entries.push({ index, entry: JSON.parse(Buffer.from(bytes).toString('utf8')) });
  }
  return { size, from, entries };
}

function readCount(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new CodedError({
    status: 400,
    code: 'input-invalid',
    detail: `${name} has to be a whole number.`,
    todo: 'Ask for /ledger/entries?from=0&limit=50, or leave both out for the newest entries.',
    field: name,
  });
}

function sendText(response: ServerResponse, text: string): void {
  send(response, 'text/plain; charset=utf-8', Buffer.from(text), 'no-cache');
}

function send(response: ServerResponse, type: string, bytes: Uint8Array, cache: string): void {
  response.writeHead(200, { 'content-type': type, 'content-length': bytes.length, 'cache-control': cache });
  response.end(bytes);
}

const readOnly = () =>
  new CodedError({
    status: 405,
    code: 'method-not-allowed',
    detail: 'The ledger can only be read.',
    todo: 'Use GET.',
  });

const noSuchEntry = (index: number, size: number) =>
  new CodedError({
    status: 404,
    code: 'ledger-no-such-entry',
    detail: `There is no entry ${index}: the ledger holds ${size}.`,
    todo: size === 0 ? 'Ask the model something first.' : `Ask for an index from 0 to ${size - 1}.`,
    field: 'index',
  });
