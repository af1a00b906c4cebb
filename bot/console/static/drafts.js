// Owns the unsent reply of a ticket, kept in this browser. Refuses to outlive signing out.
const PREFIX = 'answerdesk:draft:';
export const EMPTY = { text: '', suggestion: null, internal: false, title: '', client: null, promises: [] };

export function load(ticket) {
  try {
    return { ...EMPTY, ...JSON.parse(localStorage.getItem(PREFIX + ticket) || '{}') };
  } catch {
    return { ...EMPTY };
  }
}

export function keep(ticket, draft) {
  if (draft.text) localStorage.setItem(PREFIX + ticket, JSON.stringify(draft));
  else localStorage.removeItem(PREFIX + ticket);
}

export function forgetAll() {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
}
