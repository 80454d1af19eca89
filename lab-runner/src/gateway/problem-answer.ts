import type { IncomingMessage, ServerResponse } from 'node:http';
import { CodedError, type CodedErrorFacts } from '../coded-error.ts';
import { problemOf } from '../problem-document.ts';
import { endWith } from './request-body.ts';

/** RFC 9457 §3, with the members of labs/contract/problem.ts. */
export function sendProblem(request: IncomingMessage, response: ServerResponse, facts: CodedErrorFacts): void {
  const body = JSON.stringify(problemOf(facts));
  response.writeHead(facts.status, {
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  endWith(request, response, body);
}

export function noSuchRoute(): CodedError {
  return new CodedError({
    status: 404,
    code: 'not-found',
    detail: 'There is nothing at this address.',
    todo: 'Look at the address again: the gateway answers under /v1, /ledger and /health.',
  });
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
