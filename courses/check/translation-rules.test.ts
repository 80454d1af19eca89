import { afterEach, beforeEach, expect, it } from 'vitest';
import { formatFinding } from '../schema/readable-error.ts';
import { checkContent } from './check-content.ts';
import { readContent } from './content.ts';
import { SampleContent } from './sample-content.ts';
import { stampTranslations } from './stamp.ts';

const EN = 'courses/bread/01-flour/en.mdx';
const FR = 'courses/bread/01-flour/fr.mdx';
let sample: SampleContent;
beforeEach(() => {
  sample = new SampleContent();
});
afterEach(() => sample.destroy());

const found = () => checkContent(sample.root).findings.map(formatFinding);

it('calls a translation stale once the body of its source has changed', () => {
  sample.edit(EN, 'Ground grain.', 'Finely ground grain.');
  expect(found()).toEqual([expect.stringMatching(new RegExp(`^${FR}:16 .*source has changed.*--stamp`))]);
});

it('calls it stale once a translatable field has changed', () => {
  sample.edit(EN, 'title: Flour', 'title: On flour');
  expect(found()).toEqual([expect.stringContaining('the source has changed')]);
});

it('does not mind a change that nobody has to translate', () => {
  sample.edit(EN, 'title: Almanac, publisher: Mill', 'title: The Almanac, publisher: Mill');
  expect(found()).toEqual([]);
});

it('does not mind line ends of another system', () => {
  sample.write(EN, sample.read(EN).replaceAll('\n', '\r\n'));
  expect(found()).toEqual([]);
});

it('accepts it again when it is stamped, and stamps nothing twice', () => {
  sample.edit(EN, 'Ground grain.', 'Finely ground grain.');
  expect(stampTranslations(readContent(sample.root, []))).toEqual([FR]);
  expect(found()).toEqual([]);
  expect(stampTranslations(readContent(sample.root, []))).toEqual([]);
});

it('lets a translation bring a source of its own, but not change a common one', () => {
  sample.edit(FR, 'accessed: 2026-01-02 }', 'accessed: 2025-12-31 }');
  expect(found()).toEqual([expect.stringMatching(new RegExp(`^${FR}:13 .*"almanac" has another address or date`))]);
});

it('keeps provenance out of the source language', () => {
  sample.edit(EN, '\n---\n\n', '\ntranslation: { of: en, sourceHash: "0123456789abcdef", by: Miller }\n---\n\n');
  expect(found()).toContainEqual(expect.stringMatching(new RegExp(`^${EN}:14 .*remove it`)));
});
