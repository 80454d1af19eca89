import { defineCollection } from 'astro:content';
import { CourseManifest } from '@terroir/courses/schema/course.ts';
import { GlossaryTerm } from '@terroir/courses/schema/glossary.ts';
import { Lesson } from '@terroir/courses/schema/lesson.ts';
import { Quiz } from '@terroir/courses/schema/quiz.ts';
import { LabManifest } from '@terroir/labs/contract/lab.ts';
import { glob } from 'astro/loaders';
import { z } from 'astro/zod';
import { Value } from 'typebox/value';

/** Path below the loader's base without its ending: `why-sovereign-ai/01-whose-machine/en`. */
const withoutEnding = ({ entry }: { entry: string }) => entry.replace(/\.[a-z]+$/, '');
const folder = ({ entry }: { entry: string }) => entry.slice(0, entry.lastIndexOf('/'));

/** A manifest whose grammar is kept in TypeBox, because the runner reads it too. */
const LabManifestSchema = z.unknown().transform((data, context): LabManifest => {
  if (Value.Check(LabManifest, data)) return data;
  for (const error of Value.Errors(LabManifest, data)) {
    context.addIssue({ code: 'custom', message: `${error.instancePath || '/'} ${error.message}` });
  }
  return z.NEVER;
});

export const collections = {
  /** By course folder. */
  courses: defineCollection({
    loader: glob({ base: '../courses', pattern: '*/course.yaml', generateId: folder }),
    schema: CourseManifest,
  }),
  /** `<course>/<nn-lesson>/<locale>`. */
  lessons: defineCollection({
    loader: glob({ base: '../courses', pattern: '*/*/*.mdx', generateId: withoutEnding }),
    schema: Lesson,
  }),
  /** `<course>/<nn-lesson>`. */
  quizzes: defineCollection({
    loader: glob({ base: '../courses', pattern: '*/*/quiz.yaml', generateId: folder }),
    schema: Quiz,
  }),
  /** `<term>/<locale>`. */
  glossary: defineCollection({
    loader: glob({ base: '../courses/glossary', pattern: '*/*.md', generateId: withoutEnding }),
    schema: GlossaryTerm,
  }),
  /** By lab folder. */
  labs: defineCollection({
    loader: glob({ base: '../labs/catalog', pattern: '*/lab.yaml', generateId: folder }),
    schema: LabManifestSchema,
  }),
  /** `<lab>/<step>/<locale>`, and beside it `hint.<locale>` and `solution.<locale>`. */
  labSteps: defineCollection({
    loader: glob({
      base: '../labs/catalog',
      pattern: '*/steps/*/*.md',
      generateId: ({ entry }) => entry.replace('/steps/', '/').replace(/\.md$/, ''),
    }),
  }),
};
