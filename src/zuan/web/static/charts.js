// Draws the table that stands beside each chart: <figure data-chart> with a <table> whose cells carry their numbers.

import { isDark } from './theme.js';

let library;

// uPlot as its authors ship it, brought in only where there is a chart.
function load() {
  library ??= new Promise((resolve, reject) => {
    const style = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: new URL('uplot.css', import.meta.url) });
    const script = Object.assign(document.createElement('script'), { src: new URL('uplot.js', import.meta.url) });
    script.onload = () => resolve(window.uPlot);
    script.onerror = reject;
    document.head.append(style, script);
  });
  return library;
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

// Rows of numbers, by column: the first is UTC seconds. What is missing is a gap.
function columns(table) {
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => (cell.dataset.n ? Number(cell.dataset.n) : null)));
  rows.sort((a, b) => a[0] - b[0]);
  return [...table.tHead.rows[0].cells].map((_, at) => rows.map((row) => row[at] ?? null));
}

function compact(value) {
  return new Intl.NumberFormat(document.documentElement.lang, { notation: 'compact', maximumFractionDigits: 2 }).format(value);
}

function draw(uPlot, figure, place) {
  const table = figure.querySelector('table');
  const heads = [...table.tHead.rows[0].cells];
  const shown = heads.map((head, at) => ({ head, at })).filter(({ head, at }) => at && head.dataset.line !== undefined);
  const all = columns(table);
  const data = [all[0], ...shown.map(({ at }) => all[at])];
  const axis = { stroke: colour('quiet'), grid: { stroke: colour('line'), width: 1 }, ticks: { stroke: colour('line'), width: 1 }, font: `12px ${getComputedStyle(document.body).fontFamily}` };
  const percent = figure.dataset.chart === 'percent';
  const format = (value) => (value === null || value === undefined ? '–' : percent ? `${value} %` : compact(value));
  const options = {
    width: place.clientWidth,
    height: Math.round(Math.min(280, Math.max(180, place.clientWidth * 0.4))),
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    cursor: { y: false, drag: { setScale: false } },
    legend: { live: true },
    scales: { y: { range: (_, low, high) => (low === high ? [low * 0.9, high * 1.1 || 1] : [Math.min(low, percent ? 100 : 0), high + (high - low) * 0.05]) } },
    axes: [{ ...axis, values: '{YYYY}-{MM}-{DD}' }, { ...axis, size: 64, values: (_, values) => values.map(format) }],
    series: [{ label: heads[0].textContent.trim(), value: '{YYYY}-{MM}-{DD} {HH}:{mm}' }, ...shown.map(({ head }, n) => ({
      label: head.textContent.trim(),
      stroke: colour(`line-${n + 1}`),
      width: 2,
      dash: n % 2 ? [6, 4] : undefined, // not by colour alone
      paths: figure.dataset.steps === undefined ? undefined : uPlot.paths.stepped({ align: 1 }),
      points: { show: data[0].length < 40 },
      value: (_, value) => format(value),
    }))],
  };
  // The axis shows days only where there are several.
  options.axes[0].values = data[0].at(-1) - data[0][0] > 3 * 86400 ? (u, splits) => splits.map((s) => new Date(s * 1000).toISOString().slice(0, 10)) : (u, splits) => splits.map((s) => new Date(s * 1000).toISOString().slice(5, 16).replace('T', ' '));
  options.axes[0].space = 90;
  return new uPlot(options, data, place);
}

export async function start(root) {
  for (const figure of root.querySelectorAll('figure[data-chart]')) {
    const table = figure.querySelector('table');
    if (!table?.tBodies[0] || table.tBodies[0].rows.length < 2) continue;
    let place = figure.querySelector('.plot');
    if (!place) {
      place = document.createElement('div');
      place.className = 'plot';
      place.dataset.made = '';
      place.setAttribute('aria-hidden', 'true'); // the table beside it says the same
      figure.prepend(place);
      new ResizeObserver(() => figure.plot?.setSize({ width: place.clientWidth, height: figure.plot.height })).observe(place);
    }
    try {
      const uPlot = await load();
      figure.plot?.destroy();
      figure.plot = draw(uPlot, figure, place);
      figure.dataset.theme = isDark() ? 'dark' : 'light';
    } catch {
      place.remove(); // the table stays
    }
  }
}
