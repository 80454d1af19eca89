import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type Centre, ENTRY, openCentre } from './centre.fixture.ts';
import { serve, status } from './hub.fixture.ts';
import { createModels } from './models.ts';

const accepted = { acceptLicence: true };
const pull = ({ models }: Centre, signal?: AbortSignal) => models.pull(ENTRY, accepted, signal);
const contentOf = async ({ models }: Centre) => readFile((await models.fileOf(ENTRY)).file);
const partial = (centre: Centre) => join(centre.folder, 'partial', centre.sha256);
const ranges = ({ hub }: Centre) => hub.storeRequests.map(({ headers }) => headers.range);

describe('a pull that goes well', () => {
  it('follows the hub to its store, verifies and installs, read-only', async () => {
    const centre = await openCentre();
    const view = await pull(centre);
    expect(view).toMatchObject({ state: 'installed', licenceAccepted: true, sha256: centre.sha256 });
    expect(await contentOf(centre)).toEqual(centre.bytes);
    const { file } = await centre.models.fileOf(ENTRY);
    expect((await stat(file)).mode & 0o777).toBe(0o444);
    expect(await readdir(join(centre.folder, 'partial'))).toEqual([]);
  });

  it('asks for the bytes as they are', async () => {
    const centre = await openCentre();
    await pull(centre);
    expect(centre.hub.storeRequests[0]?.headers['accept-encoding']).toBe('identity');
  });

  it('follows relative redirects', async () => {
    const centre = await openCentre();
    const whole = serve(centre.bytes);
    centre.hub.hub = (request, response) => {
      if (request.url === '/moved/file') whole(request, response);
      else response.writeHead(307, { location: '/moved/file' }).end();
    };
    await pull(centre);
    expect(await contentOf(centre)).toEqual(centre.bytes);
  });

  it('shows its credentials to the hub, and to nobody else', async () => {
    const centre = await openCentre();
    const hub = new URL(centre.hub.url);
    hub.username = 'hf_secret';
    const models = await createModels({ ...centre.options, hub });
    await models.pull(ENTRY, accepted);
    expect(centre.hub.hubRequests[0]?.headers.authorization).toBe('Bearer hf_secret');
    expect(centre.hub.storeRequests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it('keeps credentials to itself when a foreign server sends it back to the hub', async () => {
    const centre = await openCentre();
    const hub = new URL(centre.hub.url);
    hub.username = 'name';
    hub.password = 'pass word';
    const whole = serve(centre.bytes);
    const first = centre.hub.hub;
    centre.hub.store = status(302, { location: `${centre.hub.url}back` });
    centre.hub.hub = (request, response) => (request.url === '/back' ? whole : first)(request, response);
    await (await createModels({ ...centre.options, hub })).pull(ENTRY, accepted);
    expect(centre.hub.hubRequests.map(({ headers }) => headers.authorization)).toEqual([
      `Basic ${Buffer.from('name:pass word').toString('base64')}`,
      undefined,
    ]);
  });

  it('tells how far it is', async () => {
    const centre = await openCentre();
    const seen: number[] = [];
    centre.models.watch((event) => {
      if (event.type === 'model' && event.model.pull !== undefined) seen.push(event.model.pull.receivedBytes);
    });
    await pull(centre);
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(1));
    expect(seen).toEqual([...seen].sort((one, other) => one - other));
  });

  it('has nothing to do the second time', async () => {
    const centre = await openCentre();
    await pull(centre);
    await pull(centre);
    expect(centre.hub.hubRequests).toHaveLength(1);
  });
});

describe('a cancelled pull', () => {
  it('keeps what came, and the next goes on from there', async () => {
    const centre = await openCentre();
    centre.hub.storeOnce.push(serve(centre.bytes, { only: 100_000, after: 'stall' }));
    const models = centre.models;
    const { done } = await models.startPull(ENTRY, accepted);
    await vi.waitFor(async () => expect((await stat(partial(centre))).size).toBe(100_000));
    expect(await models.cancelPull(ENTRY)).toBe(true);
    await expect(done).rejects.toThrow();
    expect(await models.get(ENTRY)).toMatchObject({ state: 'available', pull: { receivedBytes: 100_000 } });
    expect((await models.get(ENTRY))?.problem).toBeUndefined();

    await pull(centre);
    expect(ranges(centre)).toEqual([undefined, 'bytes=100000-']);
    expect(await contentOf(centre)).toEqual(centre.bytes);
  });

  it('ends by the signal of its caller too', async () => {
    const centre = await openCentre();
    centre.hub.store = serve(centre.bytes, { only: 100_000, after: 'stall' });
    const abort = new AbortController();
    const pulled = pull(centre, abort.signal);
    await vi.waitFor(() => expect(centre.hub.storeRequests).toHaveLength(1));
    abort.abort();
    await expect(pulled).rejects.toThrow();
  });

  it('is not there to cancel when none runs', async () => {
    const { models } = await openCentre();
    expect(await models.cancelPull(ENTRY)).toBe(false);
  });
});

describe('before anything is asked of the hub', () => {
  it('wants the licence accepted, and says which', async () => {
    const centre = await openCentre();
    await expect(centre.models.pull(ENTRY, { acceptLicence: false })).rejects.toMatchObject({
      code: 'licence-not-accepted',
      detail: expect.stringMatching(/Apache-2\.0.*https:\/\/www\.apache\.org/),
    });
    expect(centre.hub.hubRequests).toHaveLength(0);
  });

  it('keeps the acceptance with its date, and does not ask again', async () => {
    const centre = await openCentre();
    await pull(centre);
    expect(await readFile(join(centre.folder, 'accepted', `${ENTRY}.yaml`), 'utf8')).toMatch(/2026-01-01T/);
    await centre.models.remove(ENTRY);
    expect(await centre.models.pull(ENTRY, { acceptLicence: false })).toMatchObject({ state: 'installed' });
  });

  it('says how much room is missing, and counts what is here already', async () => {
    let free = 1_000_000;
    const centre = await openCentre({ options: { freeBytes: async () => free } });
    await expect(pull(centre)).rejects.toMatchObject({ code: 'disk-full', detail: expect.stringContaining('1.0 MB') });
    expect(centre.hub.hubRequests).toHaveLength(0);
    free = 32 * 2 ** 20 + 1000;
    await expect(pull(centre)).rejects.toMatchObject({ code: 'disk-full' });
    await mkdir(join(centre.folder, 'partial'));
    await writeFile(partial(centre), centre.bytes.subarray(0, centre.bytes.length - 1000));
    expect(await pull(centre)).toMatchObject({ state: 'installed' });
  });

  it('lets one pull at a time go on, also between programs', async () => {
    const centre = await openCentre();
    centre.hub.store = serve(centre.bytes, { only: 1000, after: 'stall' });
    const { done } = await centre.models.startPull(ENTRY, accepted);
    await expect(pull(centre)).rejects.toMatchObject({ code: 'pull-in-progress' });
    const other = await createModels(centre.options);
    await expect(other.pull(ENTRY, accepted)).rejects.toMatchObject({ code: 'pull-in-progress' });
    expect(await other.get(ENTRY)).toMatchObject({ state: 'pulling' });
    await expect(other.remove(ENTRY)).rejects.toMatchObject({ code: 'pull-in-progress' });
    await centre.models.cancelPull(ENTRY);
    await expect(done).rejects.toThrow();
    expect(await other.get(ENTRY)).toMatchObject({ state: 'available' });
  });
});
