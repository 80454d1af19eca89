import type { KeptAnswer, KeptNote, LessonProgress, Progress } from './progress.ts';

/*
 * The door. Written by hand, not with a schema library: it keeps every part that can be read and drops only what
 * cannot, and a lesson page has 60 kB for everything it loads.
 */
type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;

function readRecord<T>(value: unknown, read: (value: unknown) => T | undefined): Record<string, T> {
  const kept: [string, T][] = [];
  for (const [id, raw] of Object.entries(isObject(value) ? value : {})) {
    const item = read(raw);
    if (item !== undefined && id !== '__proto__') kept.push([id, item]);
  }
  return Object.fromEntries(kept);
}

function readAnswer(value: unknown): KeptAnswer | undefined {
  if (!isObject(value)) return undefined;
  const { given, right, tries, at } = value;
  if (!Array.isArray(given) || !given.every((part) => typeof part === 'string')) return undefined;
  if (typeof right !== 'boolean' || !isTime(at)) return undefined;
  return { given, right, at, tries: isTime(tries) ? Math.max(1, Math.round(tries)) : 1 };
}

function readNote(value: unknown): KeptNote | undefined {
  if (!isObject(value) || typeof value.text !== 'string' || !isTime(value.at)) return undefined;
  return { text: value.text, at: value.at };
}

function readLesson(value: unknown): LessonProgress | undefined {
  if (!isObject(value)) return undefined;
  const { openedAt, readAt, passedAt, answers } = value;
  return {
    ...(isTime(openedAt) && { openedAt }),
    ...(isTime(readAt) && { readAt }),
    ...(isTime(passedAt) && { passedAt }),
    answers: readRecord(answers, readAnswer),
  };
}

/** Progress out of stored or imported text; `undefined` when the text is not progress at all, or of a later version. */
export function readProgress(text: string): Progress | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value.version !== 1) return undefined;
  return {
    version: 1,
    lessons: readRecord(value.lessons, readLesson),
    notes: readRecord(value.notes, readNote),
  };
}
