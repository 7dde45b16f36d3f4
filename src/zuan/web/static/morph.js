// Makes a part of the page what the server says now, and touches only what differs: focus, open details, marked text and
// a reader's place stay. What scripts made themselves (data-made) stays too.

const OWN = new Set(['open', 'data-ready', 'data-changed']);

function children(node) {
  return [...node.childNodes].filter((child) => !(child.nodeType === 1 && child.dataset?.made !== undefined));
}

function same(a, b) {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id ?? '') === (b.id ?? '');
}

export function morph(old, fresh, changed) {
  if (old.nodeType !== 1) {
    if (old.nodeValue !== fresh.nodeValue) {
      old.nodeValue = fresh.nodeValue;
      changed(old.parentElement);
    }
    return;
  }
  if (old.dataset?.keep !== undefined) return;
  for (const { name, value } of fresh.attributes) {
    if (!OWN.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!OWN.has(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  const [before, after] = [children(old), children(fresh)];
  after.forEach((next, at) => {
    const there = before[at];
    if (!there) {
      old.append(next);
      changed(old);
    } else if (same(there, next)) {
      morph(there, next, changed);
    } else {
      there.replaceWith(next);
      changed(old);
    }
  });
  for (const gone of before.slice(after.length)) gone.remove();
}
