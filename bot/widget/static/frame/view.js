// Owns the log: one element per message, changed in place; of a long conversation the newest part, and what the reader
// goes back to. Refuses to know how messages come.
import { draw, written } from "./blocks.js";
import { el, icon } from "./dom.js";
import { sizeOf } from "./files.js";
import { inReadersClock, t, timeOf } from "./words.js";

const NEAR_PX = 80;
const PART = 200; // messages drawn at first of a long conversation, and with each step back
const HUSH_MS = 1000;

export class View {
  /** `on`: {source(citations, opener), thumb(id, score), option(label), retry(), discard(clientId), person(), save(file)}. */
  constructor({ scroll, earlier, log, live, newer }, chat, on, allowedHosts) {
    Object.assign(this, { scroll, earlier, log, live, newer, chat, on, allowedHosts });
    this.drawn = new Map();
    this.oldest = 0; // the message with which the drawn part begins, 0: the first
    earlier.addEventListener("click", () => this.goBack());
    newer.addEventListener("click", () => this.toEnd(true));
    this.stuck = true; // at the end: stays there when the page or what is in it changes size
    let top = 0;
    scroll.addEventListener("scroll", () => {
      const up = scroll.scrollTop < top - 2;
      if (this.atEnd) { this.stuck = true; newer.hidden = true; } else if (up) this.stuck = false;
      if (up && !this.stuck && !earlier.hidden && scroll.scrollTop < NEAR_PX) this.goBack();
      top = scroll.scrollTop;
    }, { passive: true });
    const follow = () => { if (this.stuck) this.toEnd(); };
    // A button that moved away from under the pointer would not be clicked.
    scroll.addEventListener("focusin", ({ target }) => { if (target.matches(":focus-visible")) follow(); });
    const sizes = new ResizeObserver(follow);
    [scroll, ...scroll.children].forEach((element) => sizes.observe(element));
  }

  clear() {
    this.drawn.clear();
    this.oldest = 0;
    this.stuck = true;
    this.log.replaceChildren();
    this.live.replaceChildren();
  }

  /** The same again, in other words. */
  redraw() {
    this.drawn.clear();
    this.log.replaceChildren();
    this.live.replaceChildren();
    delete this.live.dataset.shown;
    this.hush();
    this.drawRows();
    if (this.stuck) this.toEnd();
  }

  /** Where the end is read: a form below the last words does not push them out of sight until it is filled in. */
  get end() {
    const { scrollHeight, clientHeight } = this.scroll;
    const last = !document.activeElement.closest("#scroll form") && this.log.lastElementChild;
    const bottom = scrollHeight - clientHeight;
    return last && last.offsetHeight < clientHeight - 60 ? Math.min(bottom, last.offsetTop - 12) : bottom;
  }

  get atEnd() {
    return this.end - this.scroll.scrollTop < NEAR_PX;
  }

  toEnd(smooth = false) {
    this.stuck = true;
    this.scroll.scrollTo({ top: Math.max(this.end, this.scroll.scrollTop), behavior: smooth && !still() ? "smooth" : "auto" });
  }

  /** Bring the log up to date with the chat. */
  sync() {
    const wasAtEnd = this.stuck;
    if (!this.drawn.size && this.chat.messages.size) this.hush();
    const added = this.drawRows();
    this.write();
    if (added) this.reveal(added, wasAtEnd);
  }

  /** Draw the part before, and leave what is being read where it is. */
  goBack() {
    const { ordered } = this.chat;
    const byKey = document.activeElement === this.earlier;
    this.stuck = false;
    const before = Math.max(0, this.begin(ordered) - PART);
    this.oldest = before && ordered[before].id;
    const below = this.scroll.scrollHeight - this.scroll.scrollTop;
    this.hush();
    this.drawRows();
    this.scroll.scrollTop = this.scroll.scrollHeight - below;
    if (byKey && this.earlier.hidden) this.scroll.focus({ preventScroll: true });
  }

  /** What was said long ago is not read aloud when it is drawn. */
  hush() {
    this.log.setAttribute("aria-live", "off");
    clearTimeout(this.hushed);
    this.hushed = setTimeout(() => this.log.setAttribute("aria-live", "polite"), HUSH_MS);
  }

  /** The place of the first message to draw. While the end is read, what is far above it goes. */
  begin(ordered) {
    const begin = ordered.findLastIndex((message) => message.id < this.oldest) + 1;
    if (!this.stuck || ordered.length - begin <= 2 * PART) return begin;
    this.oldest = ordered[ordered.length - PART].id;
    return ordered.length - PART;
  }

  /** The newest element that was not in the log before, null when there is none. */
  drawRows() {
    const rows = this.rows();
    const wanted = new Set(rows.map((row) => row.key));
    for (const [key, row] of this.drawn) if (!wanted.has(key)) { row.element.remove(); this.drawn.delete(key); }
    let added = null;
    let next = this.log.firstElementChild;
    for (const row of rows) {
      const before = this.drawn.get(row.key)?.element;
      const element = this.drawRow(row);
      if (next === before && before) next = element;
      if (element === next) next = next.nextElementSibling;
      else this.log.insertBefore(element, next);
      if (!before) added = element;
    }
    return added;
  }

