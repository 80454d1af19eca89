import { createHash } from 'node:crypto';
import type { GlossaryTerm } from '../schema/glossary.ts';
import type { Lesson } from '../schema/lesson.ts';

const digest = (fields: unknown, body: string): string =>
  createHash('sha256')
    .update(JSON.stringify(fields))
    .update('\n')
    .update(body.replaceAll('\r\n', '\n').trim())
    .digest('hex')
    .slice(0, 16);

/** Of everything in a lesson that a translator has to translate; moving an id or a date does not make a translation stale. */
export function lessonHash({ title, summary, questions, objectives, keypoints }: Lesson, body: string): string {
  return digest([title, summary, questions, objectives.map((objective) => objective.text), keypoints], body);
}

export function termHash({ term, short }: GlossaryTerm, body: string): string {
  return digest([term, short], body);
}
