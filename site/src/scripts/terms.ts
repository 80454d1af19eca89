/** Definitions beside words: Escape closes one, it stays inside the window, and a first touch shows it. */
const MARGIN = 16;

function keepInside(term: HTMLElement, tip: HTMLElement): void {
  delete term.dataset.dismissed;
  tip.style.removeProperty('--shift');
  if (getComputedStyle(tip).position === 'fixed') return;
  const { left, right } = tip.getBoundingClientRect();
  const over = right - (document.documentElement.clientWidth - MARGIN);
  const under = MARGIN - left;
  const shift = over > 0 ? -over : Math.max(under, 0);
  if (shift !== 0) tip.style.setProperty('--shift', `${Math.round(shift)}px`);
}

for (const term of document.querySelectorAll<HTMLElement>('.term')) {
  const tip = term.querySelector<HTMLElement>('.tip');
  const link = term.querySelector('a');
  if (!tip || !link) continue;
  const show = () => keepInside(term, tip);
  let touched = false;
  term.addEventListener('pointerenter', show);
  term.addEventListener('focusin', show);
  link.addEventListener('pointerdown', (event) => {
    touched = event.pointerType === 'touch' && getComputedStyle(tip).display === 'none';
  });
  link.addEventListener('click', (event) => {
    if (touched) event.preventDefault();
    touched = false;
  });
}

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const term of document.querySelectorAll<HTMLElement>('.term:is(:hover, :focus-within)')) {
    term.dataset.dismissed = '';
  }
});

export {};
