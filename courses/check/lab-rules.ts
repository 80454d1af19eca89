import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, lineOf } from '../schema/readable-error.ts';
import { LOCALES, type Locale } from '../schema/text.ts';
import { type Content, type LabFolder, StepText } from './content.ts';
import { readTextDocument } from './document.ts';
import { looseSpaces } from './french-rules.ts';
import { missingLocales } from './locale-rules.ts';
import { type Outline, outlineOf } from './outline.ts';

/** The text of one file of a step; the instructions alone have front matter. */
interface StepFile {
  readonly body: string;
  readonly linesAboveBody: number;
  readonly outline: Outline;
}

type Reader = (root: string, file: string, findings: Finding[]) => StepFile | undefined;

const readInstructions: Reader = (root, file, findings) => readTextDocument(root, file, StepText, findings);

const readBare: Reader = (root, file) => {
  const body = readFileSync(join(root, file), 'utf8');
  return { body, linesAboveBody: 0, outline: outlineOf(body, 'markdown') };
};

function checkStepFile(root: string, file: string, locale: Locale, what: string, read: Reader): Finding[] {
  if (!existsSync(join(root, file))) return [{ file, line: 1, message: `this file is missing: write ${what}` }];
  const findings: Finding[] = [];
  const text = read(root, file, findings);
  if (text === undefined) return findings;
  if (text.body.trim() === '') findings.push({ file, line: text.linesAboveBody + 1, message: `write ${what} here` });
  if (locale === 'fr') findings.push(...looseSpaces(file, text.outline.texts, text.linesAboveBody));
  return findings;
}

function checkStep(root: string, folder: string): Finding[] {
  return LOCALES.flatMap((locale) => [
    ...checkStepFile(root, `${folder}/${locale}.md`, locale, 'the instructions, under front matter', readInstructions),
    ...checkStepFile(root, `${folder}/hint.${locale}.md`, locale, 'the hint', readBare),
    ...checkStepFile(root, `${folder}/solution.${locale}.md`, locale, 'the solution', readBare),
  ]);
}

function checkLab(root: string, lab: LabFolder): Finding[] {
  if (lab.manifest === undefined) return [];
  const { file, data, places } = lab.manifest;
  const findings = missingLocales(lab.manifest);
  if (data.id !== lab.id) {
    findings.push({ file, line: lineOf(places, ['id']), message: `id: write "${lab.id}", the name of the folder` });
  }
  return [...findings, ...data.steps.flatMap((step) => checkStep(root, `${lab.path}/steps/${step.id}`))];
}

/** Each lab is named for its folder, and each of its steps has instructions, a hint and a solution in every language. */
export function checkLabs(content: Content): Finding[] {
  return [...content.labs.values()].flatMap((lab) => checkLab(content.root, lab));
}
