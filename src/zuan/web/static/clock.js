// Times that pass while one looks: how long ago, how long still. The chain's clock counts, from the block that is shown on.

import { say } from './texts.js';

const UNITS = [['d', 86_400], ['h', 3_600], ['min', 60], ['s', 1]];
let block = 0;
let seen = 0;

// Two units at most, as the server words it.
function span(seconds) {
  let rest = Math.abs(Math.round(seconds));
  const parts = [];
  for (const [unit, size] of UNITS) {
    if (rest >= size || (unit === 's' && !parts.length)) {
      parts.push(`${Math.floor(rest / size).toLocaleString('en')} ${say(unit)}`);
      rest %= size;
    }
  }
  return parts.slice(0, 2).join(' ');
}

export function tick() {
  const shown = document.getElementById('shown');
  // What is pinned to a block stays as that block had it.
  if (!shown || shown.dataset.pinned !== undefined || document.hidden) return;
  if (Number(shown.dataset.time) !== block) [block, seen] = [Number(shown.dataset.time), performance.now()];
  const now = block + Math.floor((performance.now() - seen) / 1000);
  for (const told of document.querySelectorAll('.ago[data-at]')) {
    const at = Number(told.dataset.at);
    const text = `(${say(at <= now ? '{span} ago' : 'in {span}').replace('{span}', span(at - now))})`;
    if (told.textContent !== text) told.textContent = text;
  }
}

export function start() {
  tick();
  setInterval(tick, 1000);
}
