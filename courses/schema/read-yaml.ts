import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Finding, readableError, type YamlPlaces } from './readable-error.ts';

export type Read<T> =
  | { readonly ok: true; readonly data: T; readonly places: YamlPlaces }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** Parses YAML text against a schema; every fault is named with its file and line. */
export function readYaml<S extends z.ZodType>(
  schema: S,
  text: string,
  file: string,
  linesAbove = 0,
): Read<z.output<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const findings = document.errors.map((error) => ({
      file,
      line: lines.linePos(error.pos[0]).line + linesAbove,
      message: `this is not valid YAML: ${error.message}`,
    }));
    return { ok: false, findings };
  }
  const places: YamlPlaces = { file, document, lines, linesAbove };
  const parsed = schema.safeParse(document.toJS(), { reportInput: true });
  return parsed.success
    ? { ok: true, data: parsed.data, places }
    : { ok: false, findings: readableError(parsed.error, places) };
}
