import type { IncomingMessage, ServerResponse } from 'node:http';
import { coalesce } from '../coalesce.ts';
import type { EntryRecord } from './entry-record.ts';
import type { PolicyInForce } from './policy/policy-in-force.ts';

const LEDGER_EVERY_MS = 100;
const KEEP_ALIVE_MS = 15_000;

export interface EventSources {
  readonly record: EntryRecord;
  readonly policy: PolicyInForce;
  /** Aborts when the gateway closes. */
  readonly closing: AbortSignal;
}

/** Server-sent events `ledger` `{size}`, a few times a second at most, and `policy` `{sha256}`; both once at the beginning. */
export function followEvents(parts: EventSources, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const send = (event: string, data: object) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  const tellLedger = coalesce(LEDGER_EVERY_MS, () => send('ledger', { size: parts.record.ledger.size }));
  const ends = [
    parts.record.onAppend(tellLedger),
    parts.policy.onChange((sha256) => send('policy', { sha256 })),
    tellLedger.cancel,
  ];
  const keepAlive = setInterval(() => response.write(': still here\n\n'), KEEP_ALIVE_MS).unref();
  const end = () => response.end();
  parts.closing.addEventListener('abort', end, { once: true });
  request.once('close', () => {
    clearInterval(keepAlive);
    parts.closing.removeEventListener('abort', end);
    for (const stop of ends) stop();
  });
  send('ledger', { size: parts.record.ledger.size });
  send('policy', { sha256: parts.policy.current.sha256 });
}
