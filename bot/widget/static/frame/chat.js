// Owns the conversation as this page knows it: messages, state, what is being sent. Refuses to draw anything.
import * as api from "./api.js";
import { Outbox } from "./outbox.js";
import { follow } from "./stream.js";
import { Transcript } from "./transcript.js";
import { t } from "./words.js";

const LISTENING = new Set(["bot", "agent", "system"]);
const HUMAN = ["waiting", "person"];
const SAY_TYPING_MS = 3000;
const TYPING_LASTS_MS = 6500; // a little longer than twice as often as it is said
const WEBSITE_ANSWERS_MS = 3000;
const READS_MS = 60_000;

let leaving = false;
addEventListener("pagehide", () => { leaving = true; });
addEventListener("pageshow", () => { leaving = false; });

export class Chat {
  /** `onChange()` after every change; `onArrival(message)` for each message that came in live; `onRefused()` when the
      website's token is not good any more. */
  constructor({ site, language, onChange, onArrival, onRefused }) {
    Object.assign(this, { site, language, onChange, onArrival, onRefused });
    this.reset();
  }

  reset() {
    this.entry = null; // what the drawer keeps: {id, token, verified, greeting, starters, label, outbox, thumbs}
    this.messages = new Transcript();
    this.state = "open";
    this.ticket = null;
    this.survey = null;
    this.stillFine = null;
    this.reach = {}; // how they can be reached: {contact, given, code}, what to ask and what was said
    this.person = "";
    this.draft = null; // text of the answer that is being written
    this.typing = "";
    this.events = 0; // heard live
    this.reads = {}; // the newest message that each side has read
    this.linked = true;
    this.starting = true;
    this.trouble = null;
    this.notice = "";
    this.outbox = null;
  }

  /** Go on with the link's, the drawer's or the customer's own conversation, or open one. Never throws: without a
      connection it tries again. `code` comes from a link; `fresh`: open one whatever there is. */
  async start(drawer, identity, { code = null, fresh = false } = {}) {
    this.stop();
    this.reset();
    const run = (this.run = Symbol("run"));
    Object.assign(this, { named: drawer, identity, code, fresh, asked: false });
    this.use(drawer);
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
    clearTimeout(this.surveyLater);
    if (this.unfollow) this.unfollow();
    if (this.forgetTabs) this.forgetTabs();
    if (this.outbox) this.outbox.stop();
    this.unfollow = this.forgetTabs = null;
  }

  use(drawer) {
    this.forgetTabs?.();
    this.drawer = drawer;
    this.forgetTabs = drawer.onOtherTab((entry) => this.otherTab(entry));
  }

  async found(run) {
    this.notice = "";
    const before = await this.before();
    const linked = await this.linkedTo();
    if (this.run !== run) throw new api.Failure(0);
    if (before && !linked) this.use(this.named.nobodys);
    return linked || before || (await this.kept()) || this.opened(run);
  }

