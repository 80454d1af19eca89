import type { Source } from '@terroir/courses/schema/source.ts';
import type { Locale } from '../i18n/locales.ts';
import { type TermView, termsIn } from './glossary.ts';
import { type LabView, labsIn } from './labs.ts';
import type { LessonView } from './outline.ts';

/** What the components inside a lesson's text need to know of the page around them. */
export interface LessonContext {
  /** Language of the page; the text may be in another. */
  readonly locale: Locale;
  readonly lesson: LessonView;
  readonly sources: readonly Source[];
  readonly terms: ReadonlyMap<string, TermView>;
  readonly labs: ReadonlyMap<string, LabView>;
  /** Counts from 1, per kind of thing, in the order of the text. */
  readonly next: (kind: 'figure' | 'prediction' | 'term') => number;
}

export async function lessonContext(lesson: LessonView, locale: Locale): Promise<LessonContext> {
  const counts = { figure: 0, prediction: 0, term: 0 };
  const byId = <T extends { readonly id: string }>(list: readonly T[]) => new Map(list.map((item) => [item.id, item]));
  return {
    locale,
    lesson,
    sources: lesson.entry.data.sources,
    terms: byId(await termsIn(lesson.locale)),
    labs: byId(await labsIn(lesson.locale)),
    next: (kind) => {
      counts[kind] += 1;
      return counts[kind];
    },
  };
}

/** Throws outside a lesson: these components mean nothing elsewhere. */
export function contextOf(locals: App.Locals): LessonContext {
  if (!locals.lesson) throw new Error('this component belongs in the text of a lesson');
  return locals.lesson;
}

/** An id that lessons name; the build stops on one that nothing answers to. */
export function known<T>(found: T | undefined, what: string, id: string, context: LessonContext): T {
  if (found === undefined) throw new Error(`${context.lesson.entry.filePath}: there is no ${what} "${id}"`);
  return found;
}
