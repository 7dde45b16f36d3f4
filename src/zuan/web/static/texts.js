// The page's sentences, in its language: the server puts those that scripts need into the page.

let known;

export function say(name, values = {}) {
  known ??= JSON.parse(document.getElementById('texts')?.textContent || '{}');
  return (known[name] ?? name).replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}
