import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Centre, ENTRY, openCentre, sha256 } from './centre.fixture.ts';
import { serve, status } from './hub.fixture.ts';

const accepted = { acceptLicence: true };
const pull = ({ models }: Centre, signal?: AbortSignal) => models.pull(ENTRY, accepted, signal);
const contentOf = async ({ models }: Centre) => readFile((await models.fileOf(ENTRY)).file);
const partial = (centre: Centre) => join(centre.folder, 'partial', centre.sha256);
const ranges = ({ hub }: Centre) => hub.storeRequests.map(({ headers }) => headers.range);

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
