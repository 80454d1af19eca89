import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Centre, ENTRY, openCentre, PATIENCE } from './centre.fixture.ts';
import { serve, status } from './hub.fixture.ts';

const accepted = { acceptLicence: true };
const pull = ({ models }: Centre, signal?: AbortSignal) => models.pull(ENTRY, accepted, signal);
const contentOf = async ({ models }: Centre) => readFile((await models.fileOf(ENTRY)).file);
const partial = (centre: Centre) => join(centre.folder, 'partial', centre.sha256);
const ranges = ({ hub }: Centre) => hub.storeRequests.map(({ headers }) => headers.range);

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
    const centre = await openCentre({ options: { patience: { ...PATIENCE, stallMs: 200 } } });
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
