import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { LOCALES, type Locale } from '@terroir/labs/contract/locale.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CodedError } from '../coded-error.ts';
import { preferredLocale } from './preferred-locale.ts';
import { inlineOf, pagePolicy } from './security-headers.ts';

const YEAR_S = 31_536_000;

/**
 * Serves the built site: pages are checked for a newer version at every visit (ETag), files whose name carries a digest of
 * their content (`/_astro/`) are kept for a year. What the build compressed (.br, .gz) is sent as it is.
 * @param folder site/dist
 */
export async function site(app: FastifyInstance, { folder }: { folder: string }): Promise<void> {
  app.get('/', { schema: { hide: true } }, async (request, reply) => {
    const locale = preferredLocale(request.headers['accept-language']);
    return reply.header('vary', 'accept-language').header('cache-control', 'no-cache').redirect(`/${locale}/`, 302);
  });
  if (!existsSync(folder)) {
    app.get('/*', { schema: { hide: true } }, async () => {
      throw new CodedError({
        status: 503,
        code: 'site-not-built',
        detail: 'The pages have not been built yet; the API works.',
        todo: 'Start with npm start, which builds them.',
      });
    });
    return;
  }
  const policyOf = pagePolicies();
  await app.register(fastifyStatic, {
    root: folder,
    preCompressed: true,
    cacheControl: false,
    dotfiles: 'ignore',
    redirect: true,
    setHeaders(reply, path) {
      reply.header('vary', 'accept-encoding');
      const hashed = path.startsWith(join(folder, '_astro'));
      reply.header('cache-control', hashed ? `max-age=${YEAR_S}, immutable` : 'no-cache');
      const page = path.replace(/\.(br|gz)$/, '');
      if (page.endsWith('.html')) reply.header('content-security-policy', policyOf(page));
    },
  });
}

/** Sends the site's own "not found" page to somebody who looks for a page; false when the request is not one for a page. */
export function sendNotFoundPage(request: FastifyRequest, reply: FastifyReply, folder: string): boolean {
  if (request.method !== 'GET' || !/\btext\/html\b/.test(request.headers.accept ?? '')) return false;
  const first = request.url.split(/[/?]/)[1];
  const locale: Locale =
    LOCALES.find((known) => known === first) ?? preferredLocale(request.headers['accept-language']);
  const file = [`${locale}/404.html`, `${locale}/404/index.html`, '404.html'].find((name) =>
    existsSync(join(folder, name)),
  );
  if (file === undefined) return false;
  const html = readFileSync(join(folder, file), 'utf8');
  reply
    .code(404)
    .header('cache-control', 'no-cache')
    .header('content-security-policy', pagePolicy(inlineOf(html)))
    .type('text/html; charset=utf-8')
    .send(html);
  return true;
}

/** Pages do not change while the runner runs but by a new build; then their policy is worked out again. */
function pagePolicies(): (page: string) => string {
  const known = new Map<string, { html: string; policy: string }>();
  return (page) => {
    const html = readFileSync(page, 'utf8');
    const before = known.get(page);
    if (before?.html === html) return before.policy;
    const policy = pagePolicy(inlineOf(html));
    known.set(page, { html, policy });
    return policy;
  };
}
