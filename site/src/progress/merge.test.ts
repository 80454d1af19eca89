import { describe, expect, it } from 'vitest';
import { countNews, mergeProgress } from './merge.ts';
import { NOTHING_YET, type Progress, withAnswer, withLesson, withNote } from './progress.ts';

const answer = (given: string, right: boolean, at: number) => ({ given: [given], right, tries: 1, at });
const LESSON = 'course/lesson';

const school: Progress = withAnswer(
  withLesson(NOTHING_YET, LESSON, { openedAt: 10, passedAt: 50 }),
  LESSON,
  'q1',
  answer('a', true, 40),
);
const home: Progress = withNote(
  withAnswer(withLesson(NOTHING_YET, LESSON, { openedAt: 90, readAt: 95 }), LESSON, 'q1', answer('b', false, 30)),
  `${LESSON}#1`,
  { text: 'in a data centre', at: 91 },
);

describe('merging', () => {
  it('keeps the later answer, the latest opening and the first of each milestone', () => {
    const merged = mergeProgress(school, home);
    expect(merged.lessons[LESSON]).toEqual({
      openedAt: 90,
      readAt: 95,
      passedAt: 50,
      answers: { q1: answer('a', true, 40) },
    });
    expect(merged.notes[`${LESSON}#1`]?.text).toBe('in a data centre');
  });

  it('gives the same whichever side is imported, and however often', () => {
    const merged = mergeProgress(school, home);
    expect(mergeProgress(home, school)).toEqual(merged);
    expect(mergeProgress(merged, home)).toEqual(merged);
    expect(mergeProgress(NOTHING_YET, school)).toEqual(school);
  });

  it('settles two answers of the same moment the same way on both machines', () => {
    const one = withAnswer(NOTHING_YET, LESSON, 'q', answer('a', true, 5));
    const two = withAnswer(NOTHING_YET, LESSON, 'q', answer('b', false, 5));
    expect(mergeProgress(one, two)).toEqual(mergeProgress(two, one));
  });

  it('counts the lessons that brought something new', () => {
    expect(countNews(school, home)).toBe(1);
    expect(countNews(mergeProgress(school, home), home)).toBe(0);
    expect(countNews(NOTHING_YET, school)).toBe(1);
  });
});
