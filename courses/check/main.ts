import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatFinding } from '../schema/readable-error.ts';
import { LOCALES } from '../schema/text.ts';
import { checkContent } from './check-content.ts';
import { readContent } from './content.ts';
import { stampTranslations } from './stamp.ts';

const USAGE = `node courses/check/main.ts [--stamp]

Checks courses, quizzes, glossary and the texts of labs; exits 1 when an author has something to mend.
  --stamp  first marks every translation as following its present source; use it once you have updated them`;

function main(args: string[]): number {
  let stamp: boolean;
  try {
    stamp = parseArgs({ args, options: { stamp: { type: 'boolean', default: false } } }).values.stamp;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  const root = resolve(import.meta.dirname, '../..');
  if (stamp) for (const file of stampTranslations(readContent(root, []))) console.log(`stamped ${file}`);

  const { findings, content } = checkContent(root);
  for (const finding of findings) console.error(formatFinding(finding));
  const { courses, lessons, glossary, labs } = content;
  const size = `${courses.length} courses, ${lessons.length} lessons, ${glossary.size} glossary terms, ${labs.size} labs, in ${LOCALES.join(' and ')}`;
  if (findings.length === 0) console.log(`Content is in order: ${size}.`);
  else console.error(`\n${findings.length} to mend in ${size}.`);
  return findings.length === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
