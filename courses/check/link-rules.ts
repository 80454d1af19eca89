import type { Finding } from '../schema/readable-error.ts';
import type { Content, LessonFolder } from './content.ts';
import type { TextDocument } from './document.ts';

/** Links of a lesson: `https://…` outward, `#heading` within, `../02-folder/` to a lesson of the same course. */
export function checkLinks(text: TextDocument<unknown>, content: Content, lesson: LessonFolder): Finding[] {
  const { file, outline, linesAboveBody } = text;
  const anchors = new Set(outline.headings.map((heading) => heading.value.anchor));
  const siblings = content.lessons.filter((other) => other.course === lesson.course).map((other) => other.folder);
  const fault = (url: string): string | undefined => {
    if (/^(https|mailto):/.test(url)) return undefined;
    if (/^[a-z]+:/i.test(url)) return `link to "${url}": use https://`;
    if (url.startsWith('#')) {
      return anchors.has(decodeURI(url.slice(1)))
        ? undefined
        : `link to "${url}": no heading here has that anchor; there is ${[...anchors].map((anchor) => `#${anchor}`).join(', ') || 'none'}`;
    }
    const folder = /^\.\.\/([\w-]+)\/$/.exec(url)?.[1];
    if (folder !== undefined && siblings.includes(folder)) return undefined;
    return `link to "${url}" leads nowhere; write ../NN-lesson/ for a lesson of this course, #heading, or https://…`;
  };
  return outline.links.flatMap(({ value, line }) => {
    const message = fault(value);
    return message === undefined ? [] : [{ file, line: line + linesAboveBody, message }];
  });
}
