import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { SignIn } from '@terroir/labs/contract/session.ts';
import { Type } from 'typebox';
import { CodedError } from '../coded-error.ts';
import { problems } from '../http/problem-responses.ts';
import { sendSignInPage, wantsPage } from './access.ts';
import type { Attempts } from './attempts.ts';
import type { Passphrase } from './passphrase.ts';
import type { Sessions } from './sessions.ts';

export interface SignInOptions {
  readonly passphrase: Passphrase;
  readonly sessions: Sessions;
  readonly attempts: Attempts;
}

/** Signing in and out, on a runner that other machines can reach. Programs send JSON, the sign-in page sends a form. */
export function signIn({ passphrase, sessions, attempts }: SignInOptions): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(body.toString()))),
    );

    const signingIn = {
      summary: 'Sign in',
      tags: ['session'],
      body: SignIn,
      response: { 204: Type.Null({ description: 'Signed in: keep the cookie' }), ...problems },
    };
    app.post('/api/session', { schema: signingIn, bodyLimit: 4096 }, async (request, reply) => {
      const fromPage = wantsPage(request);
      const wait = attempts.waitSeconds(request.ip);
      if (wait > 0) {
        reply.header('retry-after', wait);
        if (fromPage) return sendSignInPage(request, reply, 'wait');
        throw tooManyAttempts(wait);
      }
      // Counted before it is checked, so that many tries at once count as many.
      attempts.failed(request.ip);
      if (!(await passphrase.matches(request.body.passphrase))) {
        if (fromPage) return sendSignInPage(request, reply, 'wrong');
        throw wrongPassphrase();
      }
      attempts.succeeded(request.ip);
      reply.header('set-cookie', await sessions.begin());
      return fromPage ? reply.redirect('/', 303) : reply.code(204).send(null);
    });

    const signingOut = {
      summary: 'Sign out',
      tags: ['session'],
      response: { 204: Type.Null({ description: 'Signed out' }), ...problems },
    };
    app.delete('/api/session', { schema: signingOut }, async (request, reply) =>
      reply
        .header('set-cookie', await sessions.end(request.headers.cookie))
        .code(204)
        .send(null),
    );
  };
}

const wrongPassphrase = (): CodedError =>
  new CodedError({
    status: 401,
    code: 'passphrase-wrong',
    detail: 'That is not the passphrase of this runner.',
    todo: 'Use the one that its terminal showed at the first start; capital letters, spaces and dashes do not matter.',
    field: 'passphrase',
  });

const tooManyAttempts = (seconds: number): CodedError =>
  new CodedError({
    status: 429,
    code: 'too-many-attempts',
    detail: 'There were too many wrong passphrases from this address.',
    todo: `Wait ${seconds} seconds, then try again.`,
  });
