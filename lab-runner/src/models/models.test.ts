import { chmod, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelEvent } from '@terroir/labs/contract/model.ts';
import { ModelView } from '@terroir/labs/contract/model.ts';
import { Value } from 'typebox/value';
import { describe, expect, it, vi } from 'vitest';
import { CATALOGUE, readCatalogue } from './catalogue.ts';
import { ENTRY, openCentre, sha256, temporaryFolder } from './centre.fixture.ts';
import { ggufBytes } from './gguf.fixture.ts';
import { licenceText } from './licence.ts';
import { createModels } from './models.ts';

const seedling = ggufBytes({ metadata: { 'general.name': 'Seedling' }, dataBytes: 500 });
const accepted = { acceptLicence: true };

describe('the catalogue that comes with the product', () => {
  it('is valid, in every language, and brings the text of every licence in it', async () => {
    const entries = await readCatalogue(CATALOGUE);
    expect(entries.length).toBeGreaterThan(4);
    for (const entry of entries) expect(await licenceText(entry.licence.id)).toContain('License');
  });

  it.each([
    ['not YAML', 'id: [', ''],
    ['no hash', 'id: x\ntitle: X', ''],
    ['an id that is not its name', undefined, '/id'],
  ])('is refused with the name of the file and the field: %s', async (_, content, field) => {
    const folder = await temporaryFolder();
    const good = await readFile(join(CATALOGUE, 'smollm3-3b-q4.yaml'), 'utf8');
    await writeFile(join(folder, 'x.yaml'), content ?? good);
    await expect(readCatalogue(folder)).rejects.toMatchObject({
      code: 'model-file-invalid',
      detail: expect.stringContaining(join(folder, 'x.yaml')),
      ...(field === '' ? {} : { field }),
    });
  });

  it('refuses paths that would leave the repository', async () => {
    const folder = await temporaryFolder();
    const good = await readFile(join(CATALOGUE, 'smollm3-3b-q4.yaml'), 'utf8');
    await writeFile(join(folder, 'smollm3-3b-q4.yaml'), good.replace(/path: .*/, 'path: ../../other'));
    await expect(readCatalogue(folder)).rejects.toMatchObject({ field: '/file/path' });
  });
});

describe('the list', () => {
  it('has what is shipped, what was imported and what could be pulled, each once', async () => {
    const { models, bytes } = await openCentre({ shipped: seedling });
    const before = await models.list();
    expect(before.map(({ id, state }) => [id, state])).toEqual([
      ['seedling', 'installed'],
      [ENTRY, 'available'],
    ]);
    await models.pull(ENTRY, accepted);
    const after = await models.list();
    expect(after.map(({ id, state }) => [id, state])).toEqual([
      ['seedling', 'installed'],
      [ENTRY, 'installed'],
    ]);
    for (const view of [...before, ...after]) expect(Value.Check(ModelView, view)).toBe(true);
    expect(after[1]?.sizeBytes).toBe(bytes.length);
  });

  it('tells who made the file, when it was not the maker', async () => {
    const { models } = await openCentre();
    expect(await models.get(ENTRY)).toMatchObject({ origin: { source: 'maker/tiny', quantisedBy: 'somebody' } });
  });

  it('gives card and text of the licence with a single model', async () => {
    const { models } = await openCentre({ shipped: seedling });
    expect(await models.get('seedling')).toMatchObject({ card: '# Seedling', licenceAccepted: true });
    expect((await models.get(ENTRY))?.licence.text).toContain('Apache License');
    expect(await models.get('nothing')).toBeUndefined();
  });

  it('shows what another program has done', async () => {
    const { models, options } = await openCentre();
    await (await createModels(options)).pull(ENTRY, accepted);
    expect(await models.get(ENTRY)).toMatchObject({ state: 'installed' });
  });

  it('is not spoilt by one record that can not be read', async () => {
    const { models, folder } = await openCentre();
    await models.pull(ENTRY, accepted);
    await writeFile(join(folder, 'broken.yaml'), 'id: broken');
    expect(await models.list()).toHaveLength(1);
    expect((await models.unreadable()).map(({ message }) => message)).toEqual([
      expect.stringContaining(join(folder, 'broken.yaml')),
    ]);
  });
});

describe('a shipped model', () => {
  it('is where it is, is verified, and neither pulled nor removed', async () => {
    const { models } = await openCentre({ shipped: seedling });
    const { file, sha256: hash } = await models.fileOf('seedling');
    expect(await readFile(file)).toEqual(seedling);
    expect(hash).toBe(sha256(seedling));
    await expect(models.remove('seedling')).rejects.toMatchObject({ code: 'model-shipped' });
    await expect(models.pull('seedling', accepted)).rejects.toMatchObject({ code: 'model-shipped' });
  });

  it('is the seedling that lies in the foundry', async () => {
    const { options } = await openCentre();
    const models = await createModels({
      ...options,
      shipped: [join(import.meta.dirname, '../../../labs/foundry/seedling')],
    });
    expect(await models.get('terroir-seedling')).toMatchObject({ state: 'installed', origin: { source: 'shipped' } });
    expect(await models.verify('terroir-seedling')).toMatchObject({ sound: true });
  });

  it('whose folder lacks its description stops the start, with the reason', async () => {
    const { options } = await openCentre();
    await expect(createModels({ ...options, shipped: ['/nowhere'] })).rejects.toMatchObject({
      code: 'model-file-invalid',
      detail: expect.stringContaining('/nowhere'),
    });
  });
});

