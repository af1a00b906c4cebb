// Owns messages that the service has not answered for: in order, one at a time, each under one client id however often
// it is tried. It is kept in the drawer, so that a reload loses none. Refuses to drop anything by itself.
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
    this.seen = new Set(this.items.map((item) => item.client_id)); // every message that was ever in here
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
    this.again({ client_id: newId(), text, at: new Date().toISOString() });
  }

  /** The same message under the id it had. */
  again(message) {
    const item = { ...message, failed: false };
    this.seen.add(item.client_id);
    this.items.push(item);
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

  /** Mark what turned up among the stored messages; strike it off once it was answered. A service that was cut off
      in between answers when the same message comes again. */
  settle(messages, withPerson) {
    if (!this.items.length) return;
    const answered = messages.findLast((message) => message.role !== "customer")?.id || 0;
    const stored = new Map(messages.map((message) => [message.client_id, message.id]));
    const known = this.items.filter((item) => stored.has(item.client_id));
    if (!known.length) return;
    known.forEach((item) => { item.stored = true; item.failed = false; });
    const done = new Set(known.filter((item) => withPerson || stored.get(item.client_id) < answered));
    this.entry.outbox = this.items.filter((item) => !done.has(item));
    this.save();
  }

  async pump() {
    if (this.busy || this.stopped) return;
    this.busy = true;
    this.onChange();
    try {
      while (!this.stopped && this.items.length && !this.items[0].failed && (await this.deliver(this.items[0])));
    } finally {
      this.busy = false; // whatever went wrong with one, the next is not kept waiting for ever
      this.onChange();
    }
  }

  /** Whether the next one may go. */
  async deliver(item) {
    for (let attempt = 1; !this.stopped && this.items.includes(item); attempt++) {
      try {
        await this.post(item);
        this.problem = null;
        this.discard(item.client_id);
        return true;
      } catch (failure) {
        if (!(failure instanceof Failure)) throw failure;
        this.problem = failure;
        const wait = failure.retryAfter ?? Math.min(8, 0.4 * 2 ** attempt) * (0.75 + Math.random() / 2);
        const hopeless = !failure.passing || attempt >= TRIES || wait > LONGEST_WAIT_S || !navigator.onLine;
        if (hopeless) return this.giveUp(item, failure);
        this.onChange();
        await new Promise((resolve) => setTimeout(resolve, wait * 1000));
      }
    }
    this.problem = null; // it arrived after all: the event stream has struck it off
    return true;
  }

  /** What is stored already is not called unsent: it is tried again with the next message, connection or page. */
  giveUp(item, failure) {
    const refused = !failure.passing && failure.status < 500;
    if (item.stored && refused) this.discard(item.client_id);
    this.items.forEach((each) => { each.failed = !each.stored; });
    this.changed();
    return item.stored && refused;
  }

  changed() {
    this.save();
    this.onChange();
  }
}
