import { type ModelEvent, ModelView } from '@terroir/labs/contract/model.ts';
import { Problem } from '@terroir/labs/contract/problem.ts';
import { Value } from 'typebox/value';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { buildApp } from '../http/app.ts';
import { ENTRY, openCentre, sha256 } from './centre.fixture.ts';
import { ggufBytes } from './gguf.fixture.ts';
import { serve } from './hub.fixture.ts';
import { modelRoutes } from './routes.ts';

async function openDoor(choice: Parameters<typeof openCentre>[0] = {}) {
  const centre = await openCentre(choice);
  const rooms = [modelRoutes(centre.models)];
  const app = await buildApp({ version: '0.0.0', guard: async () => undefined, rooms, siteFolder: '/nowhere' });
  onTestFinished(() => app.close());
  return { ...centre, app };
}

const octets = { 'content-type': 'application/octet-stream' };

describe('the models over HTTP', () => {
  it('lists and shows them as the contract says', async () => {
    const { app } = await openDoor();
    const list = await app.inject('/api/models');
    expect(list.statusCode).toBe(200);
    expect(list.json()).toMatchObject([{ id: ENTRY, state: 'available', summary: { en: 'A model for tests.' } }]);
    for (const view of list.json()) expect(Value.Check(ModelView, view)).toBe(true);
    const one = await app.inject(`/api/models/${ENTRY}`);
    expect(one.json().licence.text).toContain('Apache License');
  });

  it.each(['/api/models/nothing', '/api/models/..%2fsecret'])('answers a problem for %s', async (url) => {
    const { app } = await openDoor();
    const answer = await app.inject(url);
    expect(answer.statusCode).toBe(404);
    expect(Value.Check(Problem, answer.json())).toBe(true);
    expect(answer.json()).toMatchObject({ code: 'model-not-found', field: 'id' });
  });

  it('pulls in the background once the licence is accepted', async () => {
    const { app, models } = await openDoor();
    const url = `/api/models/${ENTRY}/pull`;
    const refused = await app.inject({ method: 'POST', url, payload: { acceptLicence: false } });
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'licence-not-accepted']);
    expect((await app.inject({ method: 'POST', url, payload: {} })).statusCode).toBe(400);

    const begun = await app.inject({ method: 'POST', url, payload: { acceptLicence: true } });
    expect([begun.statusCode, begun.json().state]).toEqual([202, 'pulling']);
    await vi.waitFor(async () => expect(await models.get(ENTRY)).toMatchObject({ state: 'installed' }));
  });

  it('tells why a pull failed, after the fact', async () => {
    const { app, hub } = await openDoor();
    hub.store = serve(ggufBytes({ dataBytes: 5 }));
    await app.inject({ method: 'POST', url: `/api/models/${ENTRY}/pull`, payload: { acceptLicence: true } });
    await vi.waitFor(async () => {
      const view = (await app.inject(`/api/models/${ENTRY}`)).json();
      expect(view).toMatchObject({ state: 'available', problem: { code: 'size-mismatch', todo: expect.any(String) } });
    });
  });

  it('cancels a pull and keeps what came', async () => {
    const { app, hub, bytes, models } = await openDoor();
    hub.store = serve(bytes, { only: 5000, after: 'stall' });
    const url = `/api/models/${ENTRY}/pull`;
    expect((await app.inject({ method: 'DELETE', url })).json()).toMatchObject({ code: 'pull-not-running' });
    await app.inject({ method: 'POST', url, payload: { acceptLicence: true } });
    await vi.waitFor(async () => expect((await models.get(ENTRY))?.pull?.receivedBytes).toBe(5000));
    const cancelled = await app.inject({ method: 'DELETE', url });
    expect([cancelled.statusCode, cancelled.json()]).toEqual([
      200,
      expect.objectContaining({ state: 'available', pull: { receivedBytes: 5000, totalBytes: bytes.length } }),
    ]);
    expect((await app.inject({ method: 'DELETE', url: `/api/models/${ENTRY}` })).statusCode).toBe(204);
    expect((await models.get(ENTRY))?.pull).toBeUndefined();
  });

  it('keeps a model that is deployed, and names the micro-clouds', async () => {
    let microclouds = ['Biology 2 (mabc)', 'Mine (mdef)'];
    const { app, models } = await openDoor({ options: { inUse: (id) => (id === ENTRY ? microclouds : []) } });
    await models.pull(ENTRY, { acceptLicence: true });
    const remove = () => app.inject({ method: 'DELETE', url: `/api/models/${ENTRY}` });
    const refused = await remove();
    expect([refused.statusCode, refused.json()]).toEqual([
      409,
      expect.objectContaining({
        code: 'model-in-use',
        field: 'id',
        detail: expect.stringContaining('Biology 2 (mabc), Mine (mdef)'),
        todo: expect.stringContaining('deployments first'),
      }),
    ]);
    expect(await models.fileOf(ENTRY)).toMatchObject({ file: expect.any(String) });
    microclouds = [];
    expect((await remove()).statusCode).toBe(204);
  });

  it('takes an upload that is larger than any other body may be', async () => {
    const { app, models } = await openDoor();
    const payload = ggufBytes({ metadata: { 'general.name': 'Uploaded' }, dataBytes: 3 * 2 ** 20 });
    const url = '/api/models/import?name=my%20file.gguf';
    const answer = await app.inject({ method: 'POST', url, headers: octets, payload });
    expect([answer.statusCode, answer.json()]).toEqual([
      201,
      { id: 'uploaded', sha256: sha256(payload), already: false },
    ]);
    expect(await models.get('uploaded')).toMatchObject({ summary: { en: expect.stringContaining('my file.gguf') } });
  });

  it('refuses an upload that is no model', async () => {
    const { app, models } = await openDoor();
    const url = '/api/models/import?name=x.gguf';
    const bad = await app.inject({ method: 'POST', url, headers: octets, payload: Buffer.from('hello there') });
    expect([bad.statusCode, bad.json().code]).toEqual([422, 'not-gguf']);
    const json = await app.inject({ method: 'POST', url, payload: { hello: 'there' } });
    expect(json.statusCode).toBe(415);
    const nameless = await app.inject({ method: 'POST', url: '/api/models/import', headers: octets, payload: 'GGUF' });
    expect(nameless.statusCode).toBe(400);
    expect(await models.list()).toHaveLength(1);
  });

  it('lets the sender of a large wrong file read why it was refused', async () => {
    const { app } = await openDoor();
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    const url = `${address}/api/models/import?name=x.gguf`;
    const body = new Uint8Array(8 * 2 ** 20);
    const answer = await fetch(url, { method: 'POST', headers: octets, body });
    expect([answer.status, await answer.json()]).toEqual([422, expect.objectContaining({ code: 'not-gguf' })]);
  });

  it('is part of the description of the API', async () => {
    const { app } = await openDoor();
    const { paths } = (await app.inject('/api/openapi.json')).json();
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/api/models', '/api/models/{id}', '/api/models/{id}/pull', '/api/models/import']),
    );
  });

  it('streams events, a snapshot first', async () => {
    const { app, models } = await openDoor();
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    const abort = new AbortController();
    const response = await fetch(`${address}/api/models/events`, { signal: abort.signal });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events: ModelEvent[] = [];
    const reading = (async () => {
      let text = '';
      for await (const chunk of response.body ?? []) {
        text += Buffer.from(chunk).toString();
        events.splice(
          0,
          events.length,
          ...[...text.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json ?? '')),
        );
      }
    })();
    await vi.waitFor(() => expect(events).toHaveLength(1));
    await models.pull(ENTRY, { acceptLicence: true });
    await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ model: { id: ENTRY, state: 'installed' } }));
    expect(events[0]).toMatchObject({ type: 'snapshot', models: [{ id: ENTRY, state: 'available' }] });
    abort.abort();
    await expect(reading).rejects.toThrow();
  });
});
