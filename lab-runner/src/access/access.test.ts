import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildApp } from '../http/app.ts';
import { systemIds } from '../ports.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { sessionRecords } from '../store/sessions.ts';
import { loopbackAccess, sessionAccess } from './access.ts';
import { Attempts } from './attempts.ts';
import { openPassphrase, type Passphrase } from './passphrase.ts';
import { signIn } from './routes.ts';
import { Sessions } from './sessions.ts';

let folder: string;
let db: Database;
let app: FastifyInstance;
let passphrase: Passphrase;
let now: number;
const clock = { now: () => new Date(now) };

const room: FastifyPluginAsync = async (one) => {
  one.get('/api/open', async () => ({ open: true }));
  one.post('/api/open', async () => ({ open: true }));
  one.post('/m/:id/v1/chat/completions', async () => ({ gateway: true }));
  one.get('/m/:id/ledger/checkpoint', async () => 'checkpoint');
};

beforeEach(async () => {
  now = Date.UTC(2026, 10, 22);
  folder = await mkdtemp(join(tmpdir(), 'terroir-access-'));
  db = await openDatabase(':memory:');
  passphrase = await openPassphrase(join(folder, 'passphrase.json'));
  const sessions = new Sessions(sessionRecords(db), clock, systemIds);
  app = await buildApp({
    version: '1',
    guard: sessionAccess(sessions),
    rooms: [room, signIn({ passphrase, sessions, attempts: new Attempts(clock) })],
    siteFolder: folder,
  });
});
afterEach(async () => {
  await app.close();
  await db.destroy();
  await rm(folder, { recursive: true });
});

const host = 'centre.example:4321';
const signInWith = (secret: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'POST', url: '/api/session', headers: { host, ...headers }, payload: { passphrase: secret } });
const cookieOf = (answer: { headers: Record<string, unknown> }) =>
  String(answer.headers['set-cookie']).split(';')[0] ?? '';

