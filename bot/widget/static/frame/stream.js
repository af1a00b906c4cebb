// Owns one live stream: reading server-sent events with the visitor's token, and coming back after a cut.
// Refuses to interpret an event. EventSource cannot send a header, so the stream is read with fetch.
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const LONGEST_TOLD_MS = 60_000; // whatever a proxy in between may say
const SILENCE_MS = 60_000; // the service sends a comment far more often

const waitFor = (attempt) => Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt) * (0.5 + Math.random() / 2);
/** What a refusal (too many streams or requests) asks for; never sooner, and not all tabs at once. */
const toldBy = (response) =>
  Math.min(LONGEST_TOLD_MS, 1000 * (Number(response.headers.get("Retry-After")) || 0)) * (1 + Math.random() / 4);

/** Follow until the returned function is called. `onEvent(kind, data)`, `onLink(true|false)`, `onGone()`. */
export function follow(path, token, after, { onEvent, onLink, onGone }) {
  let last = after;
  let attempt = 0;
  let told = 0;
  let stopped = false;
  let cut = null;
  let wake = null;

  const heard = (event) => {
    if (event.id) last = event.id;
    if (event.data) onEvent(event.kind, JSON.parse(event.data));
  };

  async function once() {
    told = 0;
    cut = new AbortController();
    const headers = { Accept: "text/event-stream", Authorization: `Bearer ${token}`, "Last-Event-ID": String(last) };
    let watchdog = setTimeout(() => cut.abort(), SILENCE_MS);
    try {
      const response = await fetch(path, { headers, signal: cut.signal, credentials: "omit", cache: "no-store" });
      if ([401, 403, 404].includes(response.status)) { stopped = true; onGone(); return; }
      if (!response.ok || !response.body) { told = toldBy(response); return; }
      onLink(true);
      attempt = 0;
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const take = parser(heard);
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(watchdog);
        watchdog = setTimeout(() => cut.abort(), SILENCE_MS);
        take(value);
      }
    } finally {
      clearTimeout(watchdog);
    }
  }

  async function run() {
    while (!stopped) {
      try { await once(); } catch (error) { if (!(error instanceof TypeError || error.name === "AbortError")) console.error(error); }
      if (stopped) return;
      onLink(false);
      await new Promise((resolve) => { wake = resolve; setTimeout(resolve, Math.max(told, waitFor(attempt++))); });
    }
  }

  const hurry = () => { attempt = 0; if (wake) wake(); };
  addEventListener("online", hurry);
  run();
  return () => {
    stopped = true;
    removeEventListener("online", hurry);
    if (cut) cut.abort();
    if (wake) wake();
  };
}

/** Feed it text in any pieces; it calls back with each whole event: {id, kind, data}. */
export function parser(heard) {
  let rest = "";
  let event = { id: "", kind: "message", data: "" };
  let lines = [];
  const line = (text) => {
    if (text === "") {
      if (lines.length || event.id) heard({ ...event, data: lines.join("\n") });
      event = { id: "", kind: "message", data: "" };
      lines = [];
      return;
    }
    const colon = text.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (field === "data") lines.push(value);
    else if (field === "event") event.kind = value;
    else if (field === "id") event.id = value;
  };
  return (text) => {
    const parts = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = parts.pop();
    parts.forEach(line);
  };
}
