import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { CodedError } from '../coded-error.ts';
import { preferredLocale } from '../http/preferred-locale.ts';
import { carriesItsOwnKey, guardLoopback, type Provenance, refuseCrossSite } from './loopback-guard.ts';
import type { Sessions } from './sessions.ts';
import { SIGN_IN_POLICY, signInPage } from './sign-in-page.ts';

/** Who may use a runner that only this machine can reach: everybody on it, but no foreign web page. */
export function loopbackAccess(): onRequestAsyncHookHandler {
  return async (request) => guardLoopback(provenanceOf(request));
}

/**
 * Who may use a runner that other machines can reach: nobody without a session. The gateway's OpenAI routes want their own key
 * and are let through to ask for it; signing in is open to all.
 * @throws {CodedError} `sign-in-required`
 */
export function sessionAccess(sessions: Sessions): onRequestAsyncHookHandler {
  return async (request, reply) => {
    const provenance = provenanceOf(request);
    if (carriesItsOwnKey(provenance.path)) return;
    refuseCrossSite(provenance);
    const signsIn = request.method === 'POST' && provenance.path === '/api/session';
    if (signsIn || (await sessions.knows(request.headers.cookie))) return;
    if (request.method === 'GET' && wantsPage(request)) return sendSignInPage(request, reply);
    throw signInRequired();
  };
}

/** A person who follows a link, rather than a program. */
export const wantsPage = (request: FastifyRequest): boolean => /\btext\/html\b/.test(request.headers.accept ?? '');

export function sendSignInPage(request: FastifyRequest, reply: FastifyReply, problem?: 'wrong' | 'wait'): FastifyReply {
  return reply
    .code(problem === 'wait' ? 429 : 401)
    .header('content-security-policy', SIGN_IN_POLICY)
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(signInPage(preferredLocale(request.headers['accept-language']), problem));
}

const signInRequired = (): CodedError =>
  new CodedError({
    status: 401,
    code: 'sign-in-required',
    detail: 'This runner can be reached from other machines, so it answers only to who has signed in.',
    todo: 'Open it in a browser and sign in, or send the passphrase to POST /api/session and keep the cookie.',
  });

function provenanceOf({ method, url, headers }: FastifyRequest): Provenance {
  return {
    method,
    path: url.split('?')[0] ?? '',
    host: headers.host,
    origin: headers.origin,
    secFetchSite: single(headers['sec-fetch-site']),
  };
}

const single = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;
