import { describe, expect, it } from 'vitest';
import { CourseManifest } from './course.ts';
import { splitFrontMatter } from './front-matter.ts';
import { Quiz } from './quiz.ts';
import { readYaml } from './read-yaml.ts';
import { formatFinding } from './readable-error.ts';
import { Source } from './source.ts';

const findings = (...read: Parameters<typeof readYaml>) => {
  const result = readYaml(...read);
  return result.ok ? [] : result.findings.map(formatFinding);
};

const COURSE = `id: bread
order: 1
level: introductory
title: { en: Bread }
summary: { en: Bread }
audience: { en: Everyone }
outcomes: [{ en: Bake }]
lessons: [01-flour]
`;

describe('readYaml', () => {
  it('returns what the schema makes of the text', () => {
    expect(readYaml(CourseManifest, COURSE, 'c.yaml')).toMatchObject({ ok: true, data: { id: 'bread', order: 1 } });
  });

  it.each([
    ['order: 1', 'order: one', 'c.yaml:2  order: must be '],
    ['level: introductory', 'level: easy', 'c.yaml:3  level: must be one of introductory, intermediate, advanced'],
    ['title: { en: Bread }\n', '', 'c.yaml:1  title: is missing'],
    ['title: { en: Bread }', 'titel: { en: Bread }', 'c.yaml:1  the file: has "titel", which nothing reads'],
    ['{ en: Bake }', '{ fr: Cuire }', 'c.yaml:7  outcomes[1].en: is missing'],
    ['[01-flour]', '[flour]', 'c.yaml:8  lessons[1]: name the folder like "01-whose-machine-answers"'],
    ['[01-flour]', '[]', 'c.yaml:8  lessons: needs at least 1'],
    ['title: {', 'title: [', 'c.yaml:4  this is not valid YAML: '],
  ])('names the line when "%s" is "%s"', (before, after, expected) => {
    const found = findings(CourseManifest, COURSE.replace(before, after), 'c.yaml');
    expect(found).toContainEqual(expect.stringContaining(expected));
  });

  it('counts the lines above, as in front matter', () => {
    expect(findings(CourseManifest, COURSE.replace('order: 1', 'order: 0'), 'c.mdx', 1)).toEqual([
      expect.stringMatching(/^c\.mdx:3 {2}order: must be at least 1/),
    ]);
  });
});

describe('Quiz', () => {
  const quiz = (question: string) => `questions:\n  - id: q\n    objective: o\n${question}`;
  const texts = '    prompt: { en: How many? }\n    explanation: { en: Because. }\n';

  it('takes the four kinds of questions', () => {
    const items = [1, 2, 3].map((n) => `{ id: i${n}, text: { en: "${n}" } }`).join(', ');
    expect(findings(Quiz, quiz(`    type: order\n    items: [${items}]\n${texts}`), 'q.yaml')).toEqual([]);
    expect(findings(Quiz, quiz(`    type: number\n    answer: 3.5\n${texts}`), 'q.yaml')).toEqual([]);
    const choice = (id: string, correct: boolean) =>
      `{ id: ${id}, correct: ${correct}, text: { en: ${id} }, feedback: { en: ${id} } }`;
    const choices = `    choices: [${choice('a', true)}, ${choice('b', false)}]\n${texts}`;
    expect(findings(Quiz, quiz(`    type: single\n${choices}`), 'q.yaml')).toEqual([]);
    expect(findings(Quiz, quiz(`    type: multiple\n${choices}`), 'q.yaml')).toEqual([]);
  });

  it('names the kinds when it meets another', () => {
    const found = findings(Quiz, quiz(`    type: essay\n${texts}`), 'q.yaml');
    expect(found).toEqual([expect.stringMatching(/^q\.yaml:4 {2}questions\[1\]\.type: .*type/)]);
  });
});

describe('Source', () => {
  const source = 'id: act\ntitle: Act\npublisher: State\nurl: https://example.org/\n';

  it('keeps days and years as text, whatever the YAML reader makes of them', () => {
    const bare = { id: 'act', title: 'Act', publisher: 'State', url: 'https://example.org/' };
    expect(Source.parse({ ...bare, published: 2013, accessed: new Date('2026-11-22') })).toMatchObject({
      published: '2013',
      accessed: '2026-11-22',
    });
  });

  it.each([
    ['published: 2025-02-30\nreference: Act 1\n', 'published: write a day as YYYY-MM-DD'],
    ['published: 2025\n', 'accessed: give "accessed"'],
    ['published: 2025\naccessed: yesterday\n', 'accessed: write a day as YYYY-MM-DD'],
  ])('refuses %j', (rest, expected) => {
    expect(findings(Source, source + rest, 's.yaml')).toEqual([expect.stringContaining(expected)]);
  });

  it('refuses an address that is not https', () => {
    const found = findings(Source, `${source.replace('https', 'http')}published: 2025\nreference: Act 1\n`, 's.yaml');
    expect(found).toEqual([expect.stringContaining('url: give a full https:// address')]);
  });
});

describe('splitFrontMatter', () => {
  it('splits, and says how many lines stand above the body', () => {
    expect(splitFrontMatter('---\na: 1\nb: 2\n---\n\nText\n---\n')).toEqual({
      yaml: 'a: 1\nb: 2\n',
      body: '\nText\n---\n',
      linesAboveBody: 4,
    });
  });

  it('finds none where the file does not begin with it', () => {
    expect(splitFrontMatter('Text\n---\na: 1\n---\n')).toBeUndefined();
    expect(splitFrontMatter('---\na: 1\n')).toBeUndefined();
  });
});
