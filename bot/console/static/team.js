// Owns the team page: its dialog, and renewing the list. Refuses to judge what is typed: the server does.
import { tell } from './alerts.js';
import { post } from './desk_api.js';

const EVERY_MS = 30_000;
const FIELDS = { teams: 'team', languages: 'language', topics: 'topic', categories: 'category' };
const people = document.getElementById('people');
const dialog = document.getElementById('arranging');
const form = document.getElementById('arranging-form');
const problem = document.getElementById('arranging-problem');
const capacity = document.getElementById('capacity');
const boxes = (field) => [...form.querySelectorAll(`[data-field="${field}"] input`)];
let account = '';

function open(button) {
  account = button.dataset.arrange;
  document.getElementById('arranging-title').textContent = `Arrange ${button.dataset.name}`;
  capacity.value = button.dataset.capacity;
  problem.textContent = '';
  for (const [field, kind] of Object.entries(FIELDS)) {
    const has = new Set(button.dataset[kind].split('|'));
    for (const box of boxes(field)) box.checked = has.has(box.value);
  }
  dialog.showModal();
}

async function save(renew) {
  if (!capacity.checkValidity()) {
    problem.textContent = `Write a whole number, ${capacity.min} to ${capacity.max} points, or nothing for the usual ones.`;
    return capacity.focus();
  }
  const ticked = (field) => boxes(field).filter((box) => box.checked).map((box) => box.value);
  const body = Object.fromEntries(Object.keys(FIELDS).map((field) => [field, ticked(field)]));
  try {
    await post(`/v1/desk/team/${account}`, { ...body, capacity: capacity.value ? Number(capacity.value) : null });
    dialog.close();
    tell('Saved.');
  } catch (error) {
    problem.textContent = error.message;
  }
  return renew('people');
}

export function start(renew) {
  people.addEventListener('click', (event) => {
    const button = event.target.closest('[data-arrange]');
    if (button) open(button);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    save(renew);
  });
  dialog.addEventListener('click', (event) => event.target.closest('[data-close]') && dialog.close());
  // Who comes and goes is no event.
  setInterval(() => renew('people'), EVERY_MS);
  return (kind) => ['ticket', 'work'].includes(kind) && renew('people');
}
