import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CodedError } from '../coded-error.ts';
import { buildApp } from './app.ts';

const room: FastifyPluginAsyncTypebox = async (app) => {
  const body = Type.Object(
    {
      name: Type.String({ minLength: 2 }),
      kind: Type.Optional(Type.Enum(['a', 'b'])),
      inner: Type.Optional(Type.Object({ n: Type.Integer() })),
    },
    { additionalProperties: false },
  );
  app.post('/api/things', { schema: { body } }, async (request) => request.body);
  app.get('/api/coded', async () => {
    throw new CodedError({
      status: 409,
      code: 'thing-exists',
      detail: 'It is there.',
      todo: 'Use it.',
      field: 'name',
      line: 2,
      column: 5,
    });
  });
  app.get('/api/fault', async () => {
    throw new Error('password hunter2 in /home/secret');
  });
  app.get('/api/full', async () => {
    throw Object.assign(new Error('write'), { code: 'ENOSPC' });
  });
  app.get('/api/sqlite-full', async () => {
    throw Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });
  });
};

let folder: string;
let app: FastifyInstance;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'terroir-site-'));
  for (const [name, text] of Object.entries({
    'en/index.html': '<!doctype html><script>hello()</script><script src="/x.js"></script><style>p{}</style>',
    'fr/index.html': '<!doctype html><html lang="fr">',
    'en/404.html': '<!doctype html>Not here',
    'fr/404.html': '<!doctype html>Pas ici',
    '_astro/app.abc123.js': 'plain',
    '_astro/app.abc123.js.br': 'brotli',
    '_astro/app.abc123.js.gz': 'gzipped',
  })) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  app = await buildApp({ version: '9.9.9', guard: async () => {}, rooms: [room], siteFolder: folder });
});
afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

const post = (payload: string, type = 'application/json') =>
  app.inject({ method: 'POST', url: '/api/things', headers: { 'content-type': type }, payload });
const page = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ url, headers: { accept: 'text/html', ...headers } });

describe('a problem', () => {
  it('carries what the error says, as RFC 9457 has it', async () => {
    const answer = await app.inject('/api/coded');
    expect(answer.statusCode).toBe(409);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toEqual({
      type: 'urn:terroir:thing-exists',
      title: 'Conflict',
      status: 409,
      code: 'thing-exists',
      detail: 'It is there.',
      todo: 'Use it.',
      field: 'name',
      line: 2,
      column: 5,
    });
  });

  it('says nothing of a fault inside', async () => {
    const answer = await app.inject('/api/fault');
    expect(answer.statusCode).toBe(500);
    expect(answer.json().code).toBe('internal');
    expect(answer.body).not.toMatch(/hunter2|secret/);
  });

  it.each(['/api/full', '/api/sqlite-full'])('names a full disk (%s)', async (url) => {
    expect((await app.inject(url)).json()).toMatchObject({ status: 507, code: 'disk-full' });
  });

  it('answers a call that does not exist', async () => {
    const answer = await app.inject({ url: '/api/nothing?x=1', headers: { accept: 'text/html' } });
    expect(answer.json()).toMatchObject({
      status: 404,
      code: 'route-not-found',
      detail: 'Nothing answers GET /api/nothing.',
    });
  });

  it('answers an address that cannot be decoded', async () => {
    expect((await app.inject('/%E0%A4%A')).statusCode).toBe(400);
  });
});

describe('input', () => {
  it.each([
    ['{}', 'name', 'body.name is missing.'],
    ['{"name":"x"}', 'name', 'body.name must not have fewer than 2 characters.'],
    ['{"name":"xy","nmae":1}', 'nmae', 'body.nmae is not known here.'],
    ['{"name":"xy","kind":"c"}', 'kind', 'body.kind must be equal to one of the allowed values: a, b.'],
    ['{"name":"xy","inner":{"n":"1"}}', 'inner.n', 'body.inner.n must be integer.'],
    ['[]', 'body', 'body must be object.'],
  ])('%s names the field at fault', async (payload, field, detail) => {
    expect((await post(payload)).json()).toMatchObject({ status: 400, code: 'input-invalid', field, detail });
  });

  it('that is no JSON says where it breaks', async () => {
    expect((await post('{"name":"xy",\n  }')).json()).toMatchObject({
      status: 400,
      code: 'json-malformed',
      field: 'body',
      line: 2,
      column: 3,
    });
  });

  it('may not reach into prototypes', async () => {
    expect((await post('{"name":"xy","__proto__":{"a":1}}')).json().code).toBe('json-malformed');
  });

  it('that is missing, too large or of another type is each told apart', async () => {
    expect((await post('')).json().code).toBe('body-missing');
    expect((await post(`{"name":"${'x'.repeat(1024 * 1024)}"}`)).json()).toMatchObject({
      status: 413,
      code: 'body-too-large',
    });
    expect((await post('<a/>', 'application/xml')).json()).toMatchObject({
      status: 415,
      code: 'media-type-unsupported',
    });
  });
});

