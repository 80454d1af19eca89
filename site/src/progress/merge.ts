import type { KeptAnswer, KeptNote, LessonProgress, Progress } from './progress.ts';
import { lessonOf } from './progress.ts';

type Records<T> = Readonly<Record<string, T>>;

function mergeRecords<T>(a: Records<T>, b: Records<T>, merge: (a: T, b: T) => T): Record<string, T> {
  const merged: Record<string, T> = { ...a };
  for (const [id, theirs] of Object.entries(b)) {
    const ours = a[id];
    merged[id] = ours === undefined ? theirs : merge(ours, theirs);
  }
  return merged;
}

/** The later one; of two from the same moment, whichever sorts last, so that the order of merging does not matter. */
function later<T extends { readonly at: number }>(a: T, b: T): T {
  if (a.at !== b.at) return a.at > b.at ? a : b;
  return JSON.stringify(a) >= JSON.stringify(b) ? a : b;
}

const choose = (pick: (...times: number[]) => number, times: readonly (number | undefined)[]) => {
  const known = times.filter((time) => time !== undefined);
  return known.length > 0 ? pick(...known) : undefined;
};

function mergeLesson(a: LessonProgress, b: LessonProgress): LessonProgress {
  const openedAt = choose(Math.max, [a.openedAt, b.openedAt]);
  const readAt = choose(Math.min, [a.readAt, b.readAt]);
  const passedAt = choose(Math.min, [a.passedAt, b.passedAt]);
  return {
    ...(openedAt !== undefined && { openedAt }),
    ...(readAt !== undefined && { readAt }),
    ...(passedAt !== undefined && { passedAt }),
    answers: mergeRecords<KeptAnswer>(a.answers, b.answers, later),
  };
}

/** Both together: of each answer and note the later one, of each milestone the first time it was reached. */
export function mergeProgress(a: Progress, b: Progress): Progress {
  return {
    version: 1,
    lessons: mergeRecords(a.lessons, b.lessons, mergeLesson),
    notes: mergeRecords<KeptNote>(a.notes, b.notes, later),
  };
}

/** How many lessons of `incoming` say something that `present` did not. */
export function countNews(present: Progress, incoming: Progress): number {
  const merged = mergeProgress(present, incoming);
  return Object.keys(incoming.lessons).filter(
    (id) =>
      JSON.stringify(lessonOf(merged, id)) !== JSON.stringify(mergeLesson(lessonOf(present, id), { answers: {} })),
  ).length;
}
