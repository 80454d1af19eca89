import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { parseDocument, stringify } from 'yaml';
import { CodedError } from '../coded-error.ts';
import { writeDurably } from '../durable-file.ts';

/**
 * A YAML file that has the shape of `schema`; undefined when there is no such file.
 * Throws `model-file-invalid`, which names the file and the field.
 */
export async function readYaml<T extends TSchema>(path: string, schema: T): Promise<Static<T> | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const document = parseDocument(text);
  const syntax = document.errors[0];
  if (syntax !== undefined) throw invalid(path, '', syntax.message.split('\n', 1)[0] ?? 'not YAML');
  const value: unknown = document.toJS();
  if (Value.Check(schema, value)) return value;
  const first = Value.Errors(schema, value).find((error) => error.keyword !== 'boolean');
  throw invalid(path, first?.instancePath ?? '', first?.message ?? 'does not have the expected shape');
}

/** Writes all of it or nothing. */
export async function writeYaml(path: string, value: object): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeDurably(path, stringify(value), 0o644);
}

function invalid(path: string, field: string, why: string): CodedError {
  return new CodedError({
    status: 500,
    code: 'model-file-invalid',
    detail: `${path} can't be used: ${field === '' ? '' : `${field} `}${why}.`,
    todo: 'Correct that file, or move it away and import or pull the model again.',
    ...(field === '' ? {} : { field }),
  });
}
