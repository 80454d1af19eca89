import { z } from 'zod';
import { Id, Level, LocalizedText } from './text.ts';

/** `courses/<course>/course.yaml`. */
export const CourseManifest = z.strictObject({
  /** Name of the folder. */
  id: Id,
  /** Place among the courses, from 1. */
  order: z.int().min(1),
  level: Level,
  title: LocalizedText,
  /** One or two sentences, for a card. */
  summary: LocalizedText,
  /** Who it is for, in one sentence. */
  audience: LocalizedText,
  /** What a learner can do afterwards. */
  outcomes: z.array(LocalizedText).min(1).max(6),
  /** Folder names, in reading order, e.g. `01-whose-machine-answers`. */
  lessons: z
    .array(z.string().regex(/^\d{2}-[a-z][a-z0-9-]*$/, 'name the folder like "01-whose-machine-answers"'))
    .min(1),
  /** Lab in which the course comes together: a folder of `labs/catalog`. */
  lab: Id.optional(),
});
export type CourseManifest = z.infer<typeof CourseManifest>;
