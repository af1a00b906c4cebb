// Owns doing one thing to the selected tickets of the queue. Refuses to judge: the service answers for each ticket.
import { dismiss, tell, warn } from './alerts.js';
import { once, post } from './desk_api.js';
import { TIMES } from './snooze_times.js';

const byId = (id) => document.getElementById(id);
const lines = byId('lines');
const chosen = new Set();
let closingNote = '';
let doubted = [];
const boxes = () => [...lines.querySelectorAll('[data-pick]')];

// The lines are renewed while people choose: what is still there stays chosen.
function keep() {
  const there = new Set(boxes().map((box) => box.dataset.pick));
  for (const id of chosen) if (!there.has(id)) chosen.delete(id);
  for (const box of boxes()) box.checked = chosen.has(box.dataset.pick);
  show();
}

function show() {
  byId('bulk').hidden = !chosen.size;
  const text = chosen.size === 1 ? '1 ticket selected' : `${chosen.size} tickets selected`;
  if (byId('bulk-count').textContent !== text) byId('bulk-count').textContent = text;
}

function picked(event) {
  const { pick } = event.target.dataset;
  if (!pick) return;
  if (event.target.checked) chosen.add(pick);
  else chosen.delete(pick);
  show();
}

const goal = (id) => byId(`line-${id}`)?.querySelector('.goal')?.textContent.trim() || id;

const change = once(async (deed, more, done, only) => {
  for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close();
  // The versions that are shown now: what changed since is left as it is.
  const tickets = boxes().filter((box) => (only ? only.includes(box.dataset.pick) : box.checked)).map((box) => ({ id: box.dataset.pick, version: Number(box.dataset.version) }));
  if (!tickets.length) return; // a second click, when the first one is done
  try {
    const { results } = await post('/v1/tickets/bulk', { tickets, deed, ...more });
    told(results.filter((result) => result.error !== 'confirm_first'), done);
    doubt(results.filter((result) => result.error === 'confirm_first'));
  } catch (error) {
    warn(error.message);
  }
});

// What speaks against resolving them is read before it is done.
function doubt(results) {
  if (!results.length) return;
  doubted = results.map((result) => result.id);
  byId('bulk-doubts').replaceChildren(...results.map((result) => {
    const line = document.createElement('li');
    line.dir = 'auto';
    line.textContent = `“${goal(result.id)}”: ${result.detail}`;
    return line;
  }));
  byId('bulk-doubting').showModal();
}

function told(results, done) {
  if (!results.length) return undefined;
  const refused = results.filter((result) => result.error);
  for (const result of results) if (!result.error) chosen.delete(result.id);
  keep();
  const count = results.length - refused.length;
  if (!refused.length) {
    byId('bulk-note').value = ''; // it was about these
    if (!chosen.size) dismiss(); // else it says why these are left
    return tell(`${done}: ${count} of ${results.length}.`);
  }
  const why = refused.map((result) => `“${goal(result.id)}”: ${result.detail}`).join(' ');
  return warn(`${done}: ${count} of ${results.length}. Not done: ${why}`);
}

const DOES = {
  'bulk-assign': () => change('assign', { account_id: byId('bulk-to').value }, 'Assigned'),
  'bulk-tag': () => byId('bulk-tagging').showModal(),
  'bulk-snooze': () => byId('bulk-snoozing').showModal(),
  'bulk-resolve': () => byId('bulk-resolving').showModal(),
  'bulk-resolve-do': () => {
    closingNote = byId('bulk-note').value;
    change('resolve', { note: closingNote, confirmed: false }, 'Resolved');
  },
  'bulk-resolve-anyway': () => change('resolve', { note: closingNote, confirmed: true }, 'Resolved', doubted),
  'bulk-none': () => { chosen.clear(); keep(); },
};

function clicked(event) {
  const node = event.target.closest('button');
  if (!node) return;
  if (DOES[node.id]) DOES[node.id]();
  else if (node.dataset.bulkSnooze) change('snooze', { until: TIMES[node.dataset.bulkSnooze]().toISOString() }, 'Snoozed');
  else if ('close' in node.dataset) node.closest('dialog').close();
}

export function start() {
  lines.addEventListener('change', picked);
  addEventListener('click', clicked);
  addEventListener('htmx:after:swap', keep);
  byId('bulk-tag-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const tag = byId('bulk-tag-text').value.trim();
    if (tag) change('tag', { tag }, 'Tagged');
    byId('bulk-tag-text').value = '';
  });
  keep();
}