  async restoreOrOpen(run) {
    const { entry, known } = await this.goingOn(await this.found(run));
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

  /** The conversation of the link that brought the customer here. Refused, the code is kept: they may sign in yet. */
  async linkedTo() {
    if (!this.code) return null;
    const made = await api.resume({ code: this.code, ...this.vouched }).catch((failure) => {
      if (failure.status !== 401) throw failure;
      this.notice = failure.message;
    });
    if (!made) return null;
    this.code = null;
    const found = await this.resumed(made);
    found.entry.linked = true;
    return found;
  }

  /** What was begun here before they signed in and is a person's to answer goes on; anything else of nobody's is over. */
  async before() {
    const { nobodys } = this.named;
    const entry = this.identity && nobodys.get();
    if (!entry) return null;
    const known = await this.restored(entry);
    if (!HUMAN.includes(known?.state)) return nobodys.set(null);
    return entry.declined !== this.named.key && { entry, known };
  }

  async kept() {
    const entry = this.drawer.get();
    const known = entry && await this.restored(entry);
    return known && { entry, known };
  }

  /** A conversation whose ticket was merged goes on in another one of the customer's, with what is still to be sent. */
  async goingOn(found) {
    if (found.known?.ticket?.status !== "merged") return found;
    const { id, token, outbox } = found.entry;
    const made = await api.followOn(id, token).catch((failure) => {
      if (failure.status !== 409) throw failure;
    });
    if (!made) return found;
    const next = await this.resumed(made);
    next.entry.outbox = outbox;
    return next;
  }

  async restored(entry) {
    try {
      return await api.load(entry.id, entry.token);
    } catch (failure) {
      if (failure instanceof api.Failure && failure.gone) return null;
      throw failure;
    }
  }

  async opened(run) {
    const body = { site: this.site, language: this.language };
    const made = await api.open({ ...body, ...this.vouched, resume: Boolean(this.identity) && !this.fresh }).catch((failure) => {
      if (!this.identity || failure.status !== 401) throw failure;
    });
    if (made) return this.resumed(made);
    if (this.run !== run) throw new api.Failure(0);
    if (!this.asked && await this.vouchedAnew(run)) return this.found(run);
    // An expired or foreign identity must not keep anybody from asking: they are nobody in particular, and told so.
    this.identity = null;
    this.named = this.named.nobodys;
    this.use(this.named);
    this.notice = t("notKnown");
    return (await this.kept()) || this.resumed(await api.open(body));
  }

  /** Whether the website gave a new token when it was asked. */
  async vouchedAnew(run) {
    const before = this.identity;
    this.asked = true;
    this.onRefused();
    for (let waited = 0; waited < WEBSITE_ANSWERS_MS && this.run === run && this.identity === before; waited += 50) await pause(50);
    if (this.run !== run) throw new api.Failure(0);
    return this.identity !== before;
  }

  /** A further token for the same customer changes nothing else; false for anybody else. */
  vouch(drawer, token) {
    const same = Boolean(this.identity) && drawer.key === this.named.key;
    if (same) this.identity = token;
    return same;
  }

  /** It began before they signed in: theirs, if they say so. */
  get offered() {
    return this.drawer !== this.named && this.withPerson && !this.entry.linked;
  }

  get vouched() {
    return this.identity ? { identity: this.identity } : {};
  }

  async resumed(made) {
    const { id, token, verified, greeting, starters, label, disclosure, last_event_id: from } = made;
    const entry = { id, token, verified, greeting, starters, label, disclosure, from, outbox: [], thumbs: {} };
    return { entry, known: made.resumed ? await api.load(id, token) : null };
  }

  take(known) {
    for (const message of known.messages) this.messages.put(message);
    this.state = known.state;
    this.ticket = known.ticket;
    this.person = this.latestPerson();
    for (const mark of known.read || []) this.reads[mark.reader] = mark.message_id;
  }

  latestPerson() {
    return this.messages.newest(byPerson)?.author || "";
  }

  /** Keep this page's part of the entry, and of other tabs what they still have to send; `unsent` is what is typed. */
  save(unsent) {
    if (!this.entry) return;
    const kept = this.drawer.get();
    const seen = this.outbox ? this.outbox.seen : new Set();
    const others = kept && kept.id === this.entry.id ? kept.outbox.filter((item) => !seen.has(item.client_id)) : [];
    this.drawer.set({ ...this.entry, unsent: unsent ?? kept?.unsent, outbox: [...others, ...this.entry.outbox] });
  }

  moved(state) {
    const before = this.state;
    this.state = state;
    this.settle();
    if (state !== before) this.lookFor();
  }

  /** What may be asked now: how to be reached while nobody is there, how it was once it is over. */
  lookFor() {
    this.lookForSurvey();
    if (this.state === "resolved") this.lookForStillFine();
    if (this.withPerson) this.lookForContact();
  }

  settle() {
    this.outbox.settle(this.ordered, this.withPerson);
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
    this.events += 1;
    if (kind === "message") this.add(data, true);
    else if (kind === "delta") this.draft = (this.draft || "") + (data.text || "");
    else if (kind === "typing") this.typed(data);
    else if (kind === "read") this.reads[data.reader] = data.message_id;
    else if (kind === "state") this.moved(data.state);
    else if (kind === "ticket") this.ticketed(data);
    this.onChange();
  }

  /** The bot's sign ends with its answer, a person's also by itself: nobody says that they stopped. */
  typed({ by, author }) {
    clearTimeout(this.typingOver);
    this.typing = by === "agent" ? author || this.person || t("ourTeam") : "bot";
    if (by !== "agent") return;
    this.typingOver = setTimeout(() => { this.typing = ""; this.onChange(); }, TYPING_LASTS_MS);
  }

  get withPerson() {
    return HUMAN.includes(this.state);
  }

  /** Something of this conversation is still to come: a person's answer, or what could not be sent. */
  get unfinished() {
    return this.withPerson || Boolean(this.outbox?.items.length);
  }

  /** The customer touched a key: what is typed is kept, and said to who is there. */
  writing(text) {
    if (this.entry) this.save(text);
    if (!this.entry || !text.trim() || !this.withPerson || Date.now() - (this.saidTyping || 0) < SAY_TYPING_MS) return;
    this.saidTyping = Date.now();
    api.typing(this.entry.id, this.entry.token).catch(() => {});
  }

  /** Not said in a conversation that goes on here since its ticket was merged. */
  own(message) {
    return message.conversation_id === this.entry.id;
  }

  /** The customer was shown everything there is; what a person wrote is marked as read. */
  seen() {
    const newest = this.messages.newest((message) => byPerson(message) && this.own(message))?.id || 0;
    if (newest <= Math.max(this.reads.customer || 0, this.marked || 0)) return;
    this.marked = newest;
    api.read(this.entry.id, this.entry.token, newest).catch(() => { this.marked = 0; });
  }

  async sendFile(file, clientId) {
    const { id, token } = this.entry;
    const { message } = await api.sendFile(id, token, file, clientId);
    if (this.entry?.id !== id) return;
    this.saidTyping = 0;
    this.add(message, false);
    this.onChange();
  }

  ticketed(data) {
    this.ticket = { ...this.ticket, ...data };
    if (data.status === "claimed" && data.by) this.person = data.by;
    if (data.status === "merged") this.start(this.named, this.identity);
  }

  add(message, live) {
    const known = this.messages.has(message.id);
    this.messages.put(message);
    this.settle();
    if (known) return;
    if (message.role === "bot") this.draft = null;
    if (live && message.role === "bot" && this.state === "open") this.lookSoon(message.turn?.citations?.length);
    if (live && message.role === "system" && this.state === "resolved") this.lookForStillFine();
    if (LISTENING.has(message.role)) {
      this.typing = "";
      clearTimeout(this.typingOver);
    }
    if (message.role === "agent") this.person = message.author || "";
    if (live && message.role !== "customer") this.onArrival(message);
  }

  send(text) {
    this.saidTyping = 0;
    if (this.state === "open") this.survey = null;
    this.outbox.put(text);
  }

  /** Send one item; what the service answered is in the conversation when this returns. */
  async post(item) {
    const { entry: { id, token }, events } = this;
    const answer = await api.send(id, token, { client_id: item.client_id, text: item.text }).catch((failure) => {
      if (failure.gone && this.entry?.id === id) this.gone();
      throw failure;
    });
    if (this.entry?.id !== id) return;
    this.add(answer.message, false);
    if (answer.reply) this.add(answer.reply, true);
    this.draft = null;
    this.stands(answer, events);
    if (this.reach.contact) this.lookForContact(); // the message may have said it
    this.onChange();
  }

  /** An answer may be older than live events that came meanwhile: they say it all. */
  stands({ state, ticket }, events) {
    if (this.events !== events) return;
    if (ticket) this.ticket = ticket;
    if (state) this.moved(state);
  }

  async handOff(note) {
    const { entry: { id, token }, events } = this;
    const answer = await api.handOff(id, token, note);
    if (this.entry?.id !== id) return;
    this.stands(answer, events);
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

  /** What the bot answered alone is over after a while in which nothing was said: the service says when to look again. */
  async lookForSurvey() {
    const { id, token } = this.entry;
    clearTimeout(this.surveyLater);
    this.survey = null;
    if (this.withPerson || !this.messages.size) return;
    const found = await api.survey(id, token).catch(() => null);
    if (this.entry?.id !== id || this.withPerson || this.outbox.items.length) return;
    this.survey = found?.survey || null;
    if (found?.after_seconds) this.surveyLater = setTimeout(() => this.lookForSurvey(), found.after_seconds * 1000);
    this.onChange();
  }

  /** "You're welcome" may be the end of it; after an answer they may still be reading. */
  lookSoon(answered) {
    clearTimeout(this.surveyLater);
    this.surveyLater = setTimeout(() => this.lookForSurvey(), answered ? READS_MS : 0);
  }

  /** Some days later; also asked while the page is open. */
  async lookForStillFine() {
    const { id, token } = this.entry;
    const found = await api.stillFine(id, token).catch(() => null);
    if (this.entry?.id !== id || this.state !== "resolved") return;
    this.stillFine = found?.still_fine || null;
    this.onChange();
  }

  async answerStillFine(ticketId, fine) {
    const { entry: { id, token }, events } = this;
    const answer = await api.answerStillFine(id, token, { ticket_id: ticketId, fine });
    if (this.entry?.id === id) this.stands(answer, events);
    this.onChange();
  }

  async lookForContact() {
    const { id, token } = this.entry;
    const found = await api.contact(id, token).catch(() => null);
    if (this.entry?.id !== id || !this.withPerson) return;
    if (found) this.reach = found;
    this.onChange();
  }

  /** `email` empty: the customer would rather not say. */
  async giveContact(name, email) {
    await api.giveContact(this.entry.id, this.entry.token, { name, email });
    await this.lookForContact();
  }

  async enterCode(code) {
    await api.enterCode(this.entry.id, this.entry.token, code);
    await this.lookForContact();
  }

  /** The customer's message since they were told when somebody answers. */
  get wroteOn() {
    const note = this.messages.newest((message) => message.role === "system" && message.text.includes(this.ticket?.told));
    const said = this.messages.newest((message) => message.role === "customer");
    return note && said?.id > note.id ? said.id : 0;
  }

  async sendCodeAgain() {
    await api.sendCodeAgain(this.entry.id, this.entry.token);
  }

  /** Without a score: the customer does not want to say. */
  async answerSurvey(given) {
    await api.answerSurvey(this.entry.id, this.entry.token, given);
  }

  /** A fresh conversation; what nobody has received yet is dropped with the old one. */
  async renew() {
    this.drawer.set(null);
    await this.start(this.named, this.identity, { fresh: true });
  }

  // The token no longer opens the conversation: go on in a new one, or with a new key, and send what was not received.
  async gone() {
    const waiting = this.outbox ? this.outbox.items : [];
    const before = this.entry?.id;
    this.drawer.set(null);
    await this.start(this.named, this.identity);
    for (const item of waiting) this.entry?.id === before ? this.outbox.again(item) : this.outbox.put(item.text);
  }

  otherTab(entry) {
    if (!this.entry || (entry && entry.id === this.entry.id)) return;
    if (entry) this.start(this.named, this.identity);
    else this.start(this.named.nobodys, null);
  }

  handOver() {
    return api.handOver(this.entry.id, this.entry.token);
  }

  closeOthers() {
    return api.closeOthers(this.entry.id, this.entry.token);
  }

  get ordered() {
    return this.messages.inOrder;
  }
}

const byPerson = (message) => message.role === "agent";
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
