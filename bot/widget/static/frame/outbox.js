// Owns messages that the service has not confirmed: in order, one at a time, each under one client id however often it
// is tried. It is kept in the drawer, so that a reload loses none. Refuses to drop anything by itself.
import { Failure } from "./api.js";

const TRIES = 4;
const LONGEST_WAIT_S = 30;

const newId = () =>
  crypto.randomUUID ? crypto.randomUUID() : [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

export class Outbox {
  constructor(entry, { post, save, onChange }) {
    Object.assign(this, { entry, post, save, onChange });
    this.busy = false;
    this.stopped = false;
    this.problem = null;
    this.items.forEach((item) => { item.failed = false; });
    this.online = () => this.retry();
    addEventListener("online", this.online);
  }

  get items() {
    return this.entry.outbox;
  }

  stop() {
    this.stopped = true;
    removeEventListener("online", this.online);
  }

  put(text) {
    this.items.push({ client_id: newId(), text, at: new Date().toISOString(), failed: false });
    this.changed();
    this.pump();
  }

  retry() {
    this.problem = null;
    this.items.forEach((item) => { item.failed = false; });
    this.changed();
    this.pump();
  }

  discard(clientId) {
    this.entry.outbox = this.items.filter((item) => item.client_id !== clientId);
    this.changed();
  }

  /** Strike off what turned up among the stored messages. */
  settle(messages) {
    const stored = new Set(messages.map((message) => message.client_id).filter(Boolean));
    if (!this.items.some((item) => stored.has(item.client_id))) return;
    this.entry.outbox = this.items.filter((item) => !stored.has(item.client_id));
    this.save();
  }

  async pump() {
    if (this.busy || this.stopped) return;
    this.busy = true;
    this.onChange();
    try {
      while (!this.stopped && this.items.length && !this.items[0].failed) await this.deliver(this.items[0]);
    } finally {
      this.busy = false; // whatever went wrong with one, the next is not kept waiting for ever
      this.onChange();
    }
  }

  async deliver(item) {
    for (let attempt = 1; !this.stopped && this.items.includes(item); attempt++) {
      try {
        await this.post(item);
        this.problem = null;
        this.discard(item.client_id);
        return;
      } catch (failure) {
        if (!(failure instanceof Failure)) throw failure;
        this.problem = failure;
        const wait = failure.retryAfter ?? Math.min(8, 0.4 * 2 ** attempt) * (0.75 + Math.random() / 2);
        const hopeless = !failure.passing || attempt >= TRIES || wait > LONGEST_WAIT_S || !navigator.onLine;
        if (hopeless) {
          this.items.forEach((each) => { each.failed = true; });
          this.changed();
          return;
        }
        this.onChange();
        await new Promise((resolve) => setTimeout(resolve, wait * 1000));
      }
    }
    this.problem = null; // it arrived after all: the event stream has struck it off
  }

  changed() {
    this.save();
    this.onChange();
  }
}
