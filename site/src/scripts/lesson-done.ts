/** Notes that a lesson was opened, and lets the learner mark it as read. */
import { lessonOf, type Progress, withLesson, withoutReadMark } from '../progress/progress.ts';
import { changeProgress, watchProgress } from '../progress/progress-store.ts';

function bringToLife(box: HTMLElement): void {
  const lesson = box.dataset.lesson ?? '';
  const part = (name: string) => box.querySelector<HTMLElement>(name);
  const mark = part('.mark-read');
  const unmark = part('.unmark');
  const showOnly = (progress: Progress) => {
    const { readAt, passedAt } = lessonOf(progress, lesson);
    const visible: readonly [string, boolean][] = [
      ['.is-passed', passedAt !== undefined],
      ['.is-read', passedAt === undefined && readAt !== undefined],
      ['.mark-read', passedAt === undefined && readAt === undefined],
      ['.unmark', passedAt === undefined && readAt !== undefined],
    ];
    for (const [name, shown] of visible) {
      const element = part(name);
      if (element) element.hidden = !shown;
    }
  };
  mark?.addEventListener('click', () => {
    changeProgress((progress) => withLesson(progress, lesson, { readAt: Date.now() }));
    unmark?.focus();
  });
  unmark?.addEventListener('click', () => {
    changeProgress((progress) => withoutReadMark(progress, lesson));
    mark?.focus();
  });
  changeProgress((progress) => withLesson(progress, lesson, { openedAt: Date.now() }));
  watchProgress(showOnly);
}

for (const box of document.querySelectorAll<HTMLElement>('.done[data-lesson]')) bringToLife(box);
