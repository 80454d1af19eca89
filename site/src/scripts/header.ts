/** The header's two buttons: the menu of narrow windows, and the theme. */
const STORED = 'terroir.theme';
const root = document.documentElement;
const system = matchMedia('(prefers-color-scheme: dark)');

const menuButton = document.querySelector<HTMLButtonElement>('.menu-button');
const themeButton = document.querySelector<HTMLButtonElement>('.theme');

function openMenu(open: boolean): void {
  menuButton?.setAttribute('aria-expanded', String(open));
}

menuButton?.addEventListener('click', () => openMenu(menuButton.getAttribute('aria-expanded') !== 'true'));
menuButton?.parentElement?.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || menuButton.getAttribute('aria-expanded') !== 'true') return;
  openMenu(false);
  menuButton.focus();
});

const isDark = () => (root.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';
const showTheme = () => themeButton?.setAttribute('aria-pressed', String(isDark()));

/** Choosing what the system shows anyway means following the system again. */
function chooseTheme(dark: boolean): void {
  if (dark === system.matches) delete root.dataset.theme;
  else root.dataset.theme = dark ? 'dark' : 'light';
  try {
    if (root.dataset.theme) localStorage.setItem(STORED, root.dataset.theme);
    else localStorage.removeItem(STORED);
  } catch {
    // Storage is refused: the choice lasts as long as the page.
  }
  showTheme();
}

themeButton?.addEventListener('click', () => chooseTheme(!isDark()));
system.addEventListener('change', showTheme);
showTheme();

export {};