describe('the site', () => {
  it.each([
    ['fr-BE,fr;q=0.9,en;q=0.5', '/fr/'],
    ['de,en;q=0.1', '/en/'],
    ['en;q=0.2,fr;q=0.8', '/fr/'],
    ['fr;q=0', '/en/'],
    ['ja', '/en/'],
    ['', '/en/'],
  ])('greets %s at %s', async (language, place) => {
    const answer = await page('/', { 'accept-language': language });
    expect(answer.statusCode).toBe(302);
    expect(answer.headers.location).toBe(place);
    expect(answer.headers.vary).toBe('accept-language');
  });

  it('allows the inline scripts and styles of a page by their digest, and no others', async () => {
    const policy = String((await page('/en/')).headers['content-security-policy']);
    const digest = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    expect(policy).toContain(`script-src 'self' 'wasm-unsafe-eval' ${digest('hello()')};`);
    expect(policy).toContain(`style-src 'self' ${digest('p{}')};`);
    expect(policy).not.toContain('unsafe-inline');
    expect(String((await page('/fr/')).headers['content-security-policy'])).toContain(
      "script-src 'self' 'wasm-unsafe-eval';",
    );
  });

  it('isolates pages, so that browser labs get shared memory', async () => {
    const { headers } = await page('/en/');
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
    expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('has pages checked at every visit, and hashed files kept', async () => {
    const first = await page('/en/');
    expect(first.headers['cache-control']).toBe('no-cache');
    const again = await page('/en/', { 'if-none-match': String(first.headers.etag) });
    expect(again.statusCode).toBe(304);
    expect((await page('/_astro/app.abc123.js')).headers['cache-control']).toBe('max-age=31536000, immutable');
  });

  it.each([
    ['br, gzip', 'br', 'brotli'],
    ['gzip', 'gzip', 'gzipped'],
    ['identity', undefined, 'plain'],
  ])('sends to "%s" what the build compressed', async (accepted, encoding, body) => {
    const answer = await page('/_astro/app.abc123.js', { 'accept-encoding': accepted });
    expect(answer.headers['content-encoding']).toBe(encoding);
    expect(answer.body).toBe(body);
    expect(answer.headers.vary).toBe('accept-encoding');
    expect(answer.headers['content-type']).toMatch(/javascript/);
  });

  it.each([
    ['/en/nowhere/', 'en', 'Not here'],
    ['/fr/nulle-part/', 'en', 'Pas ici'],
    ['/nowhere', 'fr', 'Pas ici'],
  ])('has a page for what is not there: %s', async (url, language, text) => {
    const answer = await page(url, { 'accept-language': language });
    expect(answer.statusCode).toBe(404);
    expect(answer.body).toContain(text);
  });

  it('sends a program a problem instead', async () => {
    expect((await app.inject({ url: '/en/nowhere', headers: { accept: '*/*' } })).json().code).toBe('route-not-found');
  });

  it.each(['/../package.json', '/%2e%2e/package.json', '/_astro/../../secret', '/.git/config'])(
    'stays in its folder: %s',
    async (url) => {
      expect((await app.inject(url)).statusCode).toBeGreaterThanOrEqual(400);
    },
  );

  it('says what to do when it was not built, while the API answers', async () => {
    const bare = await buildApp({
      version: '1',
      guard: async () => {},
      rooms: [room],
      siteFolder: join(folder, 'none'),
    });
    expect((await bare.inject('/en/')).json()).toMatchObject({ status: 503, code: 'site-not-built' });
    expect((await bare.inject('/api/coded')).statusCode).toBe(409);
    await bare.close();
  });
});

it('runs the guard before anything else, also for files and for what is not there', async () => {
  const guarded = await buildApp({
    version: '1',
    guard: async () => {
      throw new CodedError({ status: 401, code: 'sign-in-required', detail: 'No.', todo: 'Sign in.' });
    },
    rooms: [room],
    siteFolder: folder,
  });
  for (const url of ['/', '/en/', '/_astro/app.abc123.js', '/api/coded', '/api/openapi.json', '/nowhere']) {
    expect((await guarded.inject(url)).statusCode, url).toBe(401);
  }
  await guarded.close();
});
