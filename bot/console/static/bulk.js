// Owns doing one thing to the selected tickets of the queue. Refuses to judge: the service answers for each ticket.
import { dismiss, tell, warn } from './alerts.js';
import { Refused, once, post } from './desk_api.js';
import { open, refused } from './dialog.js';
import { TIMES } from './snooze_times.js';

const byId = (id) => document.getElementById(id);
const lines = byId('lines');
const chosen = new Set();
const TYPED = ['bulk-note', 'bulk-tag-text'];
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

const change = once(async (deed, more, done, { only = null, before = [] } = {}) => {
  const dialog = document.querySelector('dialog[open]');
  // The versions that are shown now: what changed since is left as it is.
  const tickets = boxes().filter((box) => (only ? only.includes(box.dataset.pick) : box.checked)).map((box) => ({ id: box.dataset.pick, version: Number(box.dataset.version) }));
  if (!tickets.length) return dialog?.close(); // a second click, when the first one is done
  try {
    const { results } = await post('/v1/tickets/bulk', { tickets, deed, confirmed: false, ...more });
    // What is wrong for every ticket is put right where it was typed.
    const wrong = results.every(({ error }) => error === 'bad_request');
    if (wrong && refused(dialog, new Refused(400, results[0].detail))) return undefined;
    dialog?.close();
    const doubted = results.filter(({ error }) => error === 'confirm_first');
    const settled = [...before, ...results.filter(({ error }) => error !== 'confirm_first')];
    if (doubted.length) doubt(deed, more, done, settled, doubted);
    else told(settled, done);
  } catch (error) {
    if (!refused(dialog, error)) warn(error.message);
  }
  return undefined;
});

const VERBS = { resolve: 'Resolve', snooze: 'Snooze' };

// What speaks against it is read before it is done; what became of the others is told when that is settled.
function doubt(deed, more, done, settled, doubted) {
  const dialog = byId('bulk-doubting');
  byId('bulk-doubting-title').textContent = `${VERBS[deed]} these, too?`;
  byId('bulk-anyway').textContent = `${VERBS[deed]} all the same`;
  byId('bulk-doubts').replaceChildren(...doubted.map((result) => {
    const line = document.createElement('li');
    line.dir = 'auto';
    line.textContent = `“${goal(result.id)}”: ${result.detail}`;
    return line;
  }));
  dialog.onclose = () => told(settled, done, doubted.length);
  byId('bulk-anyway').onclick = () => {
    dialog.onclose = null;
    change(deed, { ...more, confirmed: true }, done, { only: doubted.map(({ id }) => id), before: settled });
  };
  dialog.showModal();
  dialog.querySelector('[data-close]').focus();
}

function told(results, done, left = 0) {
  const refusals = results.filter((result) => result.error);
  for (const result of results) if (!result.error) chosen.delete(result.id);
  keep();
  const text = `${done}: ${results.length - refusals.length} of ${results.length + left}.`;
  if (refusals.length) {
    return warn(`${text} Not done: ${refusals.map((result) => `“${goal(result.id)}”: ${result.detail}`).join(' ')}`);
  }
  for (const field of TYPED) byId(field).value = ''; // it was about these
  dismiss();
  return tell(text);
}

const DOES = {
  'bulk-assign': () => change('assign', { account_id: byId('bulk-to').value }, 'Assigned'),
  'bulk-tag': () => open(byId('bulk-tagging')),
  'bulk-snooze': () => open(byId('bulk-snoozing')),
  'bulk-resolve': () => open(byId('bulk-resolving')),
  'bulk-resolve-do': () => change('resolve', { note: byId('bulk-note').value }, 'Resolved'),
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
  });
  keep();
}
