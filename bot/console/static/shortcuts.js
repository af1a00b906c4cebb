// Owns the keys that work outside fields, and their list. Refuses to act while somebody types or a dialog is open.
const byId = (id) => document.getElementById(id);
const links = () => [...document.querySelectorAll('.line a')];

export function typing(node) {
  return Boolean(node.closest('input, textarea, select, [contenteditable]'));
}

function step(by) {
  const all = links();
  const next = all[Math.max(0, all.indexOf(document.activeElement) + by)];
  next?.focus();
}

function focus(id) {
  byId(id)?.scrollIntoView({ block: 'nearest' });
  byId(id)?.focus();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  o: () => document.activeElement.matches('.line a') && document.activeElement.click(),
  r: () => focus('reply'),
  n: () => focus('note'),
  c: () => byId('claim')?.click(),
  '/': () => byId('q')?.focus(),
  '?': () => byId('shortcuts').showModal(),
};

function pressed(event) {
  const act = KEYS[event.key];
  if (!act || event.ctrlKey || event.altKey || event.metaKey) return;
  if (typing(event.target) || document.querySelector('dialog[open]')) return;
  event.preventDefault();
  act();
}

export function start() {
  addEventListener('keydown', pressed);
  byId('show-shortcuts').addEventListener('click', KEYS['?']);
  byId('shortcuts').addEventListener('click', (event) => event.target.matches('[data-close]') && byId('shortcuts').close());
}
