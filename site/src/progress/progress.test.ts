import { describe, expect, it } from 'vitest';
import {
  isDone,
  lessonOf,
  NOTHING_YET,
  stateOf,
  whereToContinue,
  withAnswer,
  withLesson,
  withoutReadMark,
} from './progress.ts';

const LESSON = 'course/lesson';

describe('a lesson', () => {
  it('goes from untouched to begun to done', () => {
    expect(stateOf(lessonOf(NOTHING_YET, LESSON))).toBe('untouched');
    const opened = withLesson(NOTHING_YET, LESSON, { openedAt: 1 });
    expect(stateOf(lessonOf(opened, LESSON))).toBe('begun');
    expect(stateOf(lessonOf(withLesson(opened, LESSON, { readAt: 2 }), LESSON))).toBe('done');
  });

  it('is begun by an answer', () => {
    const answered = withAnswer(NOTHING_YET, LESSON, 'q', { given: ['a'], right: false, tries: 1, at: 3 });
    expect(stateOf(lessonOf(answered, LESSON))).toBe('begun');
  });

  it('stays done when the mark is taken back after the quiz was passed', () => {
    const both = withLesson(NOTHING_YET, LESSON, { readAt: 1, passedAt: 2 });
    expect(isDone(lessonOf(withoutReadMark(both, LESSON), LESSON))).toBe(true);
    const marked = withLesson(NOTHING_YET, LESSON, { readAt: 1 });
    expect(isDone(lessonOf(withoutReadMark(marked, LESSON), LESSON))).toBe(false);
  });
});

describe('where to continue', () => {
  const opened = (id: string, at: number, progress = NOTHING_YET) => withLesson(progress, id, { openedAt: at });
  const both = opened('c/two', 9, opened('c/one', 5));

  it('is the lesson opened last, among those that still exist', () => {
    expect(whereToContinue(both, ['c/one', 'c/two'])).toBe('c/two');
    expect(whereToContinue(both, ['c/one', 'c/new'])).toBe('c/one');
    expect(whereToContinue(NOTHING_YET, ['c/one'])).toBeUndefined();
    expect(whereToContinue(both, [])).toBeUndefined();
  });

  it('is the next one not done when the last is done, from the start again if need be', () => {
    const done = withLesson(both, 'c/two', { passedAt: 10 });
    expect(whereToContinue(done, ['c/one', 'c/two', 'c/three'])).toBe('c/three');
    expect(whereToContinue(done, ['c/one', 'c/two'])).toBe('c/one');
  });

  it('is the last one when all are done', () => {
    const all = withLesson(withLesson(both, 'c/one', { readAt: 6 }), 'c/two', { readAt: 10 });
    expect(whereToContinue(all, ['c/one', 'c/two'])).toBe('c/two');
  });
});
