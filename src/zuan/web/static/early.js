// Runs before the first paint: the theme that the reader chose, else the system's.
(() => {
  let chosen = null;
  try { chosen = localStorage.getItem('theme'); } catch { /* storage is closed: the system's theme it is */ }
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
  document.documentElement.dataset.scripts = '';
})();
