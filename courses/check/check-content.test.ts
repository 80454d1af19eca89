import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatFinding } from '../schema/readable-error.ts';
import { checkContent } from './check-content.ts';
import { SampleContent } from './sample-content.ts';

const LESSON = 'courses/bread/01-flour';
let sample: SampleContent;
beforeEach(() => {
  sample = new SampleContent();
});
afterEach(() => sample.destroy());

const found = () => checkContent(sample.root).findings.map(formatFinding);

it('finds nothing in the content that ships', () => {
  expect(checkContent(resolve(import.meta.dirname, '../..')).findings.map(formatFinding)).toEqual([]);
});

it('finds nothing in content that is in order', () => {
  expect(found()).toEqual([]);
});

/** What is spoilt, where the finding must stand, and what it must say. */
const spoilt: [string, [file: string, before: string, after: string], string, RegExp][] = [
  [
    'an unknown glossary term',
    [`${LESSON}/en.mdx`, 'glossary: [grain]', 'glossary: [grain, yeast]'],
    `${LESSON}/en.mdx:11`,
    /no term "yeast"/,
  ],
  [
    'an unknown lab',
    [`${LESSON}/en.mdx`, '<TryLab id="oven">', '<TryLab id="stove">'],
    `${LESSON}/en.mdx:34`,
    /no lab "stove"/,
  ],
  [
    'an objective that nothing assesses',
    [`${LESSON}/en.mdx`, '[which, "lab:oven"]', '[what]'],
    `${LESSON}/en.mdx:8`,
    /no question "what"/,
  ],
  [
    'an objective assessed by an unknown lab',
    [`${LESSON}/en.mdx`, 'lab:oven', 'lab:stove'],
    `${LESSON}/en.mdx:8`,
    /no lab "stove"/,
  ],
  [
    'a question of no objective',
    [`${LESSON}/quiz.yaml`, 'objective: name-flour', 'objective: bake'],
    `${LESSON}/quiz.yaml:4`,
    /no objective "bake"/,
  ],
  [
    'a choice without French',
    [`${LESSON}/quiz.yaml`, '{ en: Right, fr: Juste }', '{ en: Right }'],
    `${LESSON}/quiz.yaml:7`,
    /add "fr:"/,
  ],
  [
    'a choice without feedback',
    [`${LESSON}/quiz.yaml`, ', feedback: { en: Right, fr: Juste }', ''],
    `${LESSON}/quiz.yaml:7`,
    /feedback: is missing/,
  ],
  [
    'two right answers in a single choice',
    [`${LESSON}/quiz.yaml`, 'correct: false', 'correct: true'],
    `${LESSON}/quiz.yaml:7`,
    /exactly one/,
  ],
  [
    'a source without a date of reading',
    [`${LESSON}/en.mdx`, ', accessed: 2026-01-02', ''],
    `${LESSON}/en.mdx:13`,
    /give "accessed"/,
  ],
  [
    'a source that nothing cites',
    [`${LESSON}/en.mdx`, '<Source id="almanac" />', ''],
    `${LESSON}/en.mdx:13`,
    /cite "almanac"/,
  ],
  [
    'a source cited but not listed',
    [`${LESSON}/en.mdx`, '<Source id="almanac" />', '<Source id="almanac" /><Source id="diary" />'],
    `${LESSON}/en.mdx:18`,
    /add "diary" to sources/,
  ],
  [
    'a component nobody knows',
    [`${LESSON}/en.mdx`, '<Predict question="What is flour?">', '<Predict question="What is flour?"><Spinner />'],
    `${LESSON}/en.mdx:20`,
    /<Spinner> is not a component/,
  ],
  [
    'a program in a lesson',
    [`${LESSON}/en.mdx`, 'Flour is <Term', 'Flour is {1 + 1} <Term'],
    `${LESSON}/en.mdx:18`,
    /compute nothing/,
  ],
  ['broken MDX', [`${LESSON}/en.mdx`, '</Predict>', ''], `${LESSON}/en.mdx:20`, /closing tag for `<Predict>`/],
  [
    'a link that leads nowhere',
    [`${LESSON}/en.mdx`, 'Flour is <Term', '[Flour](../07-salt/) is <Term'],
    `${LESSON}/en.mdx:18`,
    /leads nowhere/,
  ],
  [
    'a link to a heading that is not there',
    [`${LESSON}/en.mdx`, 'Flour is <Term', '[Flour](#salt) is <Term'],
    `${LESSON}/en.mdx:18`,
    /no heading here/,
  ],
  [
    'a colour that does not follow the theme',
    [`${LESSON}/en.mdx`, 'fill="var(--ink)"', 'fill="#000"'],
    `${LESSON}/en.mdx:30`,
    /light and dark/,
  ],
  [
    'letters too small for a telephone',
    [`${LESSON}/en.mdx`, 'font-size="16"', 'font-size="9"'],
    `${LESSON}/en.mdx:30`,
    /below 14/,
  ],
  [
    'a drawing that a blind reader cannot know',
    [`${LESSON}/en.mdx`, 'aria-labelledby="mill-t mill-d"', ''],
    `${LESSON}/en.mdx:27`,
    /aria-labelledby/,
  ],
  [
    'a translation with a heading too many',
    [`${LESSON}/fr.mdx`, '## Farine', '## Farine\n\n### Blé'],
    `${LESSON}/fr.mdx:19`,
    /headings differ/,
  ],
  [
    'a translation without its figure',
    [`${LESSON}/fr.mdx`, '<Figure id="mill"', '<Figure id="moulin"'],
    `${LESSON}/fr.mdx:19`,
    /components differ/,
  ],
  [
    'a translation with other minutes',
    [`${LESSON}/fr.mdx`, 'most: 10', 'most: 12'],
    `${LESSON}/fr.mdx:10`,
    /minutes: differs/,
  ],
  [
    'a translation that names no source',
    [`${LESSON}/fr.mdx`, 'translation:\n  of: en\n', 'x-was:\n  of: en\n'],
    `${LESSON}/fr.mdx:2`,
    /"x-was", which nothing reads/,
  ],
  [
    'a loose space in French',
    [`${LESSON}/fr.mdx`, 'La farine est du', 'Voici : la farine est du'],
    `${LESSON}/fr.mdx:22`,
    /no-break space/,
  ],
  [
    'a loose space in a French quiz',
    [`${LESSON}/quiz.yaml`, 'fr: Lequel', 'fr: "Lequel ?"'],
    `${LESSON}/quiz.yaml:5`,
    /no-break space/,
  ],
  [
    'a loose space in a French hint',
    ['labs/catalog/oven/steps/heat/hint.fr.md', 'Attendez.', 'Attendez !'],
    'labs/catalog/oven/steps/heat/hint.fr.md:1',
    /no-break space/,
  ],
  [
    'a course that lists a folder that is not there',
    ['courses/bread/course.yaml', '[01-flour]', '[01-flour, 02-salt]'],
    'courses/bread/course.yaml:8',
    /no folder "02-salt"/,
  ],
  [
    'a course whose lab is not there',
    ['courses/bread/course.yaml', 'lab: oven', 'lab: stove'],
    'courses/bread/course.yaml:9',
    /no lab "stove"/,
  ],
  [
    'a glossary term that points to none',
    ['courses/glossary/grain/en.md', 'short: A seed.', 'short: A seed.\nsee: [yeast]'],
    'courses/glossary/grain/en.md:4',
    /no other term "yeast"/,
  ],
  [
    'a glossary term with nothing to say',
    ['courses/glossary/grain/en.md', 'A seed of a grass.', ''],
    'courses/glossary/grain/en.md:5',
    /write a paragraph/,
  ],
  [
    'a step without a title',
    ['labs/catalog/oven/steps/heat/en.md', 'title: Heat', 'name: Heat'],
    'labs/catalog/oven/steps/heat/en.md:2',
    /title: is missing/,
  ],
];

describe('says where and what, for', () => {
  it.each(spoilt)('%s', (_name, [file, before, after], place, message) => {
    sample.edit(file, before, after);
    expect(found()).toContainEqual(expect.stringMatching(message));
    expect(
      found()
        .find((line) => message.test(line))
        ?.split('  ')[0],
    ).toBe(place);
  });
});

describe('asks for a file that is missing:', () => {
  it.each([
    [`${LESSON}/fr.mdx`, /translate courses\/bread\/01-flour\/en.mdx/],
    [`${LESSON}/quiz.yaml`, /ends with questions/],
    ['courses/glossary/grain/fr.md', /this file is missing/],
    ['labs/catalog/oven/steps/heat/solution.fr.md', /write the solution/],
    ['labs/catalog/oven/steps/heat/hint.en.md', /write the hint/],
    ['labs/catalog/oven/lab.yaml', /begins with its manifest/],
  ])('%s', (file, message) => {
    sample.remove(file);
    expect(found()).toContainEqual(expect.stringMatching(message));
    expect(found().some((line) => line.startsWith(`${file}:1  `))).toBe(true);
  });
});
