import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';

/** `labs/catalog/<lab>/text/text.yaml`. The documents of a text are the `*.md` in the folder named for its language, beside it. */
const TextFile = Type.Object(
  {
    texts: Type.Array(
      Type.Object(
        {
          id: Type.String({ pattern: '^[a-z][a-z0-9-]*$' }),
          language: Type.String({ pattern: '^[a-z]{2,3}$' }),
          title: Type.String({ minLength: 1 }),
          licence: Type.String({ minLength: 1, description: 'SPDX id' }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1 },
    ),
  },
  { additionalProperties: false },
);

/** A text that ships with a lab, ready to train on. */
export interface ShippedText {
  readonly id: string;
  readonly language: string;
  readonly title: string;
  readonly licence: string;
  readonly documents: number;
  readonly bytes: number;
  /** Where its documents lie. */
  readonly folder: string;
}

/**
 * Reads the texts of all labs. A lab without texts has none; one whose text.yaml is wrong is left out and named.
 * @param catalog labs/catalog; one that does not exist holds none
 */
export async function readTexts(
  catalog: string,
): Promise<{ readonly texts: readonly ShippedText[]; readonly leftOut: readonly string[] }> {
  const entries = await readdir(catalog, { withFileTypes: true }).catch(() => []);
  const texts: ShippedText[] = [];
  const leftOut: string[] = [];
  for (const lab of entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()) {
    const folder = join(catalog, lab, 'text');
    try {
      for (const text of await textsOf(folder)) {
        if (texts.some(({ id }) => id === text.id)) throw new Error(`another text has the id ${text.id}`);
        texts.push(text);
      }
    } catch (error) {
      leftOut.push(`${join(folder, 'text.yaml')}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return { texts, leftOut };
}

async function textsOf(folder: string): Promise<readonly ShippedText[]> {
  const file = await readFile(join(folder, 'text.yaml'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return [];
  const value: unknown = parse(file);
  if (!Value.Check(TextFile, value)) {
    const [first] = Value.Errors(TextFile, value);
    throw new Error(`${first?.instancePath || '/'} ${first?.message ?? 'is not valid'}`);
  }
  return Promise.all(value.texts.map(async (text) => ({ ...text, ...(await sizeOf(join(folder, text.language))) })));
}

async function sizeOf(folder: string): Promise<Pick<ShippedText, 'folder' | 'documents' | 'bytes'>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md'));
  if (names.length === 0) throw new Error(`${folder} holds no document`);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return { folder, documents: names.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
