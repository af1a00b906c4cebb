// Owns the requests to the service and what their failures mean. Refuses to retry: see outbox.js and stream.js.
const PATIENCE_MS = 30_000;
const PATIENCE_WITH_FILE_MS = 180_000;

export class Failure extends Error {
  constructor(status, body, retryAfter) {
    super((body && body.detail) || "");
    this.status = status; // 0: the network failed
    this.retryAfter = retryAfter;
  }
  get passing() { return [0, 408, 429, 502, 503, 504].includes(this.status); }
  get gone() { return [401, 403, 404].includes(this.status); }
}

async function call(method, path, { token, body, file, signal, keepalive = false } = {}) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (file) headers["Content-Type"] = "application/octet-stream";
  const timeout = AbortSignal.timeout(file ? PATIENCE_WITH_FILE_MS : PATIENCE_MS);
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: file || (body === undefined ? undefined : JSON.stringify(body)),
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

/** The bytes of a file, as a blob. */
export async function file(id, token, attachment) {
  const path = at(id, `/attachments/${encodeURIComponent(attachment)}`);
  const response = await fetch(path, { headers: { Authorization: `Bearer ${token}` }, credentials: "omit", cache: "no-store" });
  if (!response.ok) throw new Failure(response.status);
  return response.blob();
}

const at = (id, rest = "") => `/v1/conversations/${encodeURIComponent(id)}${rest}`;

export const open = (body) => call("POST", "/v1/conversations", { body });
export const resume = (body) => call("POST", "/v1/conversations/resume", { body });
export const handOver = (id, token) => call("POST", at(id, "/devices"), { token });
export const closeOthers = (id, token) => call("DELETE", at(id, "/devices"), { token });
export const followOn = (id, token) => call("POST", at(id, "/follow"), { token });
export const signedIn = (id, token, identity) => call("POST", at(id, "/customer"), { token, body: { identity } });
export const load = (id, token) => call("GET", at(id), { token });
export const send = (id, token, body) => call("POST", at(id, "/messages"), { token, body });
export const handOff = (id, token, note) => call("POST", at(id, "/handoff"), { token, body: note ? { note } : {} });
export const survey = (id, token) => call("GET", at(id, "/survey"), { token });
export const stillFine = (id, token) => call("GET", at(id, "/still-fine"), { token });
export const answerStillFine = (id, token, body) => call("POST", at(id, "/still-fine"), { token, body, keepalive: true });
export const contact = (id, token) => call("GET", at(id, "/contact"), { token });
export const giveContact = (id, token, body) => call("POST", at(id, "/contact"), { token, body });
export const enterCode = (id, token, code) => call("POST", at(id, "/contact/code"), { token, body: { code } });
export const sendCodeAgain = (id, token) => call("POST", at(id, "/contact/code/again"), { token });
// A judgement is often the last thing before a page is left: it arrives all the same.
export const answerSurvey = (id, token, body) => call("POST", at(id, "/survey"), { token, body, keepalive: true });
export const judge = (id, token, body) => call("POST", at(id, "/feedback"), { token, body, keepalive: true });
export const sendFile = (id, token, file, clientId) =>
  call("POST", at(id, `/attachments?name=${encodeURIComponent(file.name.slice(-200))}&client_id=${clientId}`), { token, file });
// Signs of life: when one does not get through, the next does.
export const typing = (id, token) => call("POST", at(id, "/typing"), { token });
export const read = (id, token, messageId) => call("POST", at(id, "/read"), { token, body: { message_id: messageId } });
export const eventsOf = (id) => at(id, "/events");
export const article = (id, version, token) =>
  call("GET", `/v1/articles/${encodeURIComponent(id)}?version=${encodeURIComponent(version)}`, { token });
