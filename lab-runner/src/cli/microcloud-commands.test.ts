import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { MicrocloudView } from '@terroir/labs/contract/microcloud.ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../models/centre.fixture.ts';
import { type } from './console.fixture.ts';

type Answer = readonly [status: number, body?: unknown, headers?: Record<string, string>];

/** Something that answers on a port; what it was asked, with bodies, is in `asked`. */
async function runner(answer: (request: IncomingMessage) => Answer) {
  const asked: { call: string; body: unknown; cookie: string | undefined }[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    asked.push({
      call: `${request.method} ${request.url}`,
      body: text === '' ? undefined : JSON.parse(text),
      cookie: request.headers.cookie,
    });
    const [status, body, headers] = answer(request);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { asked, port, environment: { TERROIR_PORT: String(port), TERROIR_DATA: '/nowhere/terroir' } };
}

const view: MicrocloudView = {
  id: 'mabc',
  name: 'Mine',
  state: 'ready',
  baseUrl: 'http://127.0.0.1:4321/m/mabc/v1',
  createdAt: '2026-01-01T00:00:00.000Z',
  units: [],
  deployments: [
    { id: 'd1', model: 'terroir-seedling', state: 'ready', device: 'cpu', since: '2026-01-01T00:00:00.000Z' },
  ],
};
const created = { id: 'mabc', state: 'starting', key: 'tk_secret', baseUrl: view.baseUrl };
const problem = (status: number, code: string): Answer => [
  status,
  { type: `urn:terroir:${code}`, title: 'x', status, code, detail: 'Something is so.', todo: 'Do this.' },
];

describe('microcloud create', () => {
  it('prints the key, once', async () => {
    const { asked, environment } = await runner(() => [201, created]);
    const { exitCode, out } = await type(['microcloud', 'create', '--name', 'My cloud'], { environment });
    expect(exitCode).toBe(0);
    expect(out).toContain('tk_secret');
    expect(out).toContain(view.baseUrl);
    expect(asked).toMatchObject([{ call: 'POST /api/microclouds', body: { name: 'My cloud' } }]);
    const json = await type('microcloud create --json', { environment });
    expect(JSON.parse(json.out)).toEqual(created);
    expect(asked[1]?.body).toEqual({});
  });
});

describe('microcloud list', () => {
  it('shows what there is', async () => {
    const { environment } = await runner(() => [200, [view]]);
    const { out } = await type('microcloud list', { environment });
    expect(out).toMatch(/mabc +Mine +ready +terroir-seedling +http/);
    expect(JSON.parse((await type('microcloud list --json', { environment })).out)).toEqual([view]);
  });

  it('says when there are none', async () => {
    const { environment } = await runner(() => [200, []]);
    expect((await type('microcloud list', { environment })).out).toBe('There are no micro-clouds.');
  });
});

describe('microcloud destroy', () => {
  it('ends one, whatever its id looks like', async () => {
    const { asked, environment } = await runner(() => [204]);
    const { exitCode, out } = await type(['microcloud', 'destroy', 'a/b'], { environment });
    expect([exitCode, out]).toEqual([0, 'Micro-cloud a/b is gone.']);
    expect(asked[0]?.call).toBe('DELETE /api/microclouds/a%2Fb');
  });

  it('passes on what the runner says', async () => {
    const { environment } = await runner(() => problem(404, 'microcloud-not-found'));
    const { exitCode, notes } = await type('microcloud destroy x', { environment });
    expect([exitCode, notes]).toEqual([1, 'Something is so.\nDo this.']);
  });
});

describe('the runner', () => {
  it('may not be there', async () => {
    const gone = await runner(() => [200, []]);
    const { exitCode, notes } = await type('microcloud list', {
      environment: { ...gone.environment, TERROIR_PORT: '1' },
    });
    expect([exitCode, notes]).toEqual([
      1,
      expect.stringMatching(/No Terroir answers at http:\/\/127\.0\.0\.1:1\.\n.*npm start/),
    ]);
  });

  it.each([
    ['another program', [200, { hello: 'there' }]],
    ['a page', [404, 'nothing here']],
  ] as const)('may be %s', async (_, answer) => {
    const { environment } = await runner(() => answer);
    const { exitCode, notes } = await type('microcloud list', { environment });
    expect([exitCode, notes]).toEqual([1, expect.stringContaining('not this version of Terroir')]);
  });

  it('is found by its note when it chose its port itself', async () => {
    const { port } = await runner(() => [200, []]);
    const data = await temporaryFolder();
    await mkdir(data, { recursive: true });
    await writeFile(join(data, 'runner.json'), JSON.stringify({ pid: 1, url: `http://127.0.0.1:${port}/` }));
    const { exitCode } = await type('microcloud list', { environment: { TERROIR_PORT: '0', TERROIR_DATA: data } });
    expect(exitCode).toBe(0);
  });
});

describe('a runner that wants a sign-in', () => {
  const guarded = () =>
    runner((request) => {
      if (request.url === '/api/session') return [204, undefined, { 'set-cookie': 'terroir=s1; HttpOnly; Path=/' }];
      return request.headers.cookie === 'terroir=s1' ? [200, [view]] : problem(401, 'sign-in-required');
    });

  it('gets the passphrase of the environment', async () => {
    const { asked, environment } = await guarded();
    const { exitCode } = await type('microcloud list', { environment: { ...environment, TERROIR_PASSPHRASE: 'open' } });
    expect(exitCode).toBe(0);
    expect(asked.map(({ call, body }) => [call, body])).toContainEqual(['POST /api/session', { passphrase: 'open' }]);
  });

  it('has a person asked for it', async () => {
    const { environment } = await guarded();
    const { exitCode, questions } = await type('microcloud list', { environment, answers: ['open'] });
    expect([exitCode, questions]).toEqual([0, [expect.stringContaining('Passphrase')]]);
  });

  it('is told of to a script', async () => {
    const { environment } = await guarded();
    const { exitCode, notes } = await type('microcloud list', { environment });
    expect([exitCode, notes]).toEqual([1, expect.stringContaining('TERROIR_PASSPHRASE')]);
  });

  it('may refuse the passphrase', async () => {
    const { environment } = await runner((request) =>
      problem(
        request.url === '/api/session' ? 403 : 401,
        request.url === '/api/session' ? 'wrong' : 'sign-in-required',
      ),
    );
    const { exitCode, out } = await type('microcloud list --json', {
      environment: { ...environment, TERROIR_PASSPHRASE: 'x' },
    });
    expect([exitCode, JSON.parse(out).error.code]).toEqual([1, 'wrong']);
  });
});
