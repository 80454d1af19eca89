import { isNode, type LineCounter, type Document as YamlDocument } from 'yaml';
import type { core } from 'zod';

/** Something an author has to mend. `line` counts from 1 in `file`. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  /** What is wrong, and what to do about it. */
  readonly message: string;
}

/** `courses/x/01-y/en.mdx:12  what is wrong`: the form that editors and terminals turn into a link. */
export function formatFinding(finding: Finding): string {
  return `${finding.file}:${finding.line}  ${finding.message}`;
}

/** A parsed YAML text that still knows where each value stood. */
export interface YamlPlaces {
  readonly file: string;
  readonly document: YamlDocument;
  readonly lines: LineCounter;
  /** Lines of the file above the YAML, e.g. 1 for front matter. */
  readonly linesAbove: number;
}

/** Line of the value at `path`, or of the nearest thing around it when the value is missing. */
export function lineOf(places: YamlPlaces, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = places.document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return places.lines.linePos(node.range[0]).line + places.linesAbove;
  }
  return 1 + places.linesAbove;
}

/** `choices[2].feedback.fr`, as an author would say it. */
export function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part + 1}]` : index === 0 ? String(part) : `.${String(part)}`,
    )
    .join('');
}

function explain(issue: core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `is missing; add ${issue.expected === 'array' ? 'a list' : issue.expected}`
        : `must be ${issue.expected}`;
    case 'unrecognized_keys':
      return `has ${issue.keys.map((key) => `"${key}"`).join(', ')}, which nothing reads; check the spelling or remove it`;
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => String(value)).join(', ')}`;
    case 'invalid_union':
      return issue.discriminator === undefined
        ? issue.message
        : `needs a known "${issue.discriminator}": ${issue.message}`;
    case 'too_small':
      return issue.origin === 'array' ? `needs at least ${issue.minimum} items` : `must be at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'array' ? `takes at most ${issue.maximum} items` : issue.message;
    default:
      return issue.message;
  }
}

/** One finding per thing that Zod refused, each at the line where it stands. */
export function readableError(error: core.$ZodError, places: YamlPlaces): Finding[] {
  return error.issues.map((issue) => ({
    file: places.file,
    line: lineOf(places, issue.path),
    message: `${issue.path.length === 0 ? 'the file' : fieldName(issue.path)}: ${explain(issue)}`,
  }));
}
