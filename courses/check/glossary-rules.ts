import { type Finding, lineOf } from '../schema/readable-error.ts';
import type { Content } from './content.ts';

/** Terms explain themselves, and the terms they point to exist. */
export function checkGlossary(content: Content): Finding[] {
  const findings: Finding[] = [];
  for (const term of content.glossary.values()) {
    for (const { file, data, places, body, linesAboveBody } of term.texts.values()) {
      if (body.trim() === '') {
        findings.push({
          file,
          line: linesAboveBody + 1,
          message: 'write a paragraph under the front matter that says more than "short"',
        });
      }
      data.see.forEach((id, index) => {
        if (content.glossary.has(id) && id !== term.id) return;
        findings.push({ file, line: lineOf(places, ['see', index]), message: `see: there is no other term "${id}"` });
      });
    }
  }
  return findings;
}
