/** Keeps what a learner writes before reading the answer, at each pause in writing and when the field is left. */
import { withNote } from '../progress/progress.ts';
import { changeProgress, loadProgress } from '../progress/progress-store.ts';

const PAUSE_MS = 400;

for (const field of document.querySelectorAll<HTMLTextAreaElement>('textarea[data-note]')) {
  const id = field.dataset.note ?? '';
  field.value = loadProgress().notes[id]?.text ?? '';
  let kept = field.value;
  let timer = 0;
  const keep = () => {
    clearTimeout(timer);
    if (field.value === kept) return;
    kept = field.value;
    changeProgress((progress) => withNote(progress, id, { text: kept, at: Date.now() }));
  };
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = window.setTimeout(keep, PAUSE_MS);
  });
  field.addEventListener('blur', keep);
  addEventListener('pagehide', keep);
}
