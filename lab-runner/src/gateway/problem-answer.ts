import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Problem } from '@terroir/labs/contract/problem.ts';
import { CodedError, type CodedErrorFacts } from '../coded-error.ts';
import { endWith } from './request-body.ts';

/** RFC 9457 §3, with the members of labs/contract/problem.ts. */
export function sendProblem(request: IncomingMessage, response: ServerResponse, facts: CodedErrorFacts): void {
  const { status, code, detail, todo, field, line, column } = facts;
  const problem: Problem = {
    type: `urn:terroir:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
    detail,
    todo,
    ...(field === undefined ? {} : { field }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
  const body = JSON.stringify(problem);
  response.writeHead(status, {
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
