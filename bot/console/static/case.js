// Owns the page of one evaluation case: reading the form, having it checked, proposing, accepting, refusing. Refuses to
// know what is right: the server says it.
import { dismiss, tell, warn } from './alerts.js';
import { post } from './desk_api.js';

const PAUSE_MS = 350;
const form = document.getElementById('case');
const { of, proposal } = document.body.dataset;
const lines = (name) => form.elements[name].value.split('\n').map((each) => each.trim()).filter(Boolean);
const value = (name) => form.elements[name].value;
const all = (name) => [...form.querySelectorAll(`[name="${name}"]`)];

function read() {
  const roles = all('role');
  const turns = all('said').map((said, at) => ({ role: roles[at].value, text: said.value.trim() }));
  return {
    ...Object.fromEntries(['id', 'kind', 'voice', 'area', 'text', 'region', 'plan', 'product', 'sensitive', 'reason'].map((name) => [name, value(name).trim()])),
    ...Object.fromEntries(['articles', 'spans', 'must_not', 'internal_articles'].map((name) => [name, lines(name)])),
    context: turns.filter((turn) => turn.text),
    decisions: all('decisions').filter((box) => box.checked).map((box) => box.value),
    pinned: form.elements.pinned.checked,
  };
}

function show(faults) {
  const place = document.getElementById('verdict');
  const list = document.createElement(faults.length ? 'ul' : 'p');
  list.className = faults.length ? 'faults' : 'fine';
  if (!faults.length) list.textContent = 'Nothing is wrong with it.';
  for (const fault of faults) list.append(Object.assign(document.createElement('li'), { textContent: fault }));
  place.replaceChildren(list);
}

let asked = 0;
async function check() {
  const mine = ++asked;
  try {
    const { faults } = await post('/v1/cases/check', { case: read(), of: of || null });
    if (mine === asked) show(faults);
  } catch (error) {
    if (mine === asked) show([error.message]);
  }
}

async function act(path, body, said) {
  try {
    const done = await post(path, body);
    dismiss();
    tell(said);
    location.href = `/console/proposals/${encodeURIComponent(done.id)}`;
  } catch (error) {
    warn(error.message);
  }
}

const deeds = {
  propose: () => act('/v1/case-proposals', { case: read(), of: of || null }, 'Proposed.'),
  accept: () => act(`/v1/case-proposals/${encodeURIComponent(proposal)}/accept`, { case: read() }, 'Accepted.'),
  refuse: () => act(`/v1/case-proposals/${encodeURIComponent(proposal)}/refuse`, { why: document.getElementById('why').value }, 'Refused.'),
};

export function start() {
  let due;
  for (const [id, deed] of Object.entries(deeds)) {
    const button = document.getElementById(id);
    button?.addEventListener('click', deed);
    if (button) button.disabled = false;
  }
  if (!document.getElementById('verdict')) return;
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', () => {
    clearTimeout(due);
    due = setTimeout(check, PAUSE_MS);
  });
  if (value('text')) check();
}
