// What the browser adds to a page that is whole without it. Each part is brought in only where the page has use for it.

import * as clock from './clock.js';
import * as copy from './copy.js';
import * as live from './live.js';
import * as theme from './theme.js';

function dress() {
  copy.start(document);
  clock.tick();
  live.wait();
  if (document.querySelector('figure[data-chart]')) import('./charts.js').then((charts) => charts.start(document));
}

for (const button of document.querySelectorAll('[data-theme-switch]')) theme.start(button);
clock.start();
document.querySelector('.menu [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
dress();
addEventListener('zuan:refreshed', dress);
addEventListener('zuan:theme', dress);
const { events } = document.body.dataset;
if (events) live.start(events);
for (const panel of document.querySelectorAll('[data-wallet]')) import('./act.js').then((act) => act.start(panel));
