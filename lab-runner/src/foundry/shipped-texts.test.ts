import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readTexts } from './shipped-texts.ts';

let catalog: string;
beforeEach(async () => {
  catalog = await mkdtemp(join(tmpdir(), 'terroir-texts-'));
});
afterEach(async () => {
  await rm(catalog, { recursive: true });
});

async function lab(name: string, yaml: string, documents: Record<string, string> = {}): Promise<void> {
  for (const [path, text] of Object.entries({ 'text.yaml': yaml, ...documents })) {
    const file = join(catalog, name, 'text', path);
    await mkdir(resolve(file, '..'), { recursive: true });
    await writeFile(file, text);
  }
}
const entry = (id: string, language: string) =>
  `  - { id: ${id}, language: ${language}, title: A well, licence: CC-BY-SA-4.0 }\n`;

it('reads the texts of all labs, with their sizes', async () => {
  await lab('local-model', `texts:\n${entry('well-en', 'en')}${entry('well-fr', 'fr')}`, {
    'en/one.md': '12345',
    'en/two.md': '678',
    'en/notes.txt': 'not a document',
    'fr/un.md': 'été',
  });
  await mkdir(join(catalog, 'deploy'));
  const { texts, leftOut } = await readTexts(catalog);
  expect(leftOut).toEqual([]);
  expect(texts.map(({ id, language, documents, bytes }) => [id, language, documents, bytes])).toEqual([
    ['well-en', 'en', 2, 8],
    ['well-fr', 'fr', 1, 5],
  ]);
  expect(texts[0]?.folder).toBe(join(catalog, 'local-model', 'text', 'en'));
});

it.each([
  ['no YAML', '{'],
  ['a text without a licence', 'texts:\n  - { id: a, language: en, title: A }\n'],
  ['a language without documents', `texts:\n${entry('well-de', 'de')}`],
  ['an id that another text has', `texts:\n${entry('taken', 'en')}`],
])('leaves out, by name, a lab with %s', async (_, yaml) => {
  await lab('a-good-one', `texts:\n${entry('taken', 'en')}`, { 'en/one.md': 'x' });
  await lab('bad', yaml, { 'en/one.md': 'x' });
  const { texts, leftOut } = await readTexts(catalog);
  expect(texts.map(({ id }) => id)).toEqual(['taken']);
  expect(leftOut).toEqual([expect.stringContaining(join('bad', 'text', 'text.yaml'))]);
});

it('finds none where there is no catalogue', async () => {
  expect(await readTexts(join(catalog, 'nowhere'))).toEqual({ texts: [], leftOut: [] });
});

it('reads all that ship', async () => {
  const { leftOut } = await readTexts(resolve(import.meta.dirname, '../../../labs/catalog'));
  expect(leftOut).toEqual([]);
});
