import type { IncomingMessage, ServerResponse } from 'node:http';
import { verifyProof } from '@terroir/labs/contract/ledger/verify-proof.ts';
import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { CodedError } from '../coded-error.ts';
import { type GatewayFile, Trial, type TrialVerdict } from './admin-api.ts';
import { type EventSources, followEvents } from './admin-events.ts';
import { readEntry } from './entry-record.ts';
import { writeGatewayFile } from './gateway-file.ts';
import { PolicyRefused } from './policy/policy-in-force.ts';
import { noSuchRoute, sendJson } from './problem-answer.ts';
import type { PublicParts } from './public-routes.ts';
import { BodyError, readBody } from './request-body.ts';

const MOST_BODY_BYTES = 1_048_576;
const NewKey = Type.Object({ clientKeySha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) });

export interface AdminParts extends PublicParts, EventSources {
  readonly folder: string;
  readonly file: GatewayFile;
}

type Route = (parts: AdminParts, request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** Everything under `/admin`, for the runner: see admin-api.ts. The key has been checked. Throws {@link CodedError}. */
export async function answerAdmin(
  parts: AdminParts,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const route = ROUTES.get(`${request.method} ${path}`);
  if (!route) throw noSuchRoute();
  await route(parts, request, response);
}

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['PUT /admin/upstreams', putUpstreams],
  ['PUT /admin/key', putKey],
  ['GET /admin/policy', getPolicy],
  ['PUT /admin/policy', putPolicy],
  ['POST /admin/decide', decide],
  [
    'GET /admin/tally',
    ({ record, policy }, _, response) => sendJson(response, record.tally.view(policy.current.sha256)),
  ],
  ['POST /admin/proofs', checkProof],
  ['GET /admin/events', followEvents],
]);

async function putUpstreams(parts: AdminParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  await parts.upstreams.replace(parseJson(await readText(request)));
  sendJson(response, { models: parts.upstreams.list().map(({ model }) => model) });
}

async function putKey(parts: AdminParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { clientKeySha256 } = read(NewKey, parseJson(await readText(request)));
  await writeGatewayFile(parts.folder, { ...parts.file, clientKeySha256 });
  parts.clientKey.sha256 = Buffer.from(clientKeySha256, 'hex');
  sendJson(response, { clientKeySha256 });
}

function getPolicy({ policy }: AdminParts, _: IncomingMessage, response: ServerResponse): void {
  const bytes = Buffer.from(policy.current.text);
  response.writeHead(200, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': bytes.length,
    etag: `"${policy.current.sha256}"`,
  });
  response.end(bytes);
}

async function putPolicy({ policy }: AdminParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const text = await readText(request);
  try {
    const { sha256 } = await policy.enact(text);
    sendJson(response, { sha256 });
  } catch (error) {
    if (!(error instanceof PolicyRefused)) throw error;
    const { code, line, column, message, help } = error.problem;
    throw new CodedError({
      status: 422,
      code,
      detail: `Line ${line}, column ${column}: ${message}.${help ? ` ${help.charAt(0).toUpperCase()}${help.slice(1)}.` : ''}`,
      todo: 'Correct the text and send it again; the policies in force stay as they are.',
      field: 'policy',
      line,
      column,
    });
  }
}

async function decide(parts: AdminParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { maxTokens, personalData } = read(Trial, parseJson(await readText(request)));
  const [first] = parts.upstreams.list();
  const { outcome, policies } = parts.policy.current.decide({
    learner: parts.id,
    model: first?.model ?? '',
    language: 'en',
    maxTokens,
    personalData,
    promptTokens: 0,
    stream: false,
  });
  const verdict: TrialVerdict = { outcome, policies: [...policies] };
  sendJson(response, verdict);
}

async function checkProof({ record }: AdminParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const verdict = verifyProof(await readText(request), record.ledger.verifierKey);
  if (!verdict.verified) {
    throw new CodedError({
      status: 422,
      code: 'proof-invalid',
      detail: `The proof does not hold: ${verdict.detail}.`,
      todo: 'Download the proof of an entry of this micro-cloud again, and hand it in unchanged.',
      field: verdict.failed,
    });
  }
  const entry = readEntry(verdict.entry);
  if (!entry) {
    throw new CodedError({
      status: 422,
      code: 'entry-unknown',
      detail: 'The proof holds, for an entry of a kind that this version does not know.',
      todo: 'Update this installation, then hand the proof in again.',
    });
  }
  sendJson(response, { index: verdict.facts.index, entry });
}

async function readText(request: IncomingMessage): Promise<string> {
  try {
    return (await readBody(request, MOST_BODY_BYTES)).toString('utf8');
  } catch (error) {
    if (!(error instanceof BodyError) || error.code === 'cut') throw error;
    throw new CodedError({
      status: 413,
      code: 'request-too-large',
      detail: `The body is larger than ${MOST_BODY_BYTES} bytes.`,
      todo: 'Send a smaller one; nothing was changed.',
      field: 'body',
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new CodedError({
      status: 400,
      code: 'json-malformed',
      detail: `The body is not JSON: ${said}.`,
      todo: 'Correct it; nothing was changed.',
      field: 'body',
      cause,
    });
  }
}

function read<Schema extends TSchema>(schema: Schema, value: unknown): Static<Schema> {
  if (Value.Check(schema, value)) return value;
  const [error] = Value.Errors(schema, value);
  throw new CodedError({
    status: 400,
    code: 'input-invalid',
    detail: `${error?.instancePath.slice(1) || 'The body'} ${error?.message ?? 'is not as expected'}.`,
    todo: 'Correct it as admin-api.ts describes; nothing was changed.',
    field: error?.instancePath.slice(1) || 'body',
  });
}
