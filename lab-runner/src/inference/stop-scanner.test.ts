import { describe, expect, it } from 'vitest';
import { StopScanner } from './stop-scanner.ts';

function scan(stops: readonly string[], pieces: readonly string[]) {
  const scanner = new StopScanner(stops);
  const given = pieces.map((piece) => scanner.add(piece));
  return { given, stopped: scanner.stopped, rest: scanner.end() };
}

describe('StopScanner', () => {
  it('passes everything on at once when there is nothing to stop at', () => {
    expect(scan([], ['a', 'b'])).toEqual({ given: ['a', 'b'], stopped: false, rest: '' });
  });

  it('gives nothing of a stop sequence that is spread over pieces', () => {
    expect(scan(['END'], ['abE', 'N', 'Dmore'])).toEqual({ given: ['ab', '', ''], stopped: true, rest: '' });
  });

  it('gives what it held back when it was no stop sequence', () => {
    expect(scan(['END'], ['abEN', 'x'])).toEqual({ given: ['ab', 'ENx'], stopped: false, rest: '' });
    expect(scan(['END'], ['abEN'])).toEqual({ given: ['ab'], stopped: false, rest: 'EN' });
  });

  it('stops at the first of several in the text, whatever their order', () => {
    expect(scan(['later', 'no'], ['a no later'])).toEqual({ given: ['a '], stopped: true, rest: '' });
  });

  it('holds back the longest possible beginning', () => {
    expect(scan(['aab'], ['aa', 'a', 'b'])).toEqual({ given: ['', 'a', ''], stopped: true, rest: '' });
  });

  it('takes no notice of an empty stop sequence', () => {
    expect(scan([''], ['a'])).toEqual({ given: ['a'], stopped: false, rest: '' });
  });
});
