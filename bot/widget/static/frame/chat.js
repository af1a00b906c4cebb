// Owns the conversation as this page knows it: messages, state, what is being sent. Refuses to draw anything.
import * as api from "./api.js";
import { Outbox } from "./outbox.js";
import { follow } from "./stream.js";
import { t } from "./words.js";

const LISTENING = new Set(["bot", "agent", "system"]);

let leaving = false;
addEventListener("pagehide", () => { leaving = true; });
addEventListener("pageshow", () => { leaving = false; });

export class Chat {
  /** `onChange()` after every change; `onArrival(message)` for each message that came in live. */
  constructor({ site, language, onChange, onArrival }) {
    Object.assign(this, { site, language, onChange, onArrival });
    this.reset();
  }

  reset() {
    this.entry = null; // what the drawer keeps: {id, token, greeting, starters, label, outbox, thumbs}
    this.messages = new Map();
    this.state = "open";
    this.ticket = null;
    this.survey = null;
    this.contact = null;
    this.person = "";
    this.draft = null; // text of the answer that is being written
    this.typing = "";
    this.linked = true;
    this.starting = true;
    this.trouble = null;
    this.outbox = null;
  }

  /** Restore the drawer's conversation or open one. Never throws: without a connection it tries again. */
  async start(drawer, identity) {
    this.stop();
    this.reset();
    const run = (this.run = Symbol("run"));
    Object.assign(this, { drawer, identity });
    this.forgetTabs = drawer.onOtherTab((entry) => this.otherTab(entry));
    this.onChange();
    for (let attempt = 0; this.run === run; attempt++) {
      try {
        await this.restoreOrOpen(run);
        return;
      } catch (failure) {
        if (!(failure instanceof api.Failure)) throw failure;
        if (this.run !== run) return;
        this.trouble = failure;
        this.onChange();
        await pause(failure.retryAfter ? failure.retryAfter * 1000 : Math.min(15_000, 700 * 2 ** attempt));
      }
    }
  }

  stop() {
    this.run = null;
    if (this.unfollow) this.unfollow();
    if (this.forgetTabs) this.forgetTabs();
    if (this.outbox) this.outbox.stop();
    this.unfollow = this.forgetTabs = null;
  }

  async restoreOrOpen(run) {
    const kept = this.drawer.get();
    const known = kept && (await this.restored(kept));
    const entry = known ? kept : await this.opened();
    if (this.run !== run) return;
    this.entry = entry;
    this.starting = false;
    this.trouble = null;
    this.outbox = new Outbox(entry, { post: (item) => this.post(item), save: () => this.save(), onChange: this.onChange });
    if (known) this.take(known);
    this.save();
    this.listen(known ? known.last_event_id : entry.from);
    this.settle();
    this.lookFor();
    this.onChange();
    this.outbox.pump();
  }

  async restored(kept) {
    try {
      return await api.load(kept.id, kept.token);
    } catch (failure) {
      if (failure instanceof api.Failure && failure.gone) return null;
      throw failure;
    }
  }

  async opened() {
    const body = { site: this.site, language: this.language };
    if (this.identity) body.identity = this.identity;
    const made = await api.open(body).catch((failure) => {
      // An expired or foreign identity must not keep anybody from asking; they are simply not known.
      if (!this.identity || failure.status !== 401) throw failure;
      return api.open({ site: this.site, language: this.language });
    });
    const { id, token, greeting, starters, label, disclosure, last_event_id: from } = made;
    return { id, token, greeting, starters, label, disclosure, from, outbox: [], thumbs: {} };
  }

  take(known) {
    for (const message of known.messages) this.messages.set(message.id, message);
    this.state = known.state;
    this.ticket = known.ticket;
    this.person = this.latestPerson();
  }

  latestPerson() {
    const said = [...this.messages.values()].filter((message) => message.role === "agent");
    return said.length ? said[said.length - 1].author || "" : "";
  }

  /** Keep this page's part of the entry, and of other tabs what they still have to send. */
  save() {
    if (!this.entry) return;
    const kept = this.drawer.get();
    const seen = this.outbox ? this.outbox.seen : new Set();
    const others = kept && kept.id === this.entry.id ? kept.outbox.filter((item) => !seen.has(item.client_id)) : [];
    this.drawer.set({ ...this.entry, outbox: [...others, ...this.entry.outbox] });
  }

  moved(state) {
    const before = this.state;
    this.state = state;
    this.settle();
    if (state !== before) this.lookFor();
  }

  /** What may be asked now: how to be reached while nobody is there, how it was once it is over. */
  lookFor() {
    if (this.state === "resolved") this.lookForSurvey();
    if (this.state === "waiting") this.lookForContact();
  }

