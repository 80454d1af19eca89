import { describe, expect, it } from 'vitest';
import {
  isDone,
  lastOpened,
  lessonOf,
  NOTHING_YET,
  stateOf,
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
  it('is the lesson opened last, among those that still exist', () => {
    const one = withLesson(NOTHING_YET, 'c/one', { openedAt: 5 });
    const two = withLesson(one, 'c/two', { openedAt: 9 });
    expect(lastOpened(two, ['c/one', 'c/two'])).toBe('c/two');
    expect(lastOpened(two, ['c/one', 'c/new'])).toBe('c/one');
    expect(lastOpened(NOTHING_YET, ['c/one'])).toBeUndefined();
  });
});
