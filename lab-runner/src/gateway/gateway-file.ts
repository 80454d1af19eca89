import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Compile } from 'typebox/compile';
import { CodedError } from '../coded-error.ts';
import { writeDurably } from '../durable-file.ts';
import { GatewayFile } from './admin-api.ts';

const shape = Compile(GatewayFile);
const fileIn = (folder: string) => join(folder, 'gateway.json');

/** Throws a {@link CodedError} that says what is wrong with the file and what to do. */
export async function readGatewayFile(folder: string): Promise<GatewayFile> {
  const file = fileIn(folder);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw unusable('gateway-file-missing', `${file} cannot be read`, cause);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw unusable('gateway-file-damaged', `${file} is not JSON`, cause);
  }
  if (shape.Check(json)) return json;
  const [error] = shape.Errors(json);
  const field = error?.instancePath.slice(1);
  throw unusable(
    'gateway-file-damaged',
    `${file}: ${field ? `${field} ` : ''}${error?.message ?? 'is not as expected'}`,
  );
}

export function writeGatewayFile(folder: string, file: GatewayFile): Promise<void> {
  return writeDurably(fileIn(folder), `${JSON.stringify(file)}\n`, 0o600);
}

function unusable(code: string, detail: string, cause?: unknown): CodedError {
  return new CodedError({
    status: 500,
    code,
    detail: `${detail}.`,
    todo: 'The runner writes this file when it makes a micro-cloud: {"id", "adminKey", "clientKeySha256"}. Put it back from a copy.',
    cause,
  });
}
