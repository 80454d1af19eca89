import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, lineOf } from '../schema/readable-error.ts';
import { LOCALES } from '../schema/text.ts';
import { type Content, type LabFolder, StepText } from './content.ts';
import { readTextDocument } from './document.ts';
import { missingLocales } from './locale-rules.ts';

function checkStep(root: string, folder: string, findings: Finding[]): void {
  for (const locale of LOCALES) {
    const instructions = `${folder}/${locale}.md`;
    if (!existsSync(join(root, instructions))) {
      findings.push({
        file: instructions,
        line: 1,
        message: 'this file is missing: write the instructions, with "title:" in front matter',
      });
    } else if (readTextDocument(root, instructions, StepText, findings)?.body.trim() === '') {
      findings.push({ file: instructions, line: 1, message: 'write the instructions under the front matter' });
    }
    for (const part of ['hint', 'solution']) {
      const file = `${folder}/${part}.${locale}.md`;
      if (!existsSync(join(root, file)))
        findings.push({ file, line: 1, message: `this file is missing: write the ${part}` });
      else if (readFileSync(join(root, file), 'utf8').trim() === '') {
        findings.push({ file, line: 1, message: `this file is empty: write the ${part}` });
      }
    }
  }
}

function checkLab(root: string, lab: LabFolder): Finding[] {
  if (lab.manifest === undefined) return [];
  const { file, data, places } = lab.manifest;
  const findings = missingLocales(lab.manifest);
  if (data.id !== lab.id) {
    findings.push({ file, line: lineOf(places, ['id']), message: `id: write "${lab.id}", the name of the folder` });
  }
  for (const step of data.steps) checkStep(root, `${lab.path}/steps/${step.id}`, findings);
  return findings;
}

/** Each lab is named for its folder, and each of its steps has instructions, a hint and a solution in every language. */
export function checkLabs(content: Content): Finding[] {
  return [...content.labs.values()].flatMap((lab) => checkLab(content.root, lab));
}
