import { type Finding, fieldName, lineOf } from '../schema/readable-error.ts';
import type { Content } from './content.ts';
import type { Data, TextDocument } from './document.ts';
import { eachLocalized } from './locale-rules.ts';
import type { Place } from './outline.ts';

/** An ordinary space lets a line break strand the sign that follows; U+202F and U+00A0 do not. */
const LOOSE = /.{0,12}(?: [;:!?»]|« ).{0,6}/u;

const advice = (excerpt: string) =>
  `"${excerpt.trim()}": in French a no-break space stands there: U+202F before ; ! ? » and after «, U+00A0 before :`;

/** Strings of parsed YAML, except what is quoted from elsewhere. */
function* strings(value: unknown, path: readonly PropertyKey[] = []): Generator<[readonly PropertyKey[], string]> {
  if (typeof value === 'string') yield [path, value];
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (key === 'sources' || key === 'translation') continue;
      yield* strings(item, [...path, Array.isArray(value) ? Number(key) : key]);
    }
  }
}

/** Places of running text where an ordinary space stands by a double sign. */
export function looseSpaces(file: string, texts: readonly Place<string>[], linesAbove: number): Finding[] {
  return texts.flatMap(({ value, line }) => {
    const excerpt = LOOSE.exec(value)?.[0];
    return excerpt === undefined ? [] : [{ file, line: line + linesAbove, message: advice(excerpt) }];
  });
}

function inDocument({ file, data, places, outline, linesAboveBody }: TextDocument<unknown>): Finding[] {
  const findings: Finding[] = [];
  for (const [path, text] of strings(data)) {
    const excerpt = LOOSE.exec(text)?.[0];
    if (excerpt) findings.push({ file, line: lineOf(places, path), message: `${fieldName(path)}: ${advice(excerpt)}` });
  }
  const attributes = outline.components.flatMap((part) =>
    ['question', 'title', 'caption'].map((name) => ({ value: part.attributes.get(name) ?? '', line: part.line })),
  );
  return [...findings, ...looseSpaces(file, [...outline.texts, ...attributes], linesAboveBody)];
}

function inData({ file, data, places }: Data<unknown>): Finding[] {
  const findings: Finding[] = [];
  eachLocalized(data, (path, { fr }) => {
    const excerpt = typeof fr === 'string' ? LOOSE.exec(fr)?.[0] : undefined;
    if (excerpt) findings.push({ file, line: lineOf(places, path), message: `${fieldName(path)}: ${advice(excerpt)}` });
  });
  return findings;
}

/** French typography where it can be checked without judgement: the spaces around double punctuation. */
export function checkFrench(content: Content): Finding[] {
  const documents = [...content.lessons, ...content.glossary.values()].flatMap(
    (folder) => folder.texts.get('fr') ?? [],
  );
  const data = [
    ...content.courses,
    ...content.lessons.flatMap((lesson) => lesson.quiz ?? []),
    ...[...content.labs.values()].flatMap((lab) => lab.manifest ?? []),
  ];
  return [...documents.flatMap(inDocument), ...data.flatMap(inData)];
}
