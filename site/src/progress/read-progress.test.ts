import { describe, expect, it } from 'vitest';
import { NOTHING_YET, withAnswer, withLesson, withNote } from './progress.ts';
import { readProgress } from './read-progress.ts';

const good = withNote(
  withAnswer(withLesson(NOTHING_YET, 'c/l', { openedAt: 1, readAt: 2, passedAt: 3 }), 'c/l', 'q', {
    given: ['a', 'b'],
    right: true,
    tries: 2,
    at: 4,
  }),
  'c/l#1',
  { text: 'perhaps', at: 5 },
);

describe('reading progress', () => {
  it('gives back what was written', () => {
    expect(readProgress(JSON.stringify(good))).toEqual(good);
  });

  it.each(['', 'null', '[]', '{', '"text"', '{"version":2,"lessons":{}}', '{"lessons":{}}'])('refuses %j', (text) => {
    expect(readProgress(text)).toBeUndefined();
  });

  it('keeps what can be read and drops only what cannot', () => {
    const damaged = {
      version: 1,
      lessons: {
        'c/l': {
          openedAt: 'yesterday',
          readAt: 2,
          answers: { good: { given: ['a'], right: true, tries: -3, at: 1 }, bad: 7 },
        },
        'c/m': null,
        'c/n': { answers: { q: { given: [1], right: true, tries: 1, at: 1 } } },
      },
      notes: { a: { text: 5, at: 1 }, b: { text: 'kept', at: 1 } },
    };
    expect(readProgress(JSON.stringify(damaged))).toEqual({
      version: 1,
      lessons: {
        'c/l': { readAt: 2, answers: { good: { given: ['a'], right: true, tries: 1, at: 1 } } },
        'c/n': { answers: {} },
      },
      notes: { b: { text: 'kept', at: 1 } },
    });
  });

  it('cannot be led to change the shape of other objects', () => {
    const hostile = '{"version":1,"lessons":{"__proto__":{"readAt":1,"answers":{}}},"notes":{}}';
    expect(readProgress(hostile)?.lessons).toEqual({});
  });
});
