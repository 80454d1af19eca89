import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { splitFrontMatter } from '../schema/front-matter.ts';
import { readYaml } from '../schema/read-yaml.ts';
import type { Finding, YamlPlaces } from '../schema/readable-error.ts';
import { type Outline, outlineOf, SyntaxFault } from './outline.ts';

/** A data file, parsed. */
export interface Data<T> {
  /** Path from the root of the checkout, with `/`. */
  readonly file: string;
  readonly data: T;
  readonly places: YamlPlaces;
}

/** A text with front matter, parsed. */
export interface TextDocument<T> extends Data<T> {
  readonly body: string;
  /** Add to a line of the body to get a line of the file. */
  readonly linesAboveBody: number;
  readonly outline: Outline;
}

export function readData<S extends z.ZodType>(
  root: string,
  file: string,
  schema: S,
  findings: Finding[],
): Data<z.output<S>> | undefined {
  const read = readYaml(schema, readFileSync(join(root, file), 'utf8'), file);
  if (!read.ok) {
    findings.push(...read.findings);
    return undefined;
  }
  return { file, data: read.data, places: read.places };
}

/** Reads a Markdown or MDX file; pushes what is wrong with it and answers `undefined` when it cannot be used. */
export function readTextDocument<S extends z.ZodType>(
  root: string,
  file: string,
  schema: S,
  findings: Finding[],
): TextDocument<z.output<S>> | undefined {
  const parts = splitFrontMatter(readFileSync(join(root, file), 'utf8'));
  if (parts === undefined) {
    findings.push({ file, line: 1, message: 'start the file with front matter: YAML between two lines of ---' });
    return undefined;
  }
  const read = readYaml(schema, parts.yaml, file, 1);
  if (!read.ok) findings.push(...read.findings);
  const { body, linesAboveBody } = parts;
  try {
    const outline = outlineOf(body, file.endsWith('.mdx') ? 'mdx' : 'markdown');
    return read.ok ? { file, data: read.data, places: read.places, body, linesAboveBody, outline } : undefined;
  } catch (fault) {
    if (!(fault instanceof SyntaxFault)) throw fault;
    findings.push({ file, line: fault.line + linesAboveBody, message: fault.message });
    return undefined;
  }
}