describe('a runner that other machines can reach', () => {
  it.each(['/api/open', '/', '/en/', '/metrics', '/api/openapi.json', '/m/m1/ledger/checkpoint'])(
    'answers nothing at %s',
    async (url) => {
      const answer = await app.inject({ url, headers: { host } });
      expect(answer.statusCode).toBe(401);
      expect(answer.json().code).toBe('sign-in-required');
    },
  );

  it('lets calls with the key of a gateway through to that gateway', async () => {
    const answer = await app.inject({ method: 'POST', url: '/m/m1/v1/chat/completions', headers: { host } });
    expect(answer.json()).toEqual({ gateway: true });
  });

  it('opens with the passphrase, however it is typed', async () => {
    const typed = ` ${(passphrase.fresh ?? '').toUpperCase().replaceAll('-', ' ')} `;
    const answer = await signInWith(typed);
    expect(answer.statusCode).toBe(204);
    expect(answer.headers['set-cookie']).toMatch(/HttpOnly; SameSite=Strict/);
    const open = await app.inject({ url: '/api/open', headers: { host, cookie: `a=b; ${cookieOf(answer)}` } });
    expect(open.json()).toEqual({ open: true });
  });

  it('stays shut to a wrong passphrase and to made-up sessions', async () => {
    expect((await signInWith('wrong')).json()).toMatchObject({
      status: 401,
      code: 'passphrase-wrong',
      field: 'passphrase',
    });
    for (const cookie of ['terroir_session=', 'terroir_session=made-up', 'terroir_session']) {
      expect((await app.inject({ url: '/api/open', headers: { host, cookie } })).statusCode).toBe(401);
    }
  });

  it('ends a session at sign-out, and by itself after two weeks', async () => {
    const cookie = cookieOf(await signInWith(passphrase.fresh ?? ''));
    now += 13 * 86_400_000;
    const get = () => app.inject({ url: '/api/open', headers: { host, cookie } });
    expect((await get()).statusCode).toBe(200);
    now += 2 * 86_400_000;
    expect((await get()).statusCode).toBe(401);

    const other = cookieOf(await signInWith(passphrase.fresh ?? ''));
    await app.inject({ method: 'DELETE', url: '/api/session', headers: { host, cookie: other } });
    expect((await app.inject({ url: '/api/open', headers: { host, cookie: other } })).statusCode).toBe(401);
  });

  it('rests for a minute after five wrong passphrases, even for the right one', async () => {
    const tries = await Promise.all(Array.from({ length: 5 }, () => signInWith('wrong')));
    expect(tries.map(({ statusCode }) => statusCode)).toEqual([401, 401, 401, 401, 401]);
    const rest = await signInWith(passphrase.fresh ?? '');
    expect(rest.json()).toMatchObject({ status: 429, code: 'too-many-attempts' });
    expect(rest.headers['retry-after']).toBe('60');
    now += 60_000;
    expect((await signInWith(passphrase.fresh ?? '')).statusCode).toBe(204);
  });

  it('refuses to be changed by a page of another site, session or not', async () => {
    const cookie = cookieOf(await signInWith(passphrase.fresh ?? ''));
    const answer = await app.inject({
      method: 'POST',
      url: '/api/open',
      headers: { host, cookie, 'sec-fetch-site': 'cross-site' },
    });
    expect(answer.json().code).toBe('cross-site-request');
  });

  it('shows people a page to sign in at, in their language, that needs no script', async () => {
    const answer = await app.inject({ url: '/fr/', headers: { host, accept: 'text/html', 'accept-language': 'fr' } });
    expect(answer.statusCode).toBe(401);
    expect(answer.body).toContain('<html lang="fr">');
    expect(answer.body).toContain('action="/api/session"');
    expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
  });

  it('takes the form of that page, and shows it again when the passphrase is wrong', async () => {
    const form = (secret: string) =>
      app.inject({
        method: 'POST',
        url: '/api/session',
        headers: {
          host,
          accept: 'text/html',
          'content-type': 'application/x-www-form-urlencoded',
          origin: `http://${host}`,
        },
        payload: new URLSearchParams({ passphrase: secret }).toString(),
      });
    const wrong = await form('wrong');
    expect(wrong.statusCode).toBe(401);
    expect(wrong.body).toContain('role="alert"');
    const right = await form(passphrase.fresh ?? '');
    expect(right.statusCode).toBe(303);
    expect(right.headers.location).toBe('/');
    expect(cookieOf(right)).toMatch(/^terroir_session=session_/);
  });
});

it('keeps no passphrase, only its hash, where only this user may read', async () => {
  const path = join(folder, 'passphrase.json');
  expect(await readFile(path, 'utf8')).not.toContain(passphrase.fresh);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const again = await openPassphrase(path);
  expect(again.fresh).toBeUndefined();
  expect(await again.matches(passphrase.fresh ?? '')).toBe(true);
});

it('asks for no sign-in on loopback, but refuses foreign hosts', async () => {
  const local = await buildApp({ version: '1', guard: loopbackAccess(), rooms: [room], siteFolder: folder });
  expect((await local.inject({ url: '/api/open', headers: { host: '127.0.0.1:4321' } })).statusCode).toBe(200);
  expect((await local.inject({ url: '/api/open', headers: { host: 'rebound.example' } })).json().code).toBe(
    'host-not-local',
  );
  expect(
    (await local.inject({ url: '/m/m1/ledger/checkpoint', headers: { host: 'rebound.example' } })).statusCode,
  ).toBe(403);
  await local.close();
});

it('forgets the oldest addresses, so that a flood of them stays small', () => {
  const attempts = new Attempts(clock);
  for (let i = 0; i < 5; i += 1) attempts.failed('first');
  expect(attempts.waitSeconds('first')).toBe(60);
  for (let i = 0; i < 10_000; i += 1) attempts.failed(`address-${i}`);
  expect(attempts.waitSeconds('first')).toBe(0);
});
