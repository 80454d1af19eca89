import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { endWith } from './request-body.ts';

/**
 * An answer that the official clients understand: `{"error": {"message", "type", "code", "param"}}`. `code` is stable.
 * `policy` is the id of the policy that refused, with code `policy_refused`.
 */
export class OpenAiError extends Error {
  override readonly name = 'OpenAiError';
  readonly status: number;
  readonly code: string;
  readonly param: string | null;
  readonly policy?: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { param?: string; policy?: string; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.param = more.param ?? null;
    if (more.policy !== undefined) this.policy = more.policy;
    this.headers = more.headers ?? {};
  }

  get body(): string {
    const { message, code, param, policy } = this;
    return JSON.stringify({
      error: { message, type: typeOf(this.status), code, param, ...(policy ? { policy } : {}) },
    });
  }
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}

export function sendOpenAiError(
  request: IncomingMessage,
  response: ServerResponse,
  error: OpenAiError,
  headers: OutgoingHttpHeaders = {},
): void {
  const { body } = error;
  response.writeHead(error.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...error.headers,
    ...headers,
  });
  endWith(request, response, body);
}
