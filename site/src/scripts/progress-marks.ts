/** Shows progress wherever a page names lessons: marks, the tally of a course, and the way back to where one was. */
import { isDone, lessonOf, type Progress, stateOf, whereToContinue } from '../progress/progress.ts';
import { watchProgress } from '../progress/progress-store.ts';

function showMark(mark: HTMLElement, progress: Progress): void {
  const state = stateOf(lessonOf(progress, mark.dataset.mark ?? ''));
  mark.dataset.state = state;
  const words = { untouched: '', begun: mark.dataset.begun ?? '', done: mark.dataset.done ?? '' };
  if (mark.firstElementChild) mark.firstElementChild.textContent = words[state];
}

/** A tally names its lessons in `data-tally`, and its words, with places for both numbers, in `data-words`. */
function showTally(tally: HTMLElement, progress: Progress): void {
  const lessons = (tally.dataset.tally ?? '').split(' ');
  const done = lessons.filter((lesson) => isDone(lessonOf(progress, lesson))).length;
  const bar = tally.querySelector('progress');
  const text = tally.querySelector('span');
  if (bar) bar.value = done;
  if (text) {
    text.textContent = (tally.dataset.words ?? '')
      .replace('{done}', String(done))
      .replace('{of}', String(lessons.length));
  }
  tally.hidden = lessons.every((lesson) => stateOf(lessonOf(progress, lesson)) === 'untouched');
}

/** Of the links inside, the one to go on with is shown; `.otherwise` stands for them when nothing was begun. */
function showWayBack(way: HTMLElement, progress: Progress): void {
  const links = [...way.querySelectorAll<HTMLElement>('[data-continue]')];
  const next = whereToContinue(
    progress,
    links.map((link) => link.dataset.continue ?? ''),
  );
  for (const link of links) link.hidden = link.dataset.continue !== next;
  for (const other of way.querySelectorAll<HTMLElement>('.otherwise')) other.hidden = next !== undefined;
}

const each = (selector: string, work: (element: HTMLElement) => void) =>
  document.querySelectorAll<HTMLElement>(selector).forEach(work);

watchProgress((progress) => {
  each('[data-mark]', (mark) => showMark(mark, progress));
  each('[data-tally]', (tally) => showTally(tally, progress));
  each('[data-way-back]', (way) => showWayBack(way, progress));
});
