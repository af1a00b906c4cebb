// Owns calls to the service that change something, or show a pass. Refuses to render: callers show what went wrong.
const csrf = () => document.querySelector('meta[name="csrf"]')?.content || '';

let pass = '';
/** From now on show it with every call: where no cookie comes along. */
export const show = (given) => (pass = given);

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

const said = (answer) => (answer.status === 204 ? {} : answer.json().catch(() => ({})));

async function answered(method, path, type, body) {
  let answer;
  const headers = { 'Content-Type': type, 'X-CSRF-Token': csrf(), ...(pass && { Authorization: `Bearer ${pass}` }) };
  try {
    answer = await fetch(path, { method, headers, body });
  } catch {
    throw new Refused(0, UNREACHABLE);
  }
  if (answer.ok) return answer;
  const { detail, error } = await said(answer);
  throw new Refused(answer.status, detail || 'That did not work. Please try again.', error);
}

const send = async (...request) => said(await answered(...request));

/** A part of a page that the service rendered. */
export const part = async (method, path, body) =>
  (await answered(method, path, 'application/json', body === undefined ? undefined : JSON.stringify(body))).text();

export const post = (path, body) => call('POST', path, body);
export const upload = (path, file) => send('POST', path, 'application/octet-stream', file);