describe('verification', () => {
  it('happens once for each state of a file', async () => {
    const { models, options } = await openCentre({ shipped: seedling });
    const { file } = await models.fileOf('seedling');
    await utimes(file, 1, 1);
    await models.fileOf('seedling');
    // Other content under the same size, time and inode: that it goes unseen shows that the file was not read again.
    await writeFile(file, Buffer.from(seedling).fill(1, 100, 101));
    await utimes(file, 1, 1);
    const other = await createModels(options);
    expect(await other.fileOf('seedling')).toMatchObject({ sha256: sha256(seedling) });
    expect(await other.verify('seedling')).toMatchObject({ sound: false, expected: sha256(seedling) });
    await expect(other.fileOf('seedling')).rejects.toMatchObject({ code: 'model-damaged' });
  });

  it('finds a file that was changed, before it can be mounted', async () => {
    const { models } = await openCentre({ shipped: seedling });
    const { file } = await models.fileOf('seedling');
    await writeFile(file, Buffer.from(seedling).fill(1, 100, 101));
    await expect(models.fileOf('seedling')).rejects.toMatchObject({ code: 'model-damaged' });
    expect(await models.get('seedling')).toMatchObject({ state: 'damaged', problem: { code: 'model-damaged' } });
  });

  it.each([
    ['shorter', async (file: string) => writeFile(file, 'GGUF')],
    ['gone', async (file: string) => rm(file)],
  ])('finds a file that is %s without reading it, and a pull mends it', async (_, harm) => {
    const { models, bytes } = await openCentre();
    await models.pull(ENTRY, accepted);
    const { file } = await models.fileOf(ENTRY);
    await chmod(file, 0o644);
    await harm(file);
    expect(await models.get(ENTRY)).toMatchObject({ state: 'damaged' });
    await expect(models.fileOf(ENTRY)).rejects.toMatchObject({ code: 'model-damaged' });
    expect(await models.pull(ENTRY, accepted)).toMatchObject({ state: 'installed' });
    expect(await readFile((await models.fileOf(ENTRY)).file)).toEqual(bytes);
  });

  it('tells how far it is and what it found', async () => {
    const { models, sha256: hash, bytes } = await openCentre();
    await models.pull(ENTRY, accepted);
    const seen: number[] = [];
    const verified = await models.verify(ENTRY, undefined, (done) => seen.push(done));
    expect(verified).toMatchObject({ id: ENTRY, sound: true, expected: hash, found: hash });
    expect(seen.at(-1)).toBe(bytes.length);
  });

  it('can not be asked of what is not here', async () => {
    const { models } = await openCentre();
    await expect(models.verify(ENTRY)).rejects.toMatchObject({ code: 'model-not-installed' });
    await expect(models.fileOf(ENTRY)).rejects.toMatchObject({ code: 'model-not-installed' });
    await expect(models.fileOf('nothing')).rejects.toMatchObject({ code: 'model-not-found' });
  });
});

describe('removal', () => {
  it('takes the file and its record, and leaves the catalogue entry', async () => {
    const { models, folder } = await openCentre();
    await models.pull(ENTRY, accepted);
    await models.remove(ENTRY);
    expect(await readdir(join(folder, 'blobs'))).toEqual([]);
    expect(await models.get(ENTRY)).toMatchObject({ state: 'available', licenceAccepted: true });
    await expect(models.remove(ENTRY)).rejects.toMatchObject({ code: 'model-not-installed' });
    await expect(models.remove('nothing')).rejects.toMatchObject({ code: 'model-not-found' });
  });
});

describe('watching', () => {
  it('tells each change with the whole state of the model, until it is stopped', async () => {
    const { models, bytes } = await openCentre();
    const seen: ModelEvent[] = [];
    const stop = models.watch((event) => seen.push(event));
    const path = join(await temporaryFolder(), 'x.gguf');
    await writeFile(path, ggufBytes({ metadata: { 'general.name': 'mine' } }));
    await models.importFile(path);
    await models.remove('mine');
    await models.pull(ENTRY, accepted);
    await vi.waitFor(() =>
      expect(seen.at(-1)).toMatchObject({ model: { id: ENTRY, state: 'installed', sizeBytes: bytes.length } }),
    );
    expect(seen[0]).toMatchObject({ type: 'model', model: { id: 'mine', state: 'installed' } });
    expect(seen[1]).toEqual({ type: 'removed', id: 'mine' });
    stop();
    const before = seen.length;
    await models.remove(ENTRY);
    expect(seen).toHaveLength(before);
  });
});
