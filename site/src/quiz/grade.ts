/** What grading needs of a question; the words stay in the page. Ids are language-neutral. */
export type AnswerKey =
  | { readonly type: 'single' | 'multiple'; readonly correct: readonly string[] }
  | { readonly type: 'number'; readonly answer: number; readonly tolerance: number }
  | { readonly type: 'order'; readonly correct: readonly string[] };

/** An answer as it is kept: ids of choices (in order, for `order`), or the one number as it was typed. */
export type Given = readonly string[];

/** Share of questions that must be right for a quiz to count as passed. */
export const PASS = 0.8;

/**
 * A number as people write it: decimal comma or point, spaces, narrow spaces or apostrophes between thousands.
 * `undefined` when it is none. A lone comma is a decimal comma.
 */
export function readNumber(text: string): number | undefined {
  const plain = text
    .trim()
    .replace(/[\s\u00a0\u202f'’]/g, '')
    .replace(/\u2212/g, '-');
  if (!/^[+-]?(\d+([.,]\d+)?|[.,]\d+)$/.test(plain)) return undefined;
  return Number(plain.replace(',', '.'));
}

const sameSet = (a: readonly string[], b: readonly string[]) =>
  new Set(a).size === new Set(b).size && a.every((id) => b.includes(id));
const sameList = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((id, index) => id === b[index]);

/** Whether there is anything to grade: a choice made, a number that can be read. */
export function isAnswered(key: AnswerKey, given: Given): boolean {
  if (key.type === 'number') return readNumber(given[0] ?? '') !== undefined;
  return given.length > 0;
}

/** Both ends of the tolerance are right; binary fractions get a hair of room, so that 0.3 is within 0.1 of 0.2. */
function isNear(value: number, answer: number, tolerance: number): boolean {
  const hair = Number.EPSILON * 4 * Math.max(Math.abs(value), Math.abs(answer), 1);
  return Math.abs(value - answer) <= tolerance + hair;
}

export function isRight(key: AnswerKey, given: Given): boolean {
  switch (key.type) {
    case 'single':
    case 'multiple':
      return sameSet(given, key.correct);
    case 'order':
      return sameList(given, key.correct);
    case 'number': {
      const value = readNumber(given[0] ?? '');
      return value !== undefined && isNear(value, key.answer, key.tolerance);
    }
  }
}

export const isPassed = (right: number, of: number): boolean => of > 0 && right / of >= PASS;
