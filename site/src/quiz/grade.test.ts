import { describe, expect, it } from 'vitest';
import { type AnswerKey, isAnswered, isPassed, isRight, readNumber } from './grade.ts';

const single: AnswerKey = { type: 'single', correct: ['b'] };
const multiple: AnswerKey = { type: 'multiple', correct: ['a', 'c'] };
const order: AnswerKey = { type: 'order', correct: ['one', 'two', 'three'] };
const number = (answer: number, tolerance: number): AnswerKey => ({ type: 'number', answer, tolerance });

describe('choices', () => {
  it('takes the one right choice and no other', () => {
    expect(isRight(single, ['b'])).toBe(true);
    expect(isRight(single, ['a'])).toBe(false);
  });

  it('asks for all right choices and none besides, in any order', () => {
    expect(isRight(multiple, ['c', 'a'])).toBe(true);
    expect(isRight(multiple, ['a'])).toBe(false);
    expect(isRight(multiple, ['a', 'b', 'c'])).toBe(false);
  });

  it('is not fooled by a choice given twice', () => {
    expect(isRight(multiple, ['a', 'a'])).toBe(false);
    expect(isRight(multiple, ['a', 'c', 'a'])).toBe(true);
  });

  it('knows an empty answer from a wrong one', () => {
    expect(isAnswered(multiple, [])).toBe(false);
    expect(isAnswered(multiple, ['b'])).toBe(true);
  });
});

describe('order', () => {
  it('asks for the whole order', () => {
    expect(isRight(order, ['one', 'two', 'three'])).toBe(true);
    expect(isRight(order, ['two', 'one', 'three'])).toBe(false);
    expect(isRight(order, ['one', 'two'])).toBe(false);
  });
});

describe('numbers', () => {
  it.each([
    ['1,5', 1.5],
    ['1.5', 1.5],
    [' 12 000 ', 12000],
    ['12\u202f000,25', 12000.25],
    ["7'300", 7300],
    ['−3', -3],
    ['+.5', 0.5],
  ])('reads %s', (text, value) => {
    expect(readNumber(text)).toBe(value);
  });

  it.each(['', 'abc', '1,2,3', '1e5', '5 GB', '--1', '1.'])('refuses %j', (text) => {
    expect(readNumber(text)).toBeUndefined();
    expect(isAnswered(number(1, 0), [text])).toBe(false);
    expect(isRight(number(1, 0), [text])).toBe(false);
  });

  it('includes both ends of the tolerance', () => {
    expect(isRight(number(0.2, 0.1), ['0,3'])).toBe(true);
    expect(isRight(number(0.2, 0.1), ['0.1'])).toBe(true);
    expect(isRight(number(0.2, 0.1), ['0.301'])).toBe(false);
    expect(isRight(number(100, 0), ['100'])).toBe(true);
    expect(isRight(number(100, 0), ['100.01'])).toBe(false);
  });
});

describe('passing', () => {
  it('needs four of five', () => {
    expect(isPassed(4, 5)).toBe(true);
    expect(isPassed(3, 4)).toBe(false);
    expect(isPassed(0, 0)).toBe(false);
  });
});
