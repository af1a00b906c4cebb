// Owns calls to /v1 that change something. Refuses to render: callers show what went wrong.
const csrf = () => document.querySelector('meta[name="csrf"]')?.content || '';

export class Refused extends Error {
  constructor(status, detail, code = '') {
    super(detail);
    this.status = status;
    this.code = code; // as in the service's errors, for instance `asks_again`
  }
}

export async function call(method, path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf() },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refused(0, 'The service cannot be reached. Nothing was sent; please try again.');
  }
  const said = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, said.detail || 'That did not work. Please try again.', said.error);
  return said;
}

export const post = (path, body) => call('POST', path, body);
