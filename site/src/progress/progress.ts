/**
 * What a learner has done, kept in their own browser. Times are milliseconds since 1970. The rules of merging make
 * {@link mergeProgress} give the same result in any order and however often: nobody loses anything by importing.
 */
export interface KeptAnswer {
  readonly given: readonly string[];
  readonly right: boolean;
  /** Attempts so far; 1 and right means right at the first try. */
  readonly tries: number;
  readonly at: number;
}

export interface LessonProgress {
  /** Last opened. */
  readonly openedAt?: number;
  /** First marked as read by the learner. */
  readonly readAt?: number;
  /** First time the quiz was passed: stays, whatever is answered later. */
  readonly passedAt?: number;
  /** By question id. */
  readonly answers: Readonly<Record<string, KeptAnswer>>;
}

export interface KeptNote {
  readonly text: string;
  readonly at: number;
}

export interface Progress {
  readonly version: 1;
  /** By `<course>/<lesson id>`. */
  readonly lessons: Readonly<Record<string, LessonProgress>>;
  /** What the learner wrote before reading on, by `<course>/<lesson id>#<number>`. */
  readonly notes: Readonly<Record<string, KeptNote>>;
}

export const NOTHING_YET: Progress = { version: 1, lessons: {}, notes: {} };
const NO_LESSON: LessonProgress = { answers: {} };

export const lessonOf = (progress: Progress, lesson: string): LessonProgress => progress.lessons[lesson] ?? NO_LESSON;

export const isDone = (lesson: LessonProgress): boolean => lesson.readAt !== undefined || lesson.passedAt !== undefined;

export type LessonState = 'untouched' | 'begun' | 'done';

export function stateOf(lesson: LessonProgress): LessonState {
  if (isDone(lesson)) return 'done';
  return lesson.openedAt !== undefined || Object.keys(lesson.answers).length > 0 ? 'begun' : 'untouched';
}

/**
 * Where to go on among `lessons`, in their order: the lesson opened last, or when that is done the next one that is not,
 * or else any that is not. `undefined` when none was ever opened.
 */
export function whereToContinue(progress: Progress, lessons: readonly string[]): string | undefined {
  const when = (id: string) => lessonOf(progress, id).openedAt ?? -1;
  const last = [...lessons].sort((a, b) => when(b) - when(a))[0];
  if (last === undefined || when(last) < 0) return undefined;
  const from = lessons.indexOf(last);
  const ahead = [...lessons.slice(from), ...lessons.slice(0, from)];
  return ahead.find((id) => !isDone(lessonOf(progress, id))) ?? last;
}

export function withLesson(progress: Progress, lesson: string, change: Partial<LessonProgress>): Progress {
  const changed = { ...lessonOf(progress, lesson), ...change };
  return { ...progress, lessons: { ...progress.lessons, [lesson]: changed } };
}

/** Takes the learner's own mark back; a passed quiz keeps the lesson done. */
export function withoutReadMark(progress: Progress, lesson: string): Progress {
  const { readAt: _, ...rest } = lessonOf(progress, lesson);
  return { ...progress, lessons: { ...progress.lessons, [lesson]: rest } };
}

export function withAnswer(progress: Progress, lesson: string, question: string, answer: KeptAnswer): Progress {
  const { answers } = lessonOf(progress, lesson);
  return withLesson(progress, lesson, { answers: { ...answers, [question]: answer } });
}

export function withNote(progress: Progress, id: string, note: KeptNote): Progress {
  return { ...progress, notes: { ...progress.notes, [id]: note } };
}
