import { z } from 'zod';
import { Source } from './source.ts';
import { Id, Level, Text } from './text.ts';
import { Translation } from './translation.ts';

/** Levels of Bloom's taxonomy as revised by Anderson and Krathwohl (2001), lowest first. */
export const BloomLevel = z.enum(['remember', 'understand', 'apply', 'analyse', 'evaluate', 'create']);
export type BloomLevel = z.infer<typeof BloomLevel>;

export const Objective = z.strictObject({
  id: Id,
  /** What the learner does, as one verb: "explain", "compare". */
  verb: Text,
  level: BloomLevel,
  /** A whole sentence, verb first, to follow "You will be able to": "explain where a prompt travels". */
  text: Text,
  /** Ids of quiz questions of this lesson, or `lab:<id>`. */
  assessedBy: z.array(z.string().regex(/^(lab:)?[a-z][a-z0-9-]*$/, 'name a quiz question, or "lab:" and a lab')).min(1),
});
export type Objective = z.infer<typeof Objective>;

/** Front matter of `courses/<course>/<nn-lesson>/<locale>.mdx`. */
export const Lesson = z.strictObject({
  /** Name of the folder without its number. */
  id: Id,
  title: Text,
  summary: Text,
  level: Level,
  /** Ids of lessons to read before this one. */
  requires: z.array(Id).default([]),
  /** What the lesson answers; shown first. */
  questions: z.array(Text).min(1).max(3),
  objectives: z.array(Objective).min(1).max(4),
  /** What to keep, shown last. */
  keypoints: z.array(Text).min(3).max(5),
  /** Minutes of reading and doing, as a range: an exact figure demoralises whoever needs longer. */
  minutes: z
    .strictObject({ least: z.int().min(1), most: z.int().min(1) })
    .refine(({ least, most }) => least <= most, { path: ['most'], error: '"most" must not be below "least"' }),
  /** A folder of `labs/catalog`. */
  lab: Id.optional(),
  /** Folders of `courses/glossary` whose words the lesson uses. */
  glossary: z.array(Id).default([]),
  sources: z.array(Source).default([]),
  /** Present in every language but the source. */
  translation: Translation.optional(),
});
export type Lesson = z.infer<typeof Lesson>;
