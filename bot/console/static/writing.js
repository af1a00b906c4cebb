// Owns the signs of life on the ticket page: who is writing, and how far the desk has read. Refuses to send words.
import { post } from './desk_api.js';

const { ticket, name } = document.body.dataset;
const byId = (id) => document.getElementById(id);
const SAY_MS = 3000;
const LASTS_MS = 6500; // a little longer than twice as often as it is said
const WHO = { customer: () => 'The customer is writing…', agent: (author) => `${author} is writing a reply…` };
let over = null;
let said = 0;
let marked = 0;

// Nobody says that they stopped: the line goes by itself, or with the message.
export function show({ by, author }) {
  if (!WHO[by] || author === name) return;
  clearTimeout(over);
  byId('writing').textContent = WHO[by](author);
  over = setTimeout(clear, LASTS_MS);
}

export function clear() {
  clearTimeout(over);
  byId('writing').textContent = '';
}

// Refused when somebody else has the ticket; they learn that when they send.
export function typed() {
  if (Date.now() - said < SAY_MS) return;
  said = Date.now();
  post(`/v1/tickets/${ticket}/typing`).catch(() => {});
}

export function sent() {
  said = 0;
}

function read() {
  const newest = Number([...document.querySelectorAll('.turn.customer')].at(-1)?.dataset.message || 0);
  const open = ['waiting', 'claimed'].includes(byId('standing').dataset.status);
  if (document.hidden || !open || newest <= Math.max(marked, Number(byId('transcript-end')?.dataset.read || 0))) return;
  marked = newest;
  post(`/v1/tickets/${ticket}/read`, { message_id: newest }).catch(() => (marked = 0));
}

export function start() {
  new MutationObserver(read).observe(byId('transcript'), { childList: true, subtree: true });
  document.addEventListener('visibilitychange', read);
  read();
}
