// Owns choosing the ticket that goes on when two of a customer become one. Refuses to decide: the service does.
import { call, post } from './desk_api.js';
import { version } from './version.js';

const ticket = document.body.dataset.ticket;
const byId = (id) => document.getElementById(id);
const HINT_LENGTH = 140;

let others = [];

function choice({ id, goal, status, created_at: at }) {
  const label = document.createElement('label');
  const input = Object.assign(document.createElement('input'), { type: 'radio', name: 'into', value: id });
  const text = Object.assign(document.createElement('span'), { dir: 'auto', textContent: goal.slice(0, HINT_LENGTH) });
  const since = new Date(at).toLocaleString([], { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
  const hint = Object.assign(document.createElement('span'), { className: 'reaction', textContent: `${status}, since ${since}` });
  label.className = 'choice';
  label.append(input, text, hint);
  return label;
}

const chosen = () => byId('merge-choices').querySelector('input:checked')?.value;

function show() {
  const words = byId('merge-words').value.toLowerCase().split(/\s+/).filter(Boolean);
  const fit = others.filter(({ id, goal }) => words.every((word) => goal.toLowerCase().includes(word) || id === word));
  byId('merge-choices').replaceChildren(byId('merge-choices').querySelector('legend'), ...fit.map(choice));
  if (fit.length === 1) byId('merge-choices').querySelector('input').checked = true;
  byId('merge-choices').hidden = !fit.length;
  byId('merge-search').hidden = others.length < 2;
  byId('merge-none').hidden = others.length > 0;
  byId('merge-do').disabled = !chosen();
}

function wrong(text) {
  byId('merge-wrong').textContent = text;
  byId('merge-wrong').hidden = !text;
}

async function open() {
  wrong('');
  byId('merge-words').value = '';
  others = [];
  show();
  byId('merge-none').hidden = true;
  byId('merging').showModal();
  try {
    others = (await call('GET', `/v1/tickets/${ticket}/others`)).tickets;
    show();
  } catch (error) {
    wrong(error.message);
  }
}

async function merge() {
  const into = others.find(({ id }) => id === chosen());
  if (!into) return;
  byId('merge-do').disabled = true; // pressed twice, it is one merge anyway
  try {
    await post(`/v1/tickets/${ticket}/merge`, { into: into.id, version: version(), into_version: into.version });
    location.href = `/console/tickets/${into.id}`;
  } catch (error) {
    wrong(error.message);
    byId('merge-do').disabled = false;
  }
}

export function start() {
  addEventListener('click', (event) => {
    if (event.target.closest('#merge')) open();
  });
  byId('merge-choices').addEventListener('change', () => (byId('merge-do').disabled = !chosen()));
  byId('merge-words').addEventListener('input', show);
  byId('merge-do').addEventListener('click', merge);
}