  rows() {
    const { entry, ordered, outbox } = this.chat;
    if (!entry) return [];
    const greeting = { key: "greeting", sign: "", make: () => this.greeting(entry) };
    const seen = ordered.findLast((message) => message.role === "customer" && message.id <= (this.chat.reads.desk || 0));
    const newest = ordered.at(-1);
    // Nobody answers it at once, so it says itself that it came.
    const arrived = this.chat.withPerson && newest?.role === "customer" && newest;
    const begin = this.begin(ordered);
    this.earlier.hidden = !begin;
    const said = ordered.slice(begin).map((message) => this.chat.own(message)
      ? this.row(message, message === newest, (message === seen && "seen") || (message === arrived && "delivered") || "") : this.joined(message));
    const waiting = (outbox ? outbox.items : []).filter((item) => !item.stored).map((item) => ({
      key: "c" + item.client_id,
      sign: `waiting:${item.failed}:${outbox.problem ? outbox.problem.status : ""}`,
      make: () => this.customer(item.text, item.at, this.sending(item)),
    }));
    return [...(begin ? [] : [greeting]), ...said, ...waiting];
  }

  row(message, last, status) {
    const key = message.client_id ? "c" + message.client_id : "m" + message.id;
    const thumb = this.chat.entry.thumbs[message.id];
    const open = last && this.chat.state === "open" && !this.chat.outbox?.items.length; // who chose has chosen
    const make = () => this.said(message, thumb, open, status ? el("p", { class: "status" }, t(status)) : null);
    return { key, sign: `${message.role}:${thumb ?? ""}:${message.role === "bot" && open}:${status}`, make };
  }

  /** What was said in the customer's other request: there is nothing left to do about it. */
  joined(message) {
    return { key: "m" + message.id, sign: "joined", make: () => el("div", { class: "joined" }, el("p", { class: "meta" }, t("otherRequest")), this.said(message)) };
  }

  said(message, thumb, open, status) {
    const { role, text, created_at: at, attachment } = message;
    return role === "customer" ? this.customer(text, at, status, attachment) : this[role](message, thumb, open);
  }

  /** The row's element as it should be now, made anew when it should be another. */
  drawRow(row) {
    const known = this.drawn.get(row.key);
    if (known?.sign === row.sign) return known.element;
    const old = known?.element;
    const focused = old?.contains(document.activeElement) ? document.activeElement.dataset.keep : null;
    const element = row.make();
    old?.replaceWith(element);
    this.drawn.set(row.key, { element, sign: row.sign });
    if (focused) element.querySelector(`[data-keep="${focused}"]`)?.focus();
    return element;
  }

  /** A long answer is shown from its beginning, everything else by going to the end. */
  reveal(element, wasAtEnd) {
    const mine = element.classList.contains("mine");
    if (!wasAtEnd && !mine) { this.newer.hidden = false; return; }
    if (mine || element.offsetHeight < this.scroll.clientHeight - 60) { this.toEnd(); return; }
    this.stuck = false;
    this.scroll.scrollTo({ top: element.offsetTop - 12, behavior: still() ? "auto" : "smooth" });
  }

