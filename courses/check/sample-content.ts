import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readContent } from './content.ts';
import { stampTranslations } from './stamp.ts';

const LESSON = 'courses/bread/01-flour';

const lesson = (words: Readonly<Record<'title' | 'question' | 'point' | 'text' | 'reveal' | 'drawing', string>>) => `---
id: flour
title: ${words.title}
summary: ${words.title}
level: introductory
questions: ["${words.question}"]
objectives:
  - { id: name-flour, verb: name, level: remember, text: "${words.title}", assessedBy: [which, "lab:oven"] }
keypoints: ["${words.point}", "${words.point}", "${words.point}"]
minutes: { least: 5, most: 10 }
glossary: [grain]
sources:
  - { id: almanac, title: Almanac, publisher: Mill, url: "https://example.org/almanac", published: 2020, accessed: 2026-01-02 }
---

## ${words.title}

${words.text} <Term id="grain">grain</Term>.<Source id="almanac" />

<Predict question="${words.question}">

${words.reveal}

</Predict>

<Figure id="mill" caption="${words.drawing}">
  <svg role="img" viewBox="0 0 440 100" aria-labelledby="mill-t mill-d">
    <title id="mill-t">${words.drawing}</title>
    <desc id="mill-d">${words.drawing}</desc>
    <text x="10" y="20" font-size="16" fill="var(--ink)">${words.drawing}</text>
  </svg>
</Figure>

<TryLab id="oven">${words.title}</TryLab>
`;

const STAMP = 'translation:\n  of: en\n  sourceHash: "0000000000000000"\n  by: Miller\n';
const inFrench = (text: string) => text.replace('\n---\n\n', `\n${STAMP}---\n\n`);

const FILES: Readonly<Record<string, string>> = {
  'courses/bread/course.yaml': `id: bread
order: 1
level: introductory
title: { en: Bread, fr: Pain }
summary: { en: Bread, fr: Pain }
audience: { en: Everyone, fr: Tout le monde }
outcomes: [{ en: Bake, fr: Cuire }]
lessons: [01-flour]
lab: oven
`,
  [`${LESSON}/en.mdx`]: lesson({
    title: 'Flour',
    question: 'What is flour?',
    point: 'Flour is ground.',
    text: 'Flour is',
    reveal: 'Ground grain.',
    drawing: 'A mill',
  }),
  [`${LESSON}/fr.mdx`]: inFrench(
    lesson({
      title: 'Farine',
      question: 'Qu’est-ce que la farine\u202f?',
      point: 'La farine est moulue.',
      text: 'La farine est du',
      reveal: 'Du grain moulu.',
      drawing: 'Un moulin',
    }),
  ),
  [`${LESSON}/quiz.yaml`]: `questions:
  - id: which
    type: single
    objective: name-flour
    prompt: { en: Which?, fr: Lequel }
    choices:
      - { id: ground, correct: true, text: { en: Ground, fr: Moulu }, feedback: { en: Right, fr: Juste } }
      - { id: whole, correct: false, text: { en: Whole, fr: Entier }, feedback: { en: Not yet, fr: Pas encore } }
    explanation: { en: Mills grind, fr: Un moulin moud }
`,
  'courses/glossary/grain/en.md': '---\nterm: grain\nshort: A seed.\n---\n\nA seed of a grass.\n',
  'courses/glossary/grain/fr.md': inFrench('---\nterm: grain\nshort: Une graine.\n---\n\nLa graine d’une herbe.\n'),
  'labs/catalog/oven/lab.yaml': `id: oven
title: { en: Oven, fr: Four }
summary: { en: Bake, fr: Cuire }
steps: [{ id: heat, title: { en: Heat, fr: Chauffer } }]
`,
  'labs/catalog/oven/steps/heat/en.md': '---\ntitle: Heat\n---\n\nHeat it.\n',
  'labs/catalog/oven/steps/heat/fr.md': '---\ntitle: Chauffer\n---\n\nChauffez-le.\n',
  'labs/catalog/oven/steps/heat/hint.en.md': 'Wait.\n',
  'labs/catalog/oven/steps/heat/hint.fr.md': 'Attendez.\n',
  'labs/catalog/oven/steps/heat/solution.en.md': 'Turn the knob.\n',
  'labs/catalog/oven/steps/heat/solution.fr.md': 'Tournez le bouton.\n',
};

/** A small course in which everything is in order, in a folder of its own, for tests to spoil. */
export class SampleContent {
  readonly root = mkdtempSync(join(tmpdir(), 'terroir-content-'));

  constructor() {
    for (const [file, text] of Object.entries(FILES)) this.write(file, text);
    stampTranslations(readContent(this.root, []));
  }

  read(file: string): string {
    return readFileSync(join(this.root, file), 'utf8');
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), text);
  }

  /** Replaces the first `before` in a file, which must be there. */
  edit(file: string, before: string, after: string): void {
    const text = this.read(file);
    if (!text.includes(before)) throw new Error(`${file} does not hold ${JSON.stringify(before)}`);
    this.write(
      file,
      text.replace(before, () => after),
    );
  }

  remove(file: string): void {
    rmSync(join(this.root, file));
  }

  destroy(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
