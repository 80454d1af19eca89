import { type Finding, lineOf } from '../schema/readable-error.ts';
import type { Content } from './content.ts';
import { missingLocales } from './locale-rules.ts';

/** The manifest of each course agrees with its folders, and the lab it ends in exists. */
export function checkCourses(content: Content): Finding[] {
  const findings: Finding[] = [];
  for (const { file, data, places } of content.courses) {
    const report = (path: readonly PropertyKey[], message: string) =>
      findings.push({ file, line: lineOf(places, path), message });
    const folder = file.split('/')[1];
    if (data.id !== folder) report(['id'], `id: write "${folder}", the name of the folder`);
    const folders = content.lessons.filter((lesson) => lesson.course === folder).map((lesson) => lesson.folder);
    data.lessons.forEach((lesson, index) => {
      if (!folders.includes(lesson))
        report(['lessons', index], `lessons: there is no folder "${lesson}" in this course`);
      const number = String(index + 1).padStart(2, '0');
      if (!lesson.startsWith(`${number}-`)) {
        report(['lessons', index], `lessons: "${lesson}" stands in place ${index + 1}; name its folder "${number}-…"`);
      }
    });
    for (const found of folders) {
      if (!data.lessons.includes(found)) report(['lessons'], `lessons: add "${found}", or remove that folder`);
    }
    if (data.lab !== undefined && !content.labs.has(data.lab)) {
      report(
        ['lab'],
        `lab: there is no lab "${data.lab}"; labs/catalog has ${[...content.labs.keys()].join(', ') || 'none'}`,
      );
    }
    findings.push(...missingLocales({ file, data, places }));
  }
  return findings;
}
