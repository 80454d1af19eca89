/** A list whose lines move up and down by their buttons. */
const linesOf = (form: HTMLElement) => [...form.querySelectorAll<HTMLElement>('.order > li')];

/** Ids of the lines, from the top. */
export const orderOf = (form: HTMLElement): string[] => linesOf(form).map((line) => line.dataset.item ?? '');

/** Lines that `order` does not name keep their places after those that it does. */
export function restoreOrder(form: HTMLElement, order: readonly string[]): void {
  const list = form.querySelector('.order');
  const place = (line: HTMLElement) => {
    const at = order.indexOf(line.dataset.item ?? '');
    return at < 0 ? order.length : at;
  };
  list?.append(...linesOf(form).sort((a, b) => place(a) - place(b)));
}

function tell(form: HTMLElement, line: HTMLElement): void {
  const lines = linesOf(form);
  const status = form.querySelector('.moved');
  const words = form.querySelector<HTMLElement>('.order')?.dataset.moved ?? '';
  if (!status) return;
  status.textContent = words
    .replace('{item}', line.querySelector('.text')?.textContent ?? '')
    .replace('{place}', String(lines.indexOf(line) + 1))
    .replace('{of}', String(lines.length));
}

/** Calls `moved` after each move; `form.reset()` puts the lines back as the page had them. */
export function makeMovable(form: HTMLElement, moved: () => void): void {
  const first = orderOf(form);
  form.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-move]') : null;
    const line = button?.closest<HTMLElement>('li');
    if (!button || !line) return;
    if (button.dataset.move === '-1') line.previousElementSibling?.before(line);
    else line.nextElementSibling?.after(line);
    button.focus();
    tell(form, line);
    moved();
  });
  form.addEventListener('reset', () => restoreOrder(form, first));
}
