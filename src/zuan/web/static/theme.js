// Light or dark, whatever the system says; kept in the browser alone.

const dark = matchMedia('(prefers-color-scheme: dark)');

export function isDark() {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === 'dark' : dark.matches;
}

export function start(button) {
  const show = () => button.setAttribute('aria-pressed', String(isDark()));
  button.hidden = false;
  show();
  button.addEventListener('click', () => {
    const theme = isDark() ? 'light' : 'dark';
    document.documentElement.dataset.theme = theme;
    try { localStorage.setItem('theme', theme); } catch { /* then it lasts as long as the page */ }
    show();
    dispatchEvent(new Event('zuan:theme'));
  });
  dark.addEventListener('change', () => {
    show();
    dispatchEvent(new Event('zuan:theme'));
  });
}
