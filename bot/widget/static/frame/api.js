// Owns the requests to the service and what their failures mean. Refuses to retry: see outbox.js and stream.js.
const PATIENCE_MS = 30_000;

export class Failure extends Error {
  constructor(status, body, retryAfter) {
    super((body && body.detail) || "");
    this.status = status; // 0: the network failed
    this.retryAfter = retryAfter;
  }
  get passing() { return [0, 408, 429, 502, 503, 504].includes(this.status); }
  get gone() { return [401, 403, 404].includes(this.status); }
}

async function call(method, path, { token, body, signal, keepalive = false } = {}) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const timeout = AbortSignal.timeout(PATIENCE_MS);
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      credentials: "omit", // the visitor token is all a visitor needs; an agent's cookie must not leak in
      cache: "no-store",
      keepalive,
    });
  } catch {
    throw new Failure(0);
  }
  if (response.status === 204) return null;
  const read = await response.json().catch(() => null);
  if (!response.ok) throw new Failure(response.status, read, Number(response.headers.get("Retry-After")) || null);
  if (read === null) throw new Failure(0); // cut off between its head and its body: nobody knows what it said
  return read;
}

const at = (id, rest = "") => `/v1/conversations/${encodeURIComponent(id)}${rest}`;

export const open = (body) => call("POST", "/v1/conversations", { body });
export const load = (id, token) => call("GET", at(id), { token });
export const send = (id, token, body) => call("POST", at(id, "/messages"), { token, body });
export const handOff = (id, token, note) => call("POST", at(id, "/handoff"), { token, body: note ? { note } : {} });
export const survey = (id, token) => call("GET", at(id, "/survey"), { token });
export const contact = (id, token) => call("GET", at(id, "/contact"), { token });
export const giveContact = (id, token, body) => call("POST", at(id, "/contact"), { token, body });
// A judgement is often the last thing before a page is left: it arrives all the same.
export const answerSurvey = (id, token, body) => call("POST", at(id, "/survey"), { token, body, keepalive: true });
export const judge = (id, token, body) => call("POST", at(id, "/feedback"), { token, body, keepalive: true });
export const eventsOf = (id) => at(id, "/events");
export const article = (id, version, token) =>
  call("GET", `/v1/articles/${encodeURIComponent(id)}?version=${encodeURIComponent(version)}`, { token });
