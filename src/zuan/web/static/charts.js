// Draws the table that stands beside each chart: <figure data-chart data-table="ID">. The first column of times is the
// horizontal axis; amounts are lines of one plot, percentages of another.

const DAYS = [1, 2, 5, 10, 30, 90, 365, 1826].map((n) => n * 86_400);
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

// What a cell says as a number: UTC seconds, an amount, or percent; null where it says none.
function number(cell) {
  const time = cell.querySelector('time');
  if (time) return Date.parse(time.dateTime) / 1000;
  const text = cell.querySelector('data')?.value ?? cell.textContent.replace('%', '');
  return /^[\d.\s]+$/.test(text) ? Number(text) : null;
}

// The columns of a table: the times, then amounts and percentages by their headings.
function columns(table) {
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map(number));
  const cells = [...table.tBodies[0].rows[0].cells];
  const at = cells.findIndex((cell) => cell.querySelector('time'));
  rows.sort((a, b) => a[at] - b[at]);
  const column = (n) => rows.map((row) => row[n]);
  const named = cells.map((cell, n) => ({ name: table.tHead.rows[0].cells[n].textContent.trim(), values: column(n), amount: cell.querySelector('data') !== null }));
  const percent = (one, n) => n !== at && !one.amount && [...table.tBodies[0].rows].some((row) => row.cells[n].textContent.includes('%'));
  return { times: { name: named[at].name, values: column(at) }, amounts: named.filter((one) => one.amount), percents: named.filter(percent) };
}

function compact(value) {
  return new Intl.NumberFormat(document.documentElement.lang, { notation: 'compact', maximumFractionDigits: 2 }).format(value);
}

function draw(uPlot, place, times, lines, percent) {
  const { clientWidth: width } = place;
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const axis = { stroke: colour('quiet'), font, grid: { stroke: colour('line'), width: 1 }, ticks: { stroke: colour('line'), width: 1 } };
  const format = (value) => (value === null || value === undefined ? '–' : percent ? `${value} %` : compact(value));
  const xs = times.values;
  const days = xs.at(-1) - xs[0] > 3 * 86_400;
  const moment = (seconds) => new Date(seconds * 1000).toISOString().slice(days ? 0 : 5, days ? 10 : 16).replace('T', ' ');
  const series = lines.map(({ name }, n) => ({
    label: name,
    stroke: colour(`line-${n + 1}`),
    width: 2,
    dash: n ? [8 - 2 * n, 3 + n] : undefined, // not by colour alone
    points: { show: xs.length < 40 },
    value: (_, value) => format(value),
  }));
  return new uPlot({
    width,
    height: Math.round(Math.min(260, Math.max(170, width * 0.35))),
    cursor: { y: false, drag: { setScale: false } },
    scales: { y: { range: (_, low, high) => (percent ? [Math.min(low, 90), Math.max(high, 110)] : [0, high * 1.05 || 1]) } },
    axes: [{ ...axis, space: 90, incrs: days ? DAYS : undefined, values: (_, splits) => splits.map(moment) }, { ...axis, size: 64, values: (_, splits) => splits.map(format) }],
    series: [{ label: times.name, value: (_, value) => (value ? moment(value) : '–') }, ...series],
  }, [xs, ...lines.map((line) => line.values)], place);
}

export async function start(root) {
  for (const figure of root.querySelectorAll('figure[data-chart]')) {
    const table = document.getElementById(figure.dataset.table);
    if (!table?.tBodies[0] || table.tBodies[0].rows.length < 2) continue; // one point is no line
    const uPlot = await load().catch(() => null);
    if (!uPlot) return; // the table stays
    const { times, amounts, percents } = columns(table);
    for (const plot of figure.plots ?? []) plot.destroy();
    figure.plots = [];
    [amounts, percents].forEach((lines, n) => {
      if (!lines.length) return;
      const place = figure.querySelectorAll('.plot')[n] ?? figure.appendChild(document.createElement('div'));
      place.className = 'plot';
      place.dataset.made = '';
      place.setAttribute('aria-hidden', 'true'); // the table says the same
      figure.plots.push(draw(uPlot, place, times, lines, lines === percents));
    });
    if (!figure.dataset.ready) {
      new ResizeObserver(() => figure.plots.forEach((plot) => plot.setSize({ width: figure.clientWidth, height: plot.height }))).observe(figure);
      figure.dataset.ready = '1';
    }
  }
}
