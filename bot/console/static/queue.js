// Owns the queue page: searching, moving by keyboard, saying what is new. Refuses to sort: the server does.
import { tell } from './alerts.js';
import * as bulk from './bulk.js';
import * as savedViews from './saved_views.js';
import { came } from './title.js';

const lines = document.getElementById('lines');
const search = document.getElementById('q');
const form = document.getElementById('search');
const MINUTE = 60_000;
const links = () => [...lines.querySelectorAll('.line a')];
const ids = () => new Set([...lines.querySelectorAll('[data-ticket]')].map((line) => line.dataset.ticket));

function pressed(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const all = links();
  const next = all[Math.max(0, all.indexOf(document.activeElement) + step)];
  if (next && (all.includes(document.activeElement) || document.activeElement === search)) {
    event.preventDefault();
    next.focus();
  }
}

// What is shown can be bookmarked, and is there again after a ticket was looked at.
function keepAddress() {
  const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  const page = document.getElementById('page').value;
  if (page !== '1') asked.set('page', page);
  history.replaceState(null, '', `${location.pathname}?${asked}`);
}

export function start(renew) {
  bulk.start();
  savedViews.start(renew);
  let known = ids();
  let searched = search.value;
  new MutationObserver(() => {
    const now = ids();
    const fresh = [...now].filter((id) => !known.has(id)).length;
    if (fresh && searched === search.value) {
      tell(fresh === 1 ? 'One new ticket.' : `${fresh} new tickets.`);
      came(fresh);
    }
    searched = search.value;
    known = now;
  }).observe(lines, { childList: true, subtree: true });
  addEventListener('keydown', pressed);
  form.addEventListener('submit', (event) => event.preventDefault());
  // What is searched or chosen anew begins at its first page.
  form.addEventListener('input', () => {
    document.getElementById('page').value = 1;
    keepAddress();
  });
  form.addEventListener('change', (event) => event.target !== search && renew('lines'));
  // A snoozed ticket comes back without an event.
  setInterval(() => renew('lines'), MINUTE);
  return (kind) => ['ticket', 'state', 'message', 'note', 'work'].includes(kind) && renew('lines');
}
