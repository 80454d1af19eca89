import { hash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { CodedError } from '../coded-error.ts';
import { openLedger } from '../ledger/ledger.ts';
import type { Clock, Ids } from '../ports.ts';
import type { GatewayFile } from './admin-api.ts';
import { type AdminParts, answerAdmin } from './admin-routes.ts';
import { hasBearerKey } from './bearer.ts';
import { EntryRecord } from './entry-record.ts';
import { readGatewayFile } from './gateway-file.ts';
import { answerLedger } from './ledger-routes.ts';
import { PolicyInForce } from './policy/policy-in-force.ts';
import { noSuchRoute, sendJson, sendProblem } from './problem-answer.ts';
import { answerV1 } from './public-routes.ts';
import { BodyError } from './request-body.ts';
import { Salts } from './salts.ts';
import { SameTurn } from './same-turn.ts';
import { UpstreamTable } from './upstream-table.ts';

const MOST_BODY_BYTES = 8 * 1024 * 1024;
const GRACE_MS = 5000;
const LET_GO_EVERY_MS = 50;
/** Longer than clients and the runner keep a connection they do not use, so that it is not cut under their hands. */
const KEEP_ALIVE_MS = 65_000;

export interface GatewayOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly report: (what: string, error: unknown) => void;
  /** Largest request for inference. Default 8 MiB. */
  readonly mostBodyBytes?: number;
  /** How long answers may run on once the gateway closes. Default 5 s. */
  readonly graceMs?: number;
  /** Default: the ledger in the folder. */
  readonly openLedger?: typeof openLedger;
}

export interface Gateway {
  /** Not listening yet. */
  readonly server: Server;
  /** Takes no more requests, lets running answers end, records the others as cut, closes the ledger. */
  close(): Promise<void>;
}

/** Opens everything in the folder of a micro-cloud. Throws a {@link CodedError} or LedgerError where something in it is wrong. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { folder, clock, report } = options;
  const file = await readGatewayFile(folder);
  const open = options.openLedger ?? openLedger;
  const origin = `terroir.local/m/${file.id}`;
  const record = await EntryRecord.open({
    clock,
    report,
    open: () => open({ folder: join(folder, 'ledger'), origin, clock }),
  });
  try {
    return await assemble(options, file, record);
  } catch (error) {
    await record.close();
    throw error;
  }
}

async function assemble(options: GatewayOptions, file: GatewayFile, record: EntryRecord): Promise<Gateway> {
  const { folder, clock, ids, report } = options;
  const closing = new AbortController();
  const parts: AdminParts = {
    id: file.id,
    record,
    policy: await PolicyInForce.open(folder, record, clock),
    upstreams: await UpstreamTable.open(folder, record, clock),
    salts: new Salts(join(folder, 'salts.jsonl'), (error) => report('salts could not be written', error)),
    decisions: new SameTurn(),
    clock,
    ids,
    mostBodyBytes: options.mostBodyBytes ?? MOST_BODY_BYTES,
    report,
    clientKey: { sha256: Buffer.from(file.clientKeySha256, 'hex') },
    startedAt: clock.now(),
    folder,
    file,
    closing: closing.signal,
  };
  const adminKey = hash('sha256', file.adminKey, 'buffer');
  const running = new Set<Promise<void>>();
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, (request, response) => {
    const answered = answer(parts, adminKey, request, response).finally(() => running.delete(answered));
    running.add(answered);
  });
  return {
    server,
    close: async () => {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // Connections whose answer has ended are kept by clients for the next request, and would hold up the end.
      const letGo = setInterval(() => server.closeIdleConnections(), LET_GO_EVERY_MS);
      const cut = setTimeout(() => server.closeAllConnections(), options.graceMs ?? GRACE_MS);
      await closed;
      clearInterval(letGo);
      clearTimeout(cut);
      await Promise.allSettled(running);
      await parts.salts.close();
      await record.close();
    },
  };
}

async function answer(
  parts: AdminParts,
  adminKey: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = request.url ?? '/';
  const queryAt = target.indexOf('?');
  const path = queryAt === -1 ? target : target.slice(0, queryAt);
  if (path.startsWith('/v1/')) return answerV1(parts, path, request, response);
  try {
    if (path.startsWith('/ledger/')) {
      const query = new URLSearchParams(queryAt === -1 ? '' : target.slice(queryAt));
      return await answerLedger(parts.record.ledger, path.slice('/ledger/'.length), query, request, response);
    }
    if (path === '/health') return sendJson(response, health(parts));
    if (!path.startsWith('/admin/')) throw noSuchRoute();
    if (!hasBearerKey(request, adminKey)) throw wrongKey();
    await answerAdmin(parts, path, request, response);
  } catch (error) {
    if (error instanceof BodyError || response.headersSent) {
      response.destroy();
      return;
    }
    if (!(error instanceof CodedError)) parts.report(`${request.method} ${path} could not be answered`, error);
    sendProblem(request, response, error instanceof CodedError ? error : internal());
  }
}

/** `ok`; or `refusing`, with why: the process is well and answers, and refuses every request for inference. */
function health({ policy, record }: AdminParts): object {
  const { problem } = policy.current;
  const reasons = [
    ...(problem ? [{ code: problem.code, detail: `policy.cedar, line ${problem.line}: ${problem.message}` }] : []),
    ...(record.unavailable ? [{ code: 'ledger-unavailable', detail: record.unavailable.message }] : []),
  ];
  return reasons.length === 0 ? { status: 'ok' } : { status: 'refusing', reasons };
}

const wrongKey = () =>
  new CodedError({
    status: 401,
    code: 'admin-key-invalid',
    detail: 'The admin key is missing or is not this gateway’s.',
    todo: 'Send the adminKey of gateway.json as a Bearer key.',
  });

const internal = () =>
  new CodedError({
    status: 500,
    code: 'internal',
    detail: 'Something went wrong inside the gateway.',
    todo: 'Try again. If it stays so, the gateway’s log says what it was.',
  });
