// Owns what this browser remembers: one entry per site and identity. Refuses to keep a known person's chat for another.
const memory = new Map(); // where storage is forbidden, the chat lasts as long as the page

const read = (key) => {
  try { return localStorage.getItem(key); } catch { return memory.get(key) ?? null; }
};
const write = (key, value) => {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    if (value === null) memory.delete(key);
    else memory.set(key, value);
  }
};
const everyKey = () => {
  try { return Object.keys(localStorage); } catch { return [...memory.keys()]; }
};

/** Whom a signed token speaks of. It is a name for the drawer only: the service verifies the token. */
export function subjectOf(token) {
  if (!token) return "";
  try {
    const part = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(part), (c) => c.charCodeAt(0));
    return "u:" + String(JSON.parse(new TextDecoder().decode(bytes)).sub);
  } catch {
    return "t:" + token.slice(-24);
  }
}

export class Drawer {
  constructor(site, subject) {
    this.site = site;
    this.prefix = `answerdesk:frame:${site}:`;
    this.key = this.prefix + encodeURIComponent(subject);
  }

  get() {
    try { return JSON.parse(read(this.key)); } catch { return null; }
  }

  set(entry) {
    write(this.key, entry === null ? null : JSON.stringify(entry));
  }

  /** Forget every other known person's chat on this site. */
  clearOthers() {
    for (const key of everyKey()) if (key.startsWith(this.prefix) && ![this.key, this.prefix].includes(key)) write(key, null);
  }

  /** The drawer of whoever nobody vouches for. */
  get nobodys() {
    return new Drawer(this.site, "");
  }

  /** Call back when another tab replaces or removes this chat. */
  onOtherTab(call) {
    const heard = (event) => {
      if (event.key === this.key || event.key === null) call(this.get());
    };
    addEventListener("storage", heard);
    return () => removeEventListener("storage", heard);
  }
}

const SOUND = "answerdesk:frame:sound";
export const sound = { get on() { return read(SOUND) === "1"; }, set on(value) { write(SOUND, value ? "1" : "0"); } };
