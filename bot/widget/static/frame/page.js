// Owns the link to the website around the frame: messages in and out, origins checked. Refuses every other sender.
const asked = new URLSearchParams(location.search);
const framed = window.parent !== window;
const parentOrigin = (location.ancestorOrigins && location.ancestorOrigins[0]) || asked.get("host") || "";

const LINK = "#answerdesk=";

/** The code of a link to this page itself, taken out of the address at once. */
export function takeCode() {
  if (framed || !location.hash.startsWith(LINK)) return null;
  const code = location.hash.slice(LINK.length);
  history.replaceState(null, "", location.pathname + location.search);
  return code;
}

/** A link that goes on with the chat elsewhere. A fragment is sent to no server and in no referrer. */
export const linkTo = (address, code) => (address || location.href.split("#")[0]) + LINK + code;

export const option = (name) => asked.get(name) || "";
export const embedded = framed;

/** The host names people here may be linked to: the website's own. */
export function hostNames() {
  try { return [new URL(parentOrigin).hostname]; } catch { return []; }
}

export function tell(name, more = {}) {
  if (framed && parentOrigin) window.parent.postMessage({ answerdesk: name, ...more }, parentOrigin);
}

/** `verbs`: {start, opened, closed, identify, signOut}, called with the message's data. */
export function listen(verbs) {
  addEventListener("message", ({ data, source, origin }) => {
    if (!framed || source !== window.parent || origin !== parentOrigin) return;
    if (data && typeof data.answerdesk === "string" && Object.hasOwn(verbs, data.answerdesk)) verbs[data.answerdesk](data);
  });
}
