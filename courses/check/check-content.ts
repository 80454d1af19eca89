import type { Finding } from '../schema/readable-error.ts';
import { type Content, readContent } from './content.ts';
import { checkCourses } from './course-rules.ts';
import { checkFrench } from './french-rules.ts';
import { checkGlossary } from './glossary-rules.ts';
import { checkLabs } from './lab-rules.ts';
import { checkLessons } from './lesson-rules.ts';
import { checkTranslations } from './translation-rules.ts';

const RULES = [checkCourses, checkLessons, checkGlossary, checkTranslations, checkLabs, checkFrench];

const byPlace = (a: Finding, b: Finding) => a.file.localeCompare(b.file) || a.line - b.line;

/** Checks all that authors write under `root`, the checkout. No findings means that everything is in order. */
export function checkContent(root: string): { readonly findings: readonly Finding[]; readonly content: Content } {
  const findings: Finding[] = [];
  const content = readContent(root, findings);
  for (const rule of RULES) findings.push(...rule(content));
  return { findings: findings.sort(byPlace), content };
}
