import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatFinding } from '../schema/readable-error.ts';
import { LOCALES } from '../schema/text.ts';
import { checkContent } from './check-content.ts';
import { readContent } from './content.ts';
import { stampTranslations } from './stamp.ts';

const USAGE = `npm run content -- [--stamp] [folder]

Checks courses, quizzes, glossary and the texts of labs; exits 1 when an author has something to mend.
  --stamp  first marks every translation as following its present source; use it once you have updated them
  folder   a checkout other than this one`;

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;

function main(args: string[]): number {
  let stamp: boolean;
  let root: string;
  try {
    const given = parseArgs({
      args,
      allowPositionals: true,
      options: { stamp: { type: 'boolean', default: false } },
    });
    stamp = given.values.stamp;
    root = resolve(given.positionals[0] ?? resolve(import.meta.dirname, '../..'));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  if (stamp) for (const file of stampTranslations(readContent(root, []))) console.log(`stamped ${file}`);

  const { findings, content } = checkContent(root);
  for (const finding of findings) console.error(formatFinding(finding));
  const { courses, lessons, glossary, labs } = content;
  const size = [
    count(courses.length, 'course'),
    count(lessons.length, 'lesson'),
    count(glossary.size, 'glossary term'),
    count(labs.size, 'lab'),
  ].join(', ');
  const languages = LOCALES.join(' and ');
  if (findings.length === 0) console.log(`Content is in order: ${size}, in ${languages}.`);
  else console.error(`\n${findings.length} to mend in ${size}, in ${languages}.`);
  return findings.length === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
