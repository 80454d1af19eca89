import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CourseManifest } from '../schema/course.ts';
import { GlossaryTerm } from '../schema/glossary.ts';
import { Lesson } from '../schema/lesson.ts';
import { Quiz } from '../schema/quiz.ts';
import type { Finding } from '../schema/readable-error.ts';
import { Id, LOCALES, type Locale, LocalizedText } from '../schema/text.ts';
import { type Data, readData, readTextDocument, type TextDocument } from './document.ts';

export type Translations<T> = ReadonlyMap<Locale, TextDocument<T>>;

export interface LessonFolder {
  readonly course: string;
  /** Path from the root of the checkout. */
  readonly path: string;
  /** Name of the folder, e.g. `01-whose-machine-answers`. */
  readonly folder: string;
  readonly id: string;
  readonly texts: Translations<Lesson>;
  readonly quiz: Data<Quiz> | undefined;
}

interface TermFolder {
  readonly id: string;
  readonly path: string;
  readonly texts: Translations<GlossaryTerm>;
}

/** As much of a lab as its texts need; `labs/contract/lab.ts` has the whole, and the lab's own test holds it to that. */
const LabOutline = z.object({
  id: Id,
  title: LocalizedText,
  summary: LocalizedText,
  steps: z.array(z.object({ id: Id, title: LocalizedText })).min(1),
});
type LabOutline = z.infer<typeof LabOutline>;

export const StepText = z.strictObject({ title: z.string().trim().min(1) });
export type StepText = z.infer<typeof StepText>;

export interface LabFolder {
  readonly id: string;
  readonly path: string;
  readonly manifest: Data<LabOutline> | undefined;
}

export interface Content {
  readonly root: string;
  readonly courses: readonly Data<CourseManifest>[];
  readonly lessons: readonly LessonFolder[];
  readonly glossary: ReadonlyMap<string, TermFolder>;
  readonly labs: ReadonlyMap<string, LabFolder>;
}

function foldersIn(root: string, path: string): string[] {
  if (!existsSync(join(root, path))) return [];
  return readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
}

function readTranslations<S extends z.ZodType>(
  root: string,
  path: string,
  extension: 'md' | 'mdx',
  schema: S,
  findings: Finding[],
): Translations<z.output<S>> {
  const texts = new Map<Locale, TextDocument<z.output<S>>>();
  for (const locale of LOCALES) {
    const file = `${path}/${locale}.${extension}`;
    if (!existsSync(join(root, file))) {
      findings.push({ file, line: 1, message: `this file is missing: write it, or translate ${path}/en.${extension}` });
      continue;
    }
    const document = readTextDocument(root, file, schema, findings);
    if (document !== undefined) texts.set(locale, document);
  }
  return texts;
}

function readLesson(root: string, course: string, folder: string, findings: Finding[]): LessonFolder {
  const path = `courses/${course}/${folder}`;
  const quizFile = `${path}/quiz.yaml`;
  const quizFound = existsSync(join(root, quizFile));
  if (!quizFound) {
    findings.push({
      file: quizFile,
      line: 1,
      message: 'this file is missing: each lesson ends with questions that assess its objectives',
    });
  }
  return {
    course,
    path,
    folder,
    id: folder.replace(/^\d{2}-/, ''),
    texts: readTranslations(root, path, 'mdx', Lesson, findings),
    quiz: quizFound ? readData(root, quizFile, Quiz, findings) : undefined,
  };
}

/** Reads everything that authors write. What does not parse is pushed to `findings` and left out. */
export function readContent(root: string, findings: Finding[]): Content {
  const courses: Data<CourseManifest>[] = [];
  const lessons: LessonFolder[] = [];
  for (const course of foldersIn(root, 'courses')) {
    const file = `courses/${course}/course.yaml`;
    if (!existsSync(join(root, file))) continue;
    const manifest = readData(root, file, CourseManifest, findings);
    if (manifest !== undefined) courses.push(manifest);
    for (const folder of foldersIn(root, `courses/${course}`)) lessons.push(readLesson(root, course, folder, findings));
  }
  const glossary = new Map<string, TermFolder>();
  for (const id of foldersIn(root, 'courses/glossary')) {
    const path = `courses/glossary/${id}`;
    glossary.set(id, { id, path, texts: readTranslations(root, path, 'md', GlossaryTerm, findings) });
  }
  const labs = new Map<string, LabFolder>();
  for (const id of foldersIn(root, 'labs/catalog')) {
    const path = `labs/catalog/${id}`;
    const file = `${path}/lab.yaml`;
    const found = existsSync(join(root, file));
    if (!found) findings.push({ file, line: 1, message: 'this file is missing: a lab begins with its manifest' });
    labs.set(id, { id, path, manifest: found ? readData(root, file, LabOutline, findings) : undefined });
  }
  return { root, courses, lessons, glossary, labs };
}
