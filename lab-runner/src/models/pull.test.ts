import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { type Centre, ENTRY, openCentre, sha256 } from './centre.fixture.ts';
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

describe('a bad connection', () => {
  it('goes on where it was cut, asking for the same version', async () => {
    const centre = await openCentre();
    centre.hub.storeOnce.push(serve(centre.bytes, { only: 100_000, after: 'cut' }));
    await pull(centre);
    expect(await contentOf(centre)).toEqual(centre.bytes);
    const [, second] = centre.hub.storeRequests;
    expect(second?.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
    expect(second?.headers['if-range']).toBe('"v1"');
  });

  it('goes on when nothing comes any more', async () => {
    const centre = await openCentre();
    centre.hub.storeOnce.push(serve(centre.bytes, { only: 100_000, after: 'stall' }));
    await pull(centre);
    expect(await contentOf(centre)).toEqual(centre.bytes);
  });

  it('goes on when an answer without length ends too early', async () => {
    const centre = await openCentre();
    centre.hub.storeOnce.push(serve(centre.bytes, { only: 100_000, after: 'end', chunked: true }));
    await pull(centre);
    expect(ranges(centre)).toEqual([undefined, 'bytes=100000-']);
    expect(await contentOf(centre)).toEqual(centre.bytes);
  });

  it('starts over when the file has changed in between', async () => {
    const centre = await openCentre();
    const other = Buffer.from(centre.bytes).fill(0, 1000);
    centre.hub.storeOnce.push(serve(other, { only: 100_000, after: 'cut', etag: '"old"' }));
    await pull(centre);
    expect(await contentOf(centre)).toEqual(centre.bytes);
  });

  it('starts over when the server has another tag but answers with a part', async () => {
    const centre = await openCentre();
    const rest = centre.bytes.subarray(100_000);
    const range = `bytes 100000-${centre.bytes.length - 1}/${centre.bytes.length}`;
    centre.hub.storeOnce.push(
      serve(centre.bytes, { only: 100_000, after: 'end', chunked: true }),
      (_request, response) => response.writeHead(206, { etag: '"other"', 'content-range': range }).end(rest),
    );
    await pull(centre);
    expect(ranges(centre)).toEqual([undefined, 'bytes=100000-', undefined]);
  });

  it('starts over when the server does not know ranges', async () => {
    const centre = await openCentre();
    centre.hub.store = serve(centre.bytes, { ranges: false });
    centre.hub.storeOnce.push(serve(centre.bytes, { only: 100_000, after: 'cut' }));
    await pull(centre);
    expect(await contentOf(centre)).toEqual(centre.bytes);
  });

  it.each([
    ['where we did not ask', 'bytes 5-10/300'],
    ['without saying where', 'somewhere'],
  ])('starts over when a part begins %s', async (_, range) => {
    const centre = await openCentre();
    centre.hub.storeOnce.push(
      serve(centre.bytes, { only: 100_000, after: 'cut' }),
      status(206, { 'content-range': range }),
    );
    await pull(centre);
    expect(await contentOf(centre)).toEqual(centre.bytes);
  });

  it('starts over when the hub says that what we have is past the end', async () => {
    const centre = await openCentre();
    centre.hub.storeOnce.push(serve(centre.bytes, { only: 100_000, after: 'cut' }), status(416));
    await pull(centre);
    expect(ranges(centre).at(-1)).toBeUndefined();
    expect(await contentOf(centre)).toEqual(centre.bytes);
  });

  it('gives up after a few fruitless attempts, and keeps what came', async () => {
    const centre = await openCentre();
    centre.hub.store = (_request, response) => void response.destroy();
    centre.hub.storeOnce.push(serve(centre.bytes, { only: 100_000, after: 'end', chunked: true }));
    await expect(pull(centre)).rejects.toMatchObject({ code: 'hub-unreachable' });
    expect((await stat(partial(centre))).size).toBe(100_000);
    expect(await centre.models.get(ENTRY)).toMatchObject({
      state: 'available',
      pull: { receivedBytes: 100_000, totalBytes: centre.bytes.length },
      problem: { code: 'hub-unreachable' },
    });
  });

  it('says so when nobody answers', async () => {
    const centre = await openCentre();
    await centre.hub.close();
    await expect(pull(centre)).rejects.toMatchObject({
      code: 'hub-unreachable',
      detail: expect.stringContaining(centre.hub.url.host),
    });
  });

  it('does not take the login page of a network for the file', async () => {
    const centre = await openCentre();
    const page = '<html>Welcome! Please sign in.</html>';
    centre.hub.store = (_request, response) => void response.writeHead(200).end(page);
    centre.hub.storeOnce.push(serve(centre.bytes, { only: 100_000, after: 'end', chunked: true }));
    await expect(pull(centre)).rejects.toMatchObject({ code: 'hub-answer-unusable' });
    expect((await stat(partial(centre))).size).toBe(100_000);
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

describe('a hub that can not be trusted', () => {
  it('discards a file with the wrong content and names both hashes', async () => {
    const centre = await openCentre();
    const wrong = Buffer.from(centre.bytes);
    wrong.writeUInt8(wrong.readUInt8(wrong.length - 1) ^ 1, wrong.length - 1);
    centre.hub.store = serve(wrong);
    await expect(pull(centre)).rejects.toMatchObject({
      code: 'checksum-mismatch',
      detail: expect.stringMatching(new RegExp(`${centre.sha256}.*${sha256(wrong)}`)),
    });
    expect(await readdir(join(centre.folder, 'partial'))).toEqual([]);
    await expect(centre.models.fileOf(ENTRY)).rejects.toMatchObject({ code: 'model-not-installed' });
  });

  it('receives nothing when the hub announces another hash', async () => {
    const centre = await openCentre();
    const location = new URL('/blob', centre.hub.storeUrl).href;
    centre.hub.hub = status(302, { location, 'x-linked-etag': `"${'0'.repeat(64)}"` });
    await expect(pull(centre)).rejects.toMatchObject({ code: 'checksum-mismatch' });
    await expect(stat(partial(centre))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([
    [
      'announced by the hub',
      (centre: Centre) => {
        const location = new URL('/blob', centre.hub.storeUrl).href;
        centre.hub.hub = status(302, { location, 'x-linked-size': '12' });
      },
    ],
    [
      'announced by the store',
      (centre: Centre) => {
        centre.hub.store = serve(centre.bytes.subarray(0, 1000));
      },
    ],
    [
      'that shows only while it comes',
      (centre: Centre) => {
        centre.hub.store = serve(Buffer.concat([centre.bytes, Buffer.from('x')]), {
          only: centre.bytes.length + 1,
          after: 'end',
          chunked: true,
        });
      },
    ],
    [
      'that shows only when it has ended',
      (centre: Centre) => {
        const short = centre.bytes.subarray(0, 100_000);
        centre.hub.store = (request, response) =>
          serve(short, request.headers.range ? {} : { only: short.length, after: 'end', chunked: true })(
            request,
            response,
          );
      },
    ],
  ])('refuses another size, %s', async (_, arrange) => {
    const centre = await openCentre();
    arrange(centre);
    await expect(pull(centre)).rejects.toMatchObject({ code: 'size-mismatch' });
    await expect(centre.models.fileOf(ENTRY)).rejects.toMatchObject({ code: 'model-not-installed' });
  });

  it('unpacks what a server packs without being asked', async () => {
    const centre = await openCentre();
    const packed = gzipSync(centre.bytes);
    centre.hub.store = (_request, response) =>
      void response
        .writeHead(200, { 'content-encoding': 'gzip', 'content-length': String(packed.length), etag: '"packed"' })
        .end(packed);
    await pull(centre);
    expect(await contentOf(centre)).toEqual(centre.bytes);
  });

  it('does not join packed parts', async () => {
    const centre = await openCentre();
    const packed = gzipSync(centre.bytes.subarray(100_000));
    const range = `bytes 100000-${centre.bytes.length - 1}/${centre.bytes.length}`;
    centre.hub.storeOnce.push(
      serve(centre.bytes, { only: 100_000, after: 'end', chunked: true }),
      (_request, response) =>
        response.writeHead(206, { 'content-encoding': 'gzip', 'content-range': range }).end(packed),
    );
    await pull(centre);
    expect(ranges(centre)).toEqual([undefined, 'bytes=100000-', undefined]);
    expect(await contentOf(centre)).toEqual(centre.bytes);
  });

  it.each([
    ['in circles', { location: '/again' }],
    ['nowhere', {}],
    ['to a file', { location: 'file:///etc/passwd' }],
  ])('does not follow it %s', async (_, headers) => {
    const centre = await openCentre();
    centre.hub.hub = status(302, headers);
    await expect(pull(centre)).rejects.toMatchObject({ code: 'hub-answer-unusable' });
  });
});

describe('a hub that refuses', () => {
  it.each([
    [401, 'hub-gated'],
    [403, 'hub-gated'],
    [404, 'hub-file-not-found'],
    [410, 'hub-file-not-found'],
    [418, 'hub-answer-unusable'],
    [204, 'hub-answer-unusable'],
  ])('status %i is told as %s, at once', async (code, expected) => {
    const centre = await openCentre();
    centre.hub.hub = status(code);
    await expect(pull(centre)).rejects.toMatchObject({ code: expected, todo: expect.stringMatching(/\w/) });
    expect(centre.hub.hubRequests).toHaveLength(1);
  });

  it('waits as the hub asks, when that is not too long', async () => {
    const centre = await openCentre();
    centre.hub.storeOnce.push(status(429, { 'retry-after': '0' }), status(503));
    await pull(centre);
    expect(await contentOf(centre)).toEqual(centre.bytes);
  });

  it('does not wait for an hour, but says so', async () => {
    const centre = await openCentre();
    centre.hub.store = status(429, { 'retry-after': '3600' });
    await expect(pull(centre)).rejects.toMatchObject({ code: 'hub-busy', detail: expect.stringContaining('3600') });
    expect(centre.hub.storeRequests).toHaveLength(1);
  });

  it('gives up on a hub that keeps failing', async () => {
    const centre = await openCentre();
    centre.hub.store = status(500);
    await expect(pull(centre)).rejects.toMatchObject({ code: 'hub-failing' });
    expect(centre.hub.storeRequests).toHaveLength(3);
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
