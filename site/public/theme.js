// Runs before the first paint, so that a chosen theme never flashes. Nothing chosen: the system's own applies.
try {
  const theme = localStorage.getItem('terroir.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is refused: the system's theme applies.
}
document.documentElement.classList.add('js');
