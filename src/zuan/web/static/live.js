// New blocks as they come (server-sent events), and how the node is: what may be old is marked at once.

import { morph } from './morph.js';
import { say } from './texts.js';

const SILENCE = 20_000; // milliseconds without a word from the server, which says something every few seconds
const SPREAD = 300; // so that many readers do not all ask in one moment
const AGAIN = 2_000;
const WAIT = 2_500;

const PARTS = ['node', 'main', 'shown']; // of the page, by id: what a new block may change
let asking = null;

const shown = () => document.getElementById('shown');
const computed = () => document.querySelector('.computing') !== null;
const still = () => shown()?.dataset.pinned !== undefined || document.querySelector('[data-still]') !== null;

function warn(state) {
  const told = document.getElementById('node');
  if (!told || told.dataset.state === state) return;
  told.dataset.state = state;
  const line = document.createElement('p');
  line.textContent = say(`state.${state}`);
  told.replaceChildren(line);
}

function mark(element) {
  const figure = element?.closest?.('.figure');
  // Times pass, and commands name the block: neither is news.
  if (!figure || element.closest('.ago, .check')) return;
  figure.dataset.changed = '';
  setTimeout(() => delete figure.dataset.changed, 2000);
}

// Asks for this very page again and makes it what it says now.
export async function refresh() {
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(location.href, { signal: asking.signal, cache: 'no-cache' });
    if (!answer.ok) return warn('cut');
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const id of PARTS) {
      const [old, next] = [document.getElementById(id), fresh.getElementById(id)];
      if (old && next && (id === 'node' || !still() || computed())) morph(old, document.adoptNode(next), mark);
    }
    dispatchEvent(new Event('zuan:refreshed'));
  } catch (error) {
    if (error.name !== 'AbortError') warn('cut');
  }
}

// What is being computed is asked for again until it is there.
export function wait() {
  if (computed()) setTimeout(refresh, WAIT);
}

export function start(url) {
  let alarm;
  let timer;
  let cut = false;

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, Math.random() * SPREAD);
  };
  const heard = () => {
    clearTimeout(alarm);
    alarm = setTimeout(() => warn('cut'), SILENCE);
    if (cut) {
      cut = false;
      soon(); // the server words how the node is
    }
  };

  const open = () => {
    const source = new EventSource(url);
    source.onopen = heard;
    source.addEventListener('ping', heard);
    source.addEventListener('block', (event) => {
      heard();
      // The same number with another hash is another branch, after a reorganisation.
      if (!still() && JSON.parse(event.data).hash !== shown()?.dataset.hash) soon();
    });
    source.addEventListener('node', (event) => {
      heard();
      if (JSON.parse(event.data).state !== document.getElementById('node')?.dataset.state) soon();
    });
    source.onerror = () => {
      cut = true;
      warn('cut');
      if (source.readyState === EventSource.CLOSED) setTimeout(open, AGAIN);
    };
    addEventListener('pagehide', () => source.close(), { once: true });
  };
  open();
  addEventListener('pageshow', (event) => event.persisted && open());
}
