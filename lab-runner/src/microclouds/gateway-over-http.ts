import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { LedgerEntry } from '@terroir/labs/contract/ledger-entry.ts';
import { Problem } from '@terroir/labs/contract/problem.ts';
import type { ProofVerified } from '@terroir/labs/contract/proof.ts';
import { createParser } from 'eventsource-parser';
import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { CodedError } from '../coded-error.ts';
import { Tally, TrialVerdict } from '../gateway/admin-api.ts';
import type { GatewayAddress, GatewayAdmin, GatewayEvent } from './gateway-admin.ts';

/** All calls but the stream are answered at once or not at all. */
const PATIENCE_MS = 10_000;

const Verified = Type.Object({ index: Type.Integer({ minimum: 0 }), entry: LedgerEntry });
const LedgerEvent = Type.Object({ size: Type.Integer({ minimum: 0 }) });
const PolicyEvent = Type.Object({ sha256: Type.String() });

/** The gateway's admin API (gateway/admin-api.ts) over HTTP. */
export function gatewayOverHttp(): GatewayAdmin {
  return {
    async putUpstreams(at, upstreams, signal) {
      await done(call(at, 'PUT', '/admin/upstreams', json(upstreams), signal));
    },
    async putKey(at, clientKeySha256) {
      await done(call(at, 'PUT', '/admin/key', json({ clientKeySha256 })));
    },
    async policy(at) {
      return (await call(at, 'GET', '/admin/policy')).text();
    },
    async putPolicy(at, text) {
      await done(call(at, 'PUT', '/admin/policy', plain(text)));
    },
    async decide(at, trial) {
      return read(TrialVerdict, await call(at, 'POST', '/admin/decide', json(trial)));
    },
    async tally(at, signal) {
      return read(Tally, await call(at, 'GET', '/admin/tally', undefined, signal));
    },
    async verifyProof(at, proof): Promise<ProofVerified> {
      const { index, entry } = await read(Verified, await call(at, 'POST', '/admin/proofs', plain(proof)));
      return { index, kind: entry.kind, ...(entry.kind === 'decision' ? { outcome: entry.outcome } : {}) };
    },
    async follow(at, listener, signal) {
      const events = await openStream(at, '/admin/events', signal);
      const parser = createParser({
        onEvent: ({ event, data }) => {
          const told = eventOf(event, data);
          if (told) listener(told);
        },
      });
      for await (const text of events) parser.feed(text);
    },
  };
}

/**
 * On a connection of its own, which ends with the stream. `fetch` would open another one, unasked, in the place of one that
 * was cut off, and a gateway that is asked to end would wait for it.
 */
async function openStream(at: GatewayAddress, path: string, signal: AbortSignal): Promise<AsyncIterable<string>> {
  const headers = { authorization: `Bearer ${at.adminKey}` };
  const request = get(new URL(path, at.url), { agent: false, headers, signal });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  if (response.statusCode === 200) return response.setEncoding('utf8');
  response.destroy();
  throw new Error(`the gateway answered ${path} with ${response.statusCode}`);
}

interface Body {
  readonly type: string;
  readonly text: string;
}
const json = (value: unknown): Body => ({ type: 'application/json', text: JSON.stringify(value) });
const plain = (text: string): Body => ({ type: 'text/plain; charset=utf-8', text });

/** An answer that nobody reads would hold on to its connection. */
async function done(answer: Promise<Response>): Promise<void> {
  await (await answer).arrayBuffer();
}

async function call(
  at: GatewayAddress,
  method: string,
  path: string,
  body?: Body,
  signal?: AbortSignal,
): Promise<Response> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  let response: Response;
  try {
    response = await fetch(new URL(path, at.url), {
      method,
      headers: { authorization: `Bearer ${at.adminKey}`, ...(body && { 'content-type': body.type }) },
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
      ...(body && { body: body.text }),
    });
  } catch (cause) {
    throw new CodedError({
      status: 503,
      code: 'gateway-unreachable',
      detail: 'The gateway of this micro-cloud does not answer.',
      todo: 'Try again in a moment; if it stays so, look at the gateway’s log.',
      cause,
    });
  }
  if (response.ok) return response;
  throw await refusal(response);
}

/** What the gateway says is wrong with the input is passed on word for word; anything else is a fault between us and it. */
async function refusal(response: Response): Promise<CodedError> {
  const body: unknown = await response.json().catch(() => undefined);
  if (response.status < 500 && response.status !== 401 && Value.Check(Problem, body)) return new CodedError(body);
  return new CodedError({
    status: 502,
    code: 'gateway-failed',
    detail: `The gateway of this micro-cloud answered with ${response.status}.`,
    todo: 'Try again; if it stays so, look at the gateway’s log.',
    cause: body,
  });
}

async function read<Schema extends TSchema>(schema: Schema, response: Response): Promise<Static<Schema>> {
  const body: unknown = await response.json().catch(() => undefined);
  if (Value.Check(schema, body)) return body;
  throw new CodedError({
    status: 502,
    code: 'gateway-failed',
    detail: 'The gateway of this micro-cloud answered with something else than was asked for.',
    todo: 'Start the runner again, so that gateway and runner are of the same version.',
    cause: body,
  });
}

function eventOf(event: string | undefined, data: string): GatewayEvent | undefined {
  let body: unknown;
  try {
    body = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (event === 'ledger' && Value.Check(LedgerEvent, body)) return { type: 'ledger', size: body.size };
  if (event === 'policy' && Value.Check(PolicyEvent, body)) return { type: 'policy', sha256: body.sha256 };
  return undefined;
}
