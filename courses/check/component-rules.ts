import type { Lesson } from '../schema/lesson.ts';
import { type Finding, lineOf } from '../schema/readable-error.ts';
import type { Content } from './content.ts';
import type { TextDocument } from './document.ts';
import { checkDrawing } from './drawing-rules.ts';
import type { Component } from './outline.ts';

/** What the site offers to lessons, with the attributes that each must have. */
const COMPONENTS: Readonly<Record<string, readonly string[]>> = {
  Predict: ['question'],
  Callout: ['kind', 'title'],
  Figure: ['caption', 'id'],
  Term: ['id'],
  TryLab: ['id'],
  Source: ['id'],
};
const KINDS = ['note', 'example', 'counterpoint', 'warning'];

export function checkComponents(text: TextDocument<Lesson>, content: Content): Finding[] {
  const { file, data, places, outline, linesAboveBody } = text;
  const findings: Finding[] = [];
  const report = (component: Pick<Component, 'line'>, message: string) =>
    findings.push({ file, line: component.line + linesAboveBody, message });

  for (const script of outline.scripts) {
    report(script, 'lessons import nothing and compute nothing: remove import, export and {…}, or write it as `code`');
  }
  const cited = new Set<string>();
  const figures = new Set<string>();
  for (const component of outline.components) {
    const { name, attributes } = component;
    const drawn = component.within.includes('svg') || name === 'svg';
    if (drawn) continue;
    const needed = COMPONENTS[name];
    if (needed === undefined) {
      report(
        component,
        `<${name}> is not a component of lessons; use ${Object.keys(COMPONENTS).join(', ')} or Markdown`,
      );
      continue;
    }
    for (const attribute of needed) {
      if (!attributes.get(attribute)?.trim()) report(component, `<${name}> needs ${attribute}="…"`);
    }
    const id = attributes.get('id') ?? '';
    if (name === 'Callout' && !KINDS.includes(attributes.get('kind') ?? '')) {
      report(component, `<Callout> takes kind="${KINDS.join('", "')}"`);
    } else if (name === 'Term' && !data.glossary.includes(id)) {
      report(component, `<Term id="${id}">: add "${id}" to glossary in the front matter`);
    } else if (name === 'TryLab' && !content.labs.has(id)) {
      report(component, `<TryLab id="${id}">: there is no lab "${id}" in labs/catalog`);
    } else if (name === 'Source') {
      cited.add(id);
      if (!data.sources.some((source) => source.id === id)) {
        report(component, `<Source id="${id}">: add "${id}" to sources in the front matter`);
      }
    } else if (name === 'Figure') {
      if (figures.has(id)) report(component, `<Figure id="${id}">: another figure of this lesson has that id`);
      figures.add(id);
    }
  }
  data.sources.forEach((source, index) => {
    if (cited.has(source.id)) return;
    const line = lineOf(places, ['sources', index, 'id']);
    findings.push({
      file,
      line,
      message: `sources: cite "${source.id}" with <Source id="${source.id}"/>, or remove it`,
    });
  });
  data.glossary.forEach((id, index) => {
    if (outline.components.some(({ name, attributes }) => name === 'Term' && attributes.get('id') === id)) return;
    const line = lineOf(places, ['glossary', index]);
    findings.push({ file, line, message: `glossary: mark the word with <Term id="${id}">…</Term>, or remove "${id}"` });
  });
  return [...findings, ...checkDrawing(text)];
}
