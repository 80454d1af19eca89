import { readFile } from 'node:fs/promises';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';

/**
 * A JSON file that has the shape of `schema`; undefined: there is no such file.
 * @param damaged makes the error to throw when it is no such JSON
 */
export async function readJson<T extends TSchema>(
  path: string,
  schema: T,
  damaged: (cause: unknown) => Error,
): Promise<Static<T> | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    Value.Assert(schema, value);
    return value;
  } catch (cause) {
    throw damaged(cause);
  }
}

/** The same of a file that one can do without: undefined also when it cannot be read, or is no such JSON. */
export async function readJsonIfSound<T extends TSchema>(path: string, schema: T): Promise<Static<T> | undefined> {
  return readJson(path, schema, () => new Error(`${path} is damaged`)).catch(() => undefined);
}
