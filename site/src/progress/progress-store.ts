import { NOTHING_YET, type Progress } from './progress.ts';
import { readProgress } from './read-progress.ts';

const STORED = 'terroir.progress';
/** Text that could not be read is moved here rather than overwritten: somebody may still be able to mend it. */
const UNREADABLE = 'terroir.progress.unreadable';
const CHANGED = 'terroir-progress';

/** Without storage (refused, or full) progress lasts as long as the page. */
let unstored: Progress | undefined;

export function loadProgress(): Progress {
  if (unstored) return unstored;
  try {
    const text = localStorage.getItem(STORED);
    if (text === null) return NOTHING_YET;
    const progress = readProgress(text);
    if (progress) return progress;
    localStorage.setItem(UNREADABLE, text);
    localStorage.removeItem(STORED);
  } catch {
    // Storage is refused.
  }
  return NOTHING_YET;
}

/** Writes at once, and tells this page's other parts. Answers whether it will last beyond the page. */
export function saveProgress(progress: Progress): boolean {
  try {
    localStorage.setItem(STORED, JSON.stringify(progress));
    unstored = undefined;
  } catch {
    unstored = progress;
  }
  dispatchEvent(new Event(CHANGED));
  return unstored === undefined;
}

/** Reads, changes and writes in one go, so that another tab's work is not lost. */
export const changeProgress = (change: (progress: Progress) => Progress): boolean =>
  saveProgress(change(loadProgress()));

/** Calls `listener` now, and whenever progress changes in this page or in another tab. */
export function watchProgress(listener: (progress: Progress) => void): void {
  const tell = () => listener(loadProgress());
  addEventListener(CHANGED, tell);
  addEventListener('storage', (event) => {
    if (event.key === STORED || event.key === null) tell();
  });
  addEventListener('pageshow', tell);
  tell();
}
