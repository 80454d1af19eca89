import { createReadStream } from 'node:fs';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tinyGguf } from '../inference/tiny-gguf.fixture.ts';
import { type Centre, ENTRY, openCentre, sha256, temporaryFolder } from './centre.fixture.ts';
import { type GgufShape, ggufBytes } from './gguf.fixture.ts';

async function fileWith(bytes: Buffer, name = 'some-model.Q4_K_M.gguf'): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, bytes);
  return path;
}
const model = (name: string | undefined, shape: GgufShape = {}) =>
  ggufBytes({ ...shape, metadata: { ...(name === undefined ? {} : { 'general.name': name }), ...shape.metadata } });

/** All that lies in the folder of the models, but for empty folders. */
const everything = async ({ folder }: Centre) =>
  (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();

describe('a file that is imported', () => {
  it('becomes a model under its own name, with what it says of itself', async () => {
    const { models } = await openCentre();
    const bytes = model('Modèle Été 1.5B', {
      dataBytes: 640,
      metadata: {
        'general.license': 'apache-2.0',
        'general.license.link': 'https://example.org/licence',
        'general.languages': ['fr', 'en', 'not a language'],
        'general.organization': 'Atelier',
      },
    });
    const path = await fileWith(bytes);
    expect(await models.importFile(path)).toEqual({ id: 'modele-ete-1.5b', sha256: sha256(bytes), already: false });
    expect(await models.get('modele-ete-1.5b')).toMatchObject({
      title: 'Modèle Été 1.5B',
      origin: { maker: 'Atelier', jurisdiction: 'local', source: 'imported' },
      licence: { id: 'Apache-2.0', open: true, url: 'https://example.org/licence' },
      languages: ['fr', 'en'],
      parameters: 640,
      sizeBytes: bytes.length,
      state: 'installed',
    });
    const { file } = await models.fileOf('modele-ete-1.5b');
    expect(await readFile(file)).toEqual(bytes);
    expect((await stat(file)).mode & 0o222).toBe(0);
    expect(await readFile(path)).toEqual(bytes);
  });

  it('takes the name of its file when it has none', async () => {
    const { models } = await openCentre();
    expect(await models.importFile(await fileWith(model(undefined)))).toMatchObject({
      id: 'some-model.q4_k_m'.replace(/_/g, '-'),
    });
  });

  it('does not claim a licence that it does not name', async () => {
    const { models } = await openCentre();
    const { id } = await models.importFile(await fileWith(model('one')));
    expect(await models.get(id)).toMatchObject({ licence: { id: 'unknown', open: false }, licenceAccepted: false });
    const other = await models.importFile(
      await fileWith(model('two', { metadata: { 'general.license': 'llama3.2' } })),
    );
    expect(await models.get(other.id)).toMatchObject({ licence: { id: 'LicenseRef-llama3.2', open: false } });
  });

  it('has the card, and what its sender knows better than the file', async () => {
    const { models } = await openCentre();
    const said = {
      title: 'Contes',
      licence: { id: 'CC0-1.0', open: true },
      languages: ['wo'],
      origin: { maker: 'Awa', jurisdiction: 'local', source: 'trained here' },
      card: '# Contes',
    };
    const path = await fileWith(model('x', { metadata: { 'general.license': 'mit' } }));
    await models.importFile(path, { id: 'contes', said });
    expect(await models.get('contes')).toMatchObject(said);
    expect((await models.list()).find(({ id }) => id === 'contes')?.card).toBeUndefined();
  });

  it('keeps the catalogue’s word on a model of the catalogue', async () => {
    const { models, bytes } = await openCentre();
    const { id } = await models.importFile(await fileWith(bytes), { said: { title: 'Mine now' } });
    expect([id, (await models.get(id))?.title]).toEqual([ENTRY, 'Tiny Instruct']);
  });

  it('tells how far it is', async () => {
    const { models } = await openCentre();
    const bytes = model('large', { dataBytes: 3_000_000 });
    const seen: number[] = [];
    await models.importFile(await fileWith(bytes), { onProgress: (done, total) => seen.push(done / total) });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toBe(1);
  });

  it('may be a whole model', async () => {
    const { models } = await openCentre();
    const bytes = tinyGguf({ name: 'whole' });
    expect(await models.importFile(await fileWith(bytes))).toEqual({
      id: 'whole',
      sha256: sha256(bytes),
      already: false,
    });
  });
});

describe('ids', () => {
  it('are numbered when the name is taken by other content', async () => {
    const { models } = await openCentre();
    await models.importFile(await fileWith(model('same', { dataBytes: 64 })));
    const second = await models.importFile(await fileWith(model('same', { dataBytes: 128 })));
    const third = await models.importFile(await fileWith(model(ENTRY, { dataBytes: 96 })));
    expect([second.id, third.id]).toEqual(['same-2', `${ENTRY}-2`]);
  });

  it('may be chosen', async () => {
    const { models } = await openCentre();
    expect(await models.importFile(await fileWith(model('x')), { id: 'my.model-1' })).toMatchObject({
      id: 'my.model-1',
    });
  });

  it.each(['', 'Capital', '../up', 'a b', '-x', 'x'.repeat(101), 'events'])('can not be "%s"', async (id) => {
    const centre = await openCentre();
    const path = await fileWith(model('x'));
    await expect(centre.models.importFile(path, { id })).rejects.toMatchObject({ code: 'model-id-invalid' });
    expect(await everything(centre)).toEqual([]);
  });

  it('can not be one that other content has', async () => {
    const centre = await openCentre({ shipped: model('Seedling') });
    const path = await fileWith(model('x'));
    for (const id of [ENTRY, 'seedling']) {
      await expect(centre.models.importFile(path, { id })).rejects.toMatchObject({ code: 'model-id-taken' });
    }
    expect(await everything(centre)).toEqual([]);
  });
});

describe('the same content again', () => {
  it('stays one model and one file, and that is said', async () => {
    const centre = await openCentre();
    const bytes = model('twice');
    await centre.models.importFile(await fileWith(bytes));
    const before = await everything(centre);
    expect(await centre.models.importFile(await fileWith(bytes, 'other.gguf'))).toEqual({
      id: 'twice',
      sha256: sha256(bytes),
      already: true,
    });
    expect(await everything(centre)).toEqual(before);
  });

  it('may have a second name, and lives until both are removed', async () => {
    const { models, folder } = await openCentre();
    const bytes = model('first');
    const path = await fileWith(bytes);
    await models.importFile(path);
    expect(await models.importFile(path, { id: 'second' })).toMatchObject({ id: 'second', already: false });
    expect(await readdir(join(folder, 'blobs'))).toHaveLength(1);
    await models.remove('first');
    expect(await readFile((await models.fileOf('second')).file)).toEqual(bytes);
    await models.remove('second');
    expect(await readdir(join(folder, 'blobs'))).toEqual([]);
  });

  it('is the shipped model when it has its content', async () => {
    const bytes = model('Seedling');
    const { models } = await openCentre({ shipped: bytes });
    expect(await models.importFile(await fileWith(bytes))).toMatchObject({ id: 'seedling', already: true });
  });

  it('becomes the catalogue entry when it has its content', async () => {
    const centre = await openCentre();
    expect(await centre.models.importFile(await fileWith(centre.bytes))).toMatchObject({ id: ENTRY, already: false });
    expect(await centre.models.get(ENTRY)).toMatchObject({ state: 'installed', origin: { maker: 'Maker' } });
    expect(centre.hub.hubRequests).toHaveLength(0);
  });

  it('mends a damaged file', async () => {
    const centre = await openCentre();
    const bytes = model('mended');
    await centre.models.importFile(await fileWith(bytes));
    const { file } = await centre.models.fileOf('mended');
    await chmod(file, 0o644);
    await writeFile(file, 'rubbish');
    expect(await centre.models.get('mended')).toMatchObject({ state: 'damaged' });
    expect(await centre.models.importFile(await fileWith(bytes))).toMatchObject({ id: 'mended', already: false });
    expect(await readFile((await centre.models.fileOf('mended')).file)).toEqual(bytes);
  });
});

describe('what can not be imported changes nothing', () => {
  it.each([
    ['not-gguf', Buffer.from('PK\x03\x04')],
    ['gguf-truncated', ggufBytes({ dataBytes: 1000 }).subarray(0, 600)],
    ['gguf-not-a-model', model('part', { metadata: { 'split.count': 3 } })],
    ['gguf-not-a-model', model('adapter', { metadata: { 'general.type': 'adapter' } })],
  ])('%s', async (code, bytes) => {
    const centre = await openCentre();
    const path = await fileWith(bytes);
    await expect(centre.models.importFile(path)).rejects.toMatchObject({ code, todo: expect.stringMatching(/\w/) });
    await expect(centre.models.importStream(createReadStream(path), 'x.gguf')).rejects.toMatchObject({ code });
    expect(await everything(centre)).toEqual([]);
    expect(await centre.models.list()).toHaveLength(1);
  });

  it('a path that leads nowhere, or to a folder', async () => {
    const centre = await openCentre();
    await expect(centre.models.importFile('/nowhere/x.gguf')).rejects.toMatchObject({ code: 'file-not-readable' });
    await expect(centre.models.importFile(centre.folder)).rejects.toMatchObject({ code: 'file-not-readable' });
  });

  it('a file that does not fit on the disk', async () => {
    const centre = await openCentre({ options: { freeBytes: async () => 10 } });
    const path = await fileWith(model('x'));
    await expect(centre.models.importFile(path)).rejects.toMatchObject({ code: 'disk-full' });
    const stream = createReadStream(path);
    await expect(centre.models.importStream(stream, 'x', { sizeBytes: 11 })).rejects.toMatchObject({
      code: 'disk-full',
    });
    stream.destroy();
    expect(await everything(centre)).toEqual([]);
  });

  it('an import that is given up', async () => {
    const centre = await openCentre();
    const abort = new AbortController();
    const imported = centre.models.importFile(await fileWith(model('large', { dataBytes: 5_000_000 })), {
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(imported).rejects.toThrow();
    expect(await everything(centre)).toEqual([]);
  });

  it('an upload that breaks off', async () => {
    const centre = await openCentre();
    const bytes = model('upload', { dataBytes: 200_000 });
    async function* broken() {
      yield bytes.subarray(0, 100_000);
      throw new Error('connection lost');
    }
    await expect(centre.models.importStream(broken(), 'x.gguf')).rejects.toThrow('connection lost');
    expect(await everything(centre)).toEqual([]);
  });
});
