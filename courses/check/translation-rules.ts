import { isDeepStrictEqual } from 'node:util';
import type { GlossaryTerm } from '../schema/glossary.ts';
import type { Lesson } from '../schema/lesson.ts';
import { type Finding, lineOf } from '../schema/readable-error.ts';
import type { Source } from '../schema/source.ts';
import { SOURCE_LOCALE } from '../schema/text.ts';
import type { Translation } from '../schema/translation.ts';
import type { Content, Translations } from './content.ts';
import type { TextDocument } from './document.ts';
import type { Outline } from './outline.ts';
import { lessonHash, termHash } from './source-hash.ts';

/** A translation that no longer says what its source says. */
export interface Stale {
  readonly document: TextDocument<{ translation?: Translation | undefined }>;
  readonly sourceHash: string;
}

function stalenessOf<T extends { translation?: Translation | undefined }>(
  texts: Translations<T>,
  hash: (data: T, body: string) => string,
): Stale[] {
  const source = texts.get(SOURCE_LOCALE);
  if (source === undefined) return [];
  const sourceHash = hash(source.data, source.body);
  return [...texts]
    .filter(([locale, { data }]) => locale !== SOURCE_LOCALE && data.translation?.sourceHash !== sourceHash)
    .map(([, document]) => ({ document, sourceHash }));
}

export function staleTranslations(content: Content): Stale[] {
  return [
    ...content.lessons.flatMap((lesson) => stalenessOf(lesson.texts, lessonHash)),
    ...[...content.glossary.values()].flatMap((term) => stalenessOf(term.texts, termHash)),
  ];
}

/** The bones of a text: what a translation must have as many of, in the same order. */
const bones = (outline: Outline) => ({
  headings: outline.headings.map((heading) => heading.value.depth).join(' '),
  components: outline.components
    .filter(
      ({ name, within }) => /^[A-Z]/.test(name) && !within.includes('svg') && name !== 'Source' && name !== 'Term',
    )
    .map(({ name, attributes }) => `${name}${attributes.has('id') ? `#${attributes.get('id')}` : ''}`)
    .join(' '),
  terms: setOf(outline, 'Term'),
});

function setOf(outline: Outline, name: string): string {
  const ids = outline.components.filter((part) => part.name === name).map((part) => part.attributes.get('id') ?? '');
  return [...new Set(ids)].sort().join(' ');
}

/** What does not change with the language. */
const neutral = (lesson: Lesson) => ({
  level: lesson.level,
  requires: lesson.requires,
  minutes: lesson.minutes,
  lab: lesson.lab,
  glossary: [...lesson.glossary].sort(),
  objectives: lesson.objectives.map(({ id, level, assessedBy }) => ({ id, level, assessedBy })),
  keypoints: lesson.keypoints.length,
  questions: lesson.questions.length,
});

/** A translation may bring examples of its own, and their sources; a source of both is the same document. */
const dating = ({ url, published, accessed }: Source) => ({ url, published, accessed });

function differences(source: TextDocument<Lesson>, translation: TextDocument<Lesson>): Finding[] {
  const { file, places, linesAboveBody } = translation;
  const findings: Finding[] = [];
  const theirs = neutral(source.data);
  for (const [field, value] of Object.entries(neutral(translation.data))) {
    if (isDeepStrictEqual(value, theirs[field as keyof typeof theirs])) continue;
    findings.push({
      file,
      line: lineOf(places, [field]),
      message: `${field}: differs from ${source.file}; ids, dates and counts are the same in every language`,
    });
  }
  translation.data.sources.forEach((cited, index) => {
    const original = source.data.sources.find((candidate) => candidate.id === cited.id);
    if (original === undefined || isDeepStrictEqual(dating(original), dating(cited))) return;
    findings.push({
      file,
      line: lineOf(places, ['sources', index]),
      message: `sources: "${cited.id}" has another address or date than in ${source.file}`,
    });
  });
  const expected = bones(source.outline);
  for (const [what, value] of Object.entries(bones(translation.outline))) {
    const wanted = expected[what as keyof typeof expected];
    if (value === wanted) continue;
    findings.push({
      file,
      line: linesAboveBody + 1,
      message: `${what} differ from ${source.file}: there "${wanted}", here "${value}"`,
    });
  }
  return findings;
}

function checkProvenance(texts: Translations<Lesson> | Translations<GlossaryTerm>): Finding[] {
  return [...texts].flatMap(([locale, { file, data, places }]) => {
    const line = lineOf(places, ['translation']);
    if (locale === SOURCE_LOCALE) {
      return data.translation === undefined
        ? []
        : [{ file, line, message: `translation: remove it; ${SOURCE_LOCALE} is the source` }];
    }
    return data.translation === undefined
      ? [{ file, line, message: 'translation: add {of, sourceHash, by}, so that everybody can see what it follows' }]
      : [];
  });
}

/** Each translation says where it comes from, follows the present source, and has the same bones. */
export function checkTranslations(content: Content): Finding[] {
  const folders = [...content.lessons, ...content.glossary.values()];
  const stale = staleTranslations(content)
    .filter(({ document }) => document.data.translation !== undefined)
    .map(({ document: { file, places } }) => ({
      file,
      line: lineOf(places, ['translation', 'sourceHash']),
      message:
        'the source has changed since this was translated; update the text, then run "npm run content -- --stamp"',
    }));
  const different = content.lessons.flatMap(({ texts }) => {
    const source = texts.get(SOURCE_LOCALE);
    if (source === undefined) return [];
    return [...texts.values()].filter((text) => text !== source).flatMap((text) => differences(source, text));
  });
  return [...folders.flatMap((folder) => checkProvenance(folder.texts)), ...stale, ...different];
}
