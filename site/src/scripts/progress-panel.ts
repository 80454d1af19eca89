/** Saving, adding and erasing what this browser keeps of the courses. */
import { countNews, mergeProgress } from '../progress/merge.ts';
import { NOTHING_YET } from '../progress/progress.ts';
import { loadProgress, saveProgress } from '../progress/progress-store.ts';
import { readProgress } from '../progress/read-progress.ts';

type Said = 'added' | 'nothingNew' | 'unreadable' | 'unstored' | 'erased';

function saveToFile(): void {
  const blob = new Blob([`${JSON.stringify(loadProgress(), null, 2)}\n`], { type: 'application/json' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `terroir-progress-${new Date().toISOString().slice(0, 10)}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}

async function addFromFile(file: File): Promise<Said> {
  const incoming = readProgress(await file.text().catch(() => ''));
  if (!incoming) return 'unreadable';
  const present = loadProgress();
  const news = countNews(present, incoming) > 0 || Object.keys(incoming.notes).some((id) => !present.notes[id]);
  const lasts = saveProgress(mergeProgress(present, incoming));
  if (!lasts) return 'unstored';
  return news ? 'added' : 'nothingNew';
}

function bringToLife(panel: HTMLElement): void {
  const say = (said: Said) => {
    for (const line of panel.querySelectorAll<HTMLElement>('[data-said]')) line.hidden = line.dataset.said !== said;
  };
  const sure = panel.querySelector<HTMLElement>('.sure');
  const erase = panel.querySelector<HTMLElement>('.erase');
  const ask = (asking: boolean) => {
    if (sure) sure.hidden = !asking;
    (asking ? panel.querySelector<HTMLElement>('.no') : erase)?.focus();
  };
  panel.querySelector('.save')?.addEventListener('click', saveToFile);
  panel.querySelector('input')?.addEventListener('change', async (event) => {
    const input = event.currentTarget;
    const [file] = input instanceof HTMLInputElement ? (input.files ?? []) : [];
    if (file) say(await addFromFile(file));
    if (input instanceof HTMLInputElement) input.value = '';
  });
  erase?.addEventListener('click', () => ask(true));
  panel.querySelector('.no')?.addEventListener('click', () => ask(false));
  panel.querySelector('.yes')?.addEventListener('click', () => {
    const lasts = saveProgress(NOTHING_YET);
    ask(false);
    say(lasts ? 'erased' : 'unstored');
  });
}

for (const panel of document.querySelectorAll<HTMLElement>('.panel')) bringToLife(panel);
