import { expect, test } from 'vitest';
import { readAcceptLanguage } from './language.ts';

test.each([
  [undefined, ['en']],
  ['', ['en']],
  ['*', ['en']],
  ['fr', ['fr']],
  ['fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5', ['fr-ch', 'fr', 'en', 'de']],
  ['en;q=0.1,ar', ['ar', 'en']],
  ['en;q=0,fr;q=0.5', ['fr']],
  ['fr;q=nonsense, en', ['en']],
  ['x'.repeat(5000), ['en']],
])('%s', (header, tags) => expect(readAcceptLanguage(header)).toEqual(tags));
