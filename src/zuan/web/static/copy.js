// A button beside each thing that one copies: commands and calls.

import { say } from './texts.js';

export function start(root) {
  if (!navigator.clipboard) return;
  for (const source of root.querySelectorAll('pre.code:not([data-ready])')) {
    source.dataset.ready = '';
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.made = '';
    button.className = 'copy';
    button.textContent = say('copy');
    button.setAttribute('aria-label', say('copy.label', { what: source.textContent.trim().slice(0, 60) }));
    button.addEventListener('click', async () => {
      const copied = await navigator.clipboard.writeText(source.textContent.trim()).then(() => true, () => false);
      button.textContent = say(copied ? 'copied' : 'copy.failed');
      setTimeout(() => { button.textContent = say('copy'); }, 1500);
    });
    source.after(button);
  }
}
