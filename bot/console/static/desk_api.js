// Owns calls to /v1 that change something. Refuses to render: callers show what went wrong.
const csrf = () => document.querySelector('meta[name="csrf"]')?.content || '';

export const UNREACHABLE = 'The service cannot be reached. Please try again.';

export class Refused extends Error {
  constructor(status, detail, code = '') {
    super(detail);
    this.status = status;
    this.code = code; // as in the service's errors, for instance `asks_again`
  }
}

/** A deed that is not begun again while it goes on: a second click is the first one. */
export function once(deed) {
  let going = false;
  return async (...given) => {
    if (going) return undefined;
    going = true;
    try {
      return await deed(...given);
    } finally {
      going = false;
    }
  };
}

export const call = (method, path, body) => send(method, path, 'application/json', body === undefined ? undefined : JSON.stringify(body));

async function send(method, path, type, body) {
  let answer;
  try {
    answer = await fetch(path, { method, headers: { 'Content-Type': type, 'X-CSRF-Token': csrf() }, body });
  } catch {
    throw new Refused(0, UNREACHABLE);
  }
  const said = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, said.detail || 'That did not work. Please try again.', said.error);
  return said;
}

export const post = (path, body) => call('POST', path, body);
export const upload = (path, file) => send('POST', path, 'application/octet-stream', file);
