import { type CollectionEntry, getCollection } from 'astro:content';
import { LOCALES, type Locale, pick, SOURCE_LOCALE } from '../i18n/locales.ts';

/** Words, with the language that they turned out to be in. */
export type Words = ReturnType<typeof pick>;

export interface LessonView {
  /** `<course>/<lesson id>`: what progress is kept under. */
  readonly key: string;
  readonly course: string;
  /** `01-whose-machine-answers`: its part of the address. */
  readonly folder: string;
  /** Place in the course, from 1. */
  readonly number: number;
  /** Language of the text, when there is none in the one asked for. */
  readonly locale: Locale;
  readonly entry: CollectionEntry<'lessons'>;
}

export interface CourseView {
  readonly id: string;
  readonly title: Words;
  readonly summary: Words;
  readonly audience: Words;
  readonly outcomes: readonly Words[];
  readonly level: CollectionEntry<'courses'>['data']['level'];
  readonly lab: string | undefined;
  readonly lessons: readonly LessonView[];
}

type Texts = ReadonlyMap<string, CollectionEntry<'lessons'>>;

/** The text in `locale`, else in the source language, else in any. */
function lessonText(texts: Texts, course: string, folder: string, locale: Locale) {
  for (const tag of [locale, SOURCE_LOCALE, ...LOCALES]) {
    const entry = texts.get(`${course}/${folder}/${tag}`);
    if (entry) return { entry, locale: tag };
  }
  throw new Error(`courses/${course}/course.yaml names "${folder}", and there is no ${folder}/${SOURCE_LOCALE}.mdx`);
}

function courseIn({ id, data }: CollectionEntry<'courses'>, texts: Texts, locale: Locale): CourseView {
  const lessons = data.lessons.map((folder, index): LessonView => {
    const text = lessonText(texts, id, folder, locale);
    return { ...text, key: `${id}/${text.entry.data.id}`, course: id, folder, number: index + 1 };
  });
  return {
    id,
    title: pick(data.title, locale),
    summary: pick(data.summary, locale),
    audience: pick(data.audience, locale),
    outcomes: data.outcomes.map((outcome) => pick(outcome, locale)),
    level: data.level,
    lab: data.lab,
    lessons,
  };
}

/** All courses, in their order, in `locale` as far as they are translated. */
export async function coursesIn(locale: Locale): Promise<CourseView[]> {
  const entries = await getCollection('courses');
  const texts: Texts = new Map((await getCollection('lessons')).map((entry) => [entry.id, entry]));
  return entries.sort((a, b) => a.data.order - b.data.order).map((entry) => courseIn(entry, texts, locale));
}
