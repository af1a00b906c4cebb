// Owns telling the reader of any page that a ticket became theirs, was taken over from them, or that a note calls them.
// Refuses to say it twice, and what the page says itself.
import { call } from './desk_api.js';
import { came } from './title.js';

const EVERY_MS = 30_000;
const SETTLE_MS = 150;
const SAYS = {
  assigned: (by) => `${by} handed a ticket over to you:`,
  offered: () => 'Another ticket is for you:',
  taken_over: (by) => `${by} has this ticket of yours now:`,
  mentioned: (by) => `${by} calls you in a note:`,
};
const place = document.getElementById('notified');
let { after } = document.body.dataset;
let looking = null;
let soon;

function show({ why, by, ticket_id: ticket, goal }) {
  const [line, said, link, off] = ['p', 'span', 'a', 'button'].map((name) => document.createElement(name));
  said.textContent = SAYS[why](by);
  link.textContent = goal;
  link.dir = 'auto';
  link.href = `/console/tickets/${ticket}`;
  off.type = 'button';
  off.className = 'off';
  off.textContent = '×';
  off.setAttribute('aria-label', `Dismiss: ${said.textContent} ${goal}`);
  off.addEventListener('click', () => line.remove());
  line.append(said, ' ', link, ' ', off);
  place.append(line);
  came();
}

async function ask() {
  const told = await call('GET', `/v1/desk/notifications?after=${after}`).catch(() => null);
  if (!told) return;
  after = told.after;
  // The ticket page has its own line for what is laid before its reader.
  told.notifications.filter(({ why }) => why !== 'offered' || document.body.className !== 'ticket').forEach(show);
}

/** One after the other: two at once would tell the same. */
function look() {
  looking = (looking ?? Promise.resolve()).then(ask);
}

/** What the page's stream brought may be for its reader. */
export function heard(kind) {
  if (!place || !['note', 'work'].includes(kind)) return;
  clearTimeout(soon);
  soon = setTimeout(look, SETTLE_MS);
}

export function start() {
  if (place) setInterval(look, EVERY_MS);
}
