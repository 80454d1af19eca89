import { type Finding, lineOf } from '../schema/readable-error.ts';
import { checkComponents } from './component-rules.ts';
import type { Content, LessonFolder } from './content.ts';
import { checkLinks } from './link-rules.ts';
import { missingLocales } from './locale-rules.ts';

function checkFrontMatter(content: Content, lesson: LessonFolder): Finding[] {
  const findings: Finding[] = [];
  const questions = new Set(lesson.quiz?.data.questions.map((question) => question.id));
  const lessons = new Set(content.lessons.map((other) => other.id));
  for (const { file, data, places } of lesson.texts.values()) {
    const report = (path: readonly PropertyKey[], message: string) =>
      findings.push({ file, line: lineOf(places, path), message });
    if (data.id !== lesson.id) report(['id'], `id: write "${lesson.id}", the name of the folder without its number`);
    data.requires.forEach((id, index) => {
      if (!lessons.has(id)) report(['requires', index], `requires: there is no lesson "${id}"`);
    });
    data.glossary.forEach((id, index) => {
      if (!content.glossary.has(id)) {
        report(
          ['glossary', index],
          `glossary: there is no term "${id}"; add courses/glossary/${id}/ or correct the id`,
        );
      }
    });
    if (data.lab !== undefined && !content.labs.has(data.lab)) {
      report(['lab'], `lab: there is no lab "${data.lab}" in labs/catalog`);
    }
    data.objectives.forEach((objective, index) => {
      objective.assessedBy.forEach((by, place) => {
        const path = ['objectives', index, 'assessedBy', place];
        if (by.startsWith('lab:')) {
          if (!content.labs.has(by.slice(4)))
            report(path, `assessedBy: there is no lab "${by.slice(4)}" in labs/catalog`);
        } else if (lesson.quiz !== undefined && !questions.has(by)) {
          report(path, `assessedBy: the quiz of this lesson has no question "${by}"`);
        }
      });
    });
  }
  return findings;
}

function checkQuiz(lesson: LessonFolder): Finding[] {
  if (lesson.quiz === undefined) return [];
  const { file, data, places } = lesson.quiz;
  const findings = missingLocales(lesson.quiz);
  const objectives = lesson.texts.get('en')?.data.objectives;
  const seen = new Set<string>();
  data.questions.forEach((question, index) => {
    const report = (field: string, message: string) =>
      findings.push({ file, line: lineOf(places, ['questions', index, field]), message });
    if (seen.has(question.id)) report('id', `id: "${question.id}" is used twice; answers are kept under it`);
    seen.add(question.id);
    if (objectives === undefined) return;
    const objective = objectives.find((candidate) => candidate.id === question.objective);
    if (objective === undefined) report('objective', `objective: the lesson has no objective "${question.objective}"`);
    else if (!objective.assessedBy.includes(question.id)) {
      report('objective', `objective: add "${question.id}" to assessedBy of the objective "${objective.id}"`);
    }
    const parts = 'choices' in question ? question.choices : 'items' in question ? question.items : [];
    const ids = new Set(parts.map((part) => part.id));
    if (ids.size < parts.length) report('id', `two choices of "${question.id}" have the same id`);
  });
  return findings;
}

/** What a lesson refers to exists, its objectives are assessed, and its components are used as they are meant. */
export function checkLessons(content: Content): Finding[] {
  return content.lessons.flatMap((lesson) => [
    ...checkFrontMatter(content, lesson),
    ...checkQuiz(lesson),
    ...[...lesson.texts.values()].flatMap((text) => [
      ...checkComponents(text, content),
      ...checkLinks(text, content, lesson),
    ]),
  ]);
}