  settle() {
    this.outbox.settle(this.ordered, ["waiting", "person"].includes(this.state));
  }

  listen(after) {
    this.unfollow = follow(api.eventsOf(this.entry.id), this.entry.token, after, {
      onEvent: (kind, data) => this.heard(kind, data),
      onLink: (linked) => this.linkedUp(linked),
      onGone: () => this.gone(),
    });
  }

  /** What the network held up goes by itself once it is back; what the service refused waits to be tried by hand. */
  linkedUp(linked) {
    this.linked = linked;
    if (!linked) this.typing = "";
    else if (this.outbox.problem?.passing) this.outbox.retry();
    else this.outbox.pump();
    this.onChange();
  }

  heard(kind, data) {
    if (kind === "message") this.add(data, true);
    else if (kind === "delta") this.draft = (this.draft || "") + (data.text || "");
    else if (kind === "typing") this.typing = data.by === "agent" ? this.person || t("ourTeam") : "bot";
    else if (kind === "state") this.moved(data.state);
    else if (kind === "ticket") this.ticketed(data);
    this.onChange();
  }

  ticketed(data) {
    this.ticket = { ...this.ticket, ...data };
    if (data.status === "claimed" && data.by) this.person = data.by;
  }

  add(message, live) {
    const known = this.messages.has(message.id);
    this.messages.set(message.id, message);
    this.settle();
    if (known) return;
    if (message.role === "bot") this.draft = null;
    if (LISTENING.has(message.role)) this.typing = "";
    if (message.role === "agent") this.person = message.author || "";
    if (live && message.role !== "customer") this.onArrival(message);
  }

  send(text) {
    this.outbox.put(text);
  }

  /** Send one item; what the service answered is in the conversation when this returns. */
  async post(item) {
    const { id, token } = this.entry;
    const answer = await api.send(id, token, { client_id: item.client_id, text: item.text }).catch((failure) => {
      if (failure.gone && this.entry.id === id) this.gone();
      throw failure;
    });
    if (!this.entry || this.entry.id !== id) return;
    this.add(answer.message, false);
    if (answer.reply) this.add(answer.reply, true);
    this.draft = null;
    this.moved(answer.state);
    if (answer.ticket) this.ticket = answer.ticket;
    this.onChange();
  }

  async handOff(note) {
    const answer = await api.handOff(this.entry.id, this.entry.token, note);
    if (answer.ticket) this.ticket = answer.ticket;
    if (answer.state) this.moved(answer.state);
    if (answer.message) this.add(answer.message, false);
    this.onChange();
  }

  async thumb(messageId, score) {
    const before = this.entry.thumbs[messageId];
    this.entry.thumbs[messageId] = score;
    this.save();
    this.onChange();
    try {
      await api.judge(this.entry.id, this.entry.token, { kind: "thumbs", message_id: messageId, score });
    } catch (failure) {
      if (leaving) return; // the request goes on without the page
      this.entry.thumbs[messageId] = before;
      this.save();
      this.onChange();
      throw failure;
    }
  }

  /** What may be asked about the episode that has just ended; the service remembers that it was. */
  async lookForSurvey() {
    const { id, token } = this.entry;
    this.survey = null;
    const found = await api.survey(id, token).catch(() => null);
    if (this.entry?.id !== id || this.state !== "resolved") return;
    this.survey = found?.survey || null;
    this.onChange();
  }

  async lookForContact() {
    const { id, token } = this.entry;
    this.contact = null;
    const found = await api.contact(id, token).catch(() => null);
    if (this.entry?.id !== id || this.state !== "waiting") return;
    this.contact = found?.contact || null;
    this.onChange();
  }

  /** `email` empty: the customer would rather not say. */
  async giveContact(name, email) {
    await api.giveContact(this.entry.id, this.entry.token, { name, email });
  }

  /** `score` null: the customer does not want to say. */
  async answerSurvey(ticketId, score, missing) {
    await api.answerSurvey(this.entry.id, this.entry.token, { ticket_id: ticketId, score, missing });
  }

  /** A fresh conversation; what nobody has received yet is dropped with the old one. */
  async renew() {
    this.drawer.set(null);
    await this.start(this.drawer, this.identity);
  }

  // The token no longer opens the conversation: go on in a new one and send there what was not received.
  async gone() {
    const waiting = this.outbox ? this.outbox.items : [];
    this.drawer.set(null);
    await this.start(this.drawer, this.identity);
    for (const item of waiting) this.outbox.put(item.text);
  }

  otherTab(entry) {
    if (!this.entry || (entry && entry.id === this.entry.id)) return;
    this.start(this.drawer, entry ? this.identity : null);
  }

  get ordered() {
    return [...this.messages.values()].sort((a, b) => a.id - b.id);
  }
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
