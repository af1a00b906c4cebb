// Owns what is unsent of a ticket, reply and note, kept in this browser for whoever wrote it, also while they are signed
// out. Refuses to show it to anybody else, and to differ between two tabs.
const PREFIX = 'answerdesk:draft:';
export const EMPTY = { text: '', inserted: [], client: null, promises: [] };

// Without the account, whoever signs in next at this desk would send a colleague's words as their own.
const keyOf = (ticket, what) => `${PREFIX}${document.body.dataset.account}:${ticket}:${what}`;

export function load(ticket) {
  try {
    return { ...EMPTY, ...JSON.parse(localStorage.getItem(keyOf(ticket, 'reply')) || '{}') };
  } catch {
    return { ...EMPTY };
  }
}

export const keep = (ticket, draft) => put(keyOf(ticket, 'reply'), draft.text && JSON.stringify(draft));
export const loadNote = (ticket) => localStorage.getItem(keyOf(ticket, 'note')) || '';
export const keepNote = (ticket, text) => put(keyOf(ticket, 'note'), text);

/** What was typed since `sent` was on its way: the beginning of the next. */
export const since = (sent, now) => (now.startsWith(sent) ? now.slice(sent.length).trimStart() : now);

function put(key, value) {
  if (value) localStorage.setItem(key, value);
  else localStorage.removeItem(key);
}

/** Another tab has the same ticket: what is written, sent or cleared there is so here, too. */
export function follow(ticket, what, changed) {
  const key = keyOf(ticket, what);
  addEventListener('storage', (event) => [key, null].includes(event.key) && changed());
  addEventListener('pageshow', (event) => event.persisted && changed());
}