  /** The answer being written, or that somebody is writing. It is read aloud once, when it is whole. */
  write() {
    const { draft, typing, outbox } = this.chat;
    const awaited = typing || (outbox && outbox.busy && this.chat.state === "open" && !outbox.problem);
    const human = typing && typing !== "bot";
    const shown = draft ? "draft" : awaited ? "dots" + typing : "";
    if (this.live.dataset.shown !== shown) {
      this.live.dataset.shown = shown;
      const bubble = draft ? el("div", { class: "bubble writing", dir: "auto" }, el("p", {})) : el("div", { class: "bubble dots" }, el("span"), el("span"), el("span"));
      this.live.replaceChildren(...(shown ? [turn("bot", human ? label("person", typing) : label("spark", t("automated")), bubble)] : []));
    }
    if (draft) this.live.querySelector(".writing p").textContent = draft.replace(/^#{1,6} /gm, "");
  }

  greeting(entry) {
    return turn("bot", label("spark", t("automated")), el("div", { class: "bubble" }, ...paragraphs(entry.greeting)));
  }

  customer(text, at, status = null, attachment = null) {
    return turn("mine", el("p", { class: "meta" }, el("span", { class: "unseen" }, t("youSaid")), moment(at)),
      el("div", { class: "bubble", dir: "auto" }, attachment ? this.file(attachment) : el("p", {}, text)), status);
  }

  file(attachment) {
    return el("button", { type: "button", class: "file", onclick: () => this.on.save(attachment) },
      el("span", { class: "unseen" }, t("saveFile")), icon("clip"), el("span", { class: "name" }, attachment.name), el("span", { class: "size" }, sizeOf(attachment.size)));
  }

  sending(item) {
    if (!item.failed) return el("p", { class: "status" }, t(this.chat.outbox.problem?.status === 429 ? "slow" : "sending"));
    const again = el("button", { type: "button", class: "again", "data-keep": "again", onclick: () => this.on.retry() }, icon("retry"), t("retry"));
    const drop = el("button", { type: "button", class: "again", onclick: () => this.on.discard(item.client_id) }, t("discard"));
    return el("p", { class: "status failed", role: "alert" }, reason(this.chat.outbox.problem), " ", again, drop);
  }

  bot(message, thumb, open) {
    const { citations = [], extra } = message.turn || {};
    const find = (number) => citations.find((citation) => citation.number === number);
    const chip = (number) => find(number) && this.chip(find(number));
    const words = message.blocks?.length ? draw(message.blocks, { cite: chip }) : paragraphs(message.text);
    const answered = message.turn?.decision === "answer" && citations.length > 0;
    return turn("bot", label("spark", t(message.turn?.correction ? "correction" : "automated"), message.created_at),
      el("div", { class: "bubble", dir: "auto" }, ...words),
      extra && el("p", { class: "extra", dir: "auto" }, el("strong", {}, extra.label), ": ", extra.text),
      citations.length > 0 && this.sources(citations),
      answered && this.chat.own(message) && this.thumbs(message, thumb),
      thumb === -1 && open && el("button", { type: "button", class: "offer", onclick: () => this.on.person() }, icon("person"), t("notHelpful")),
      open && this.options(message.turn?.options || []));
  }

  /** For pointer and screen reader; the Tab key goes by the list of sources. */
  chip(citation) {
    const name = t("openSource", { number: citation.number, title: citation.title });
    return el("button", { type: "button", class: "cite", tabindex: "-1", "aria-label": name, title: citation.title, onclick: (event) => this.on.source([citation], event.currentTarget) }, String(citation.number));
  }

  sources(citations) {
    return el("ul", { class: "sources", "aria-label": t("sources") }, ...byArticle(citations).map((cited) =>
      el("li", {}, el("button", { type: "button", class: "origin", onclick: (event) => this.on.source(cited, event.currentTarget) },
        ...cited.map((citation) => el("span", { class: "number" }, String(citation.number))), el("span", { class: "title" }, cited[0].title)))));
  }

  thumbs(message, given) {
    const one = (score, name, turned) => el("button", { type: "button", class: "thumb", "aria-pressed": String(given === score), "aria-label": t(name), title: t(name),
      "data-keep": name, onclick: () => this.on.thumb(message.id, score) }, icon("up", turned));
    return el("div", { class: "thumbs", role: "group", "aria-label": t("helpful") }, el("span", {}, t(given === undefined ? "helpful" : "thanks")), one(1, "yes", false), one(-1, "no", true));
  }

  options(options) {
    if (!options.length) return null;
    return el("div", { class: "options", role: "group", "aria-label": t("choose") }, ...options.map((option) =>
      el("button", { type: "button", class: "choice", dir: "auto", onclick: () => this.on.option(option.label) }, option.label)),
      el("button", { type: "button", class: "offer", onclick: () => this.on.person() }, icon("person"), t("noneOfThese")));
  }

  /** What a person wrote, with the lists and tables of an inserted suggestion. */
  agent(message) {
    const name = message.author || t("ourTeam");
    const paint = (text) => written(text, this.allowedHosts);
    const words = message.attachment ? [this.file(message.attachment)] : message.blocks?.length ? draw(message.blocks, { paint }) : [el("p", {}, ...paint(message.text))];
    return turn("agent", el("p", { class: "meta" }, el("span", { class: "avatar", "aria-hidden": "true" }, [...name][0].toUpperCase()),
      el("strong", {}, name), el("span", { class: "human" }, t("aPerson")), moment(message.created_at)),
      el("div", { class: "bubble", dir: "auto" }, ...words));
  }

  system(message) {
    return el("div", { class: "note" }, icon("clock"), el("div", { dir: "auto" }, ...paragraphs(inReadersClock(message.text || "")), moment(message.created_at), this.pages(message.turn)));
  }

  /** What may help until somebody comes; nothing in it is marked. */
  pages(turn) {
    if (!turn?.pages?.length) return null;
    const cited = turn.pages.map((page, at) => ({ ...page, number: at + 1, start: 0, end: 0, quote: "" }));
    return el("div", { class: "meanwhile" }, el("p", {}, turn.pages_intro), this.sources(cited));
  }
}

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const turn = (kind, ...parts) => el("div", { class: `turn ${kind}` }, ...parts);
const moment = (at) => (at ? el("time", { datetime: at }, timeOf(at)) : null);
const label = (name, words, at) => el("p", { class: "meta" }, icon(name), el("span", {}, words), moment(at));
const byArticle = (citations) => [...Map.groupBy(citations, (citation) => `${citation.article_id}@${citation.version}`).values()];
const paragraphs = (text) => (text || "").split(/\n{2,}/).map((part) => el("p", {}, part));

function reason(problem) {
  if (!navigator.onLine || !problem || problem.status === 0) return t("notSent");
  if (problem.status === 429) return t("tooMany");
  if (problem.status >= 500) return t("busy");
  return problem.message || t("notSent");
}
