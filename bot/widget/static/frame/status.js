// Owns the lines that say where things stand: ticket, connection, survey, contact, starters. Refuses to decide any of it.
import { el, icon } from "./dom.js";
import { dueOf, inReadersClock, t } from "./words.js";

const LATE_MS = 2500;

export class Status {
  /** `on`: {starter(text), survey(given), stillFine(ticketId, fine), contact(name, email), code(code), codeAgain()}; `parts`: the page's elements by id. */
  constructor(parts, chat, on) {
    Object.assign(this, { parts, chat, on });
    for (const name of ["online", "offline"]) addEventListener(name, () => this.connection());
  }

  sync() {
    this.disclosure();
    this.strip();
    this.connection();
    this.starters();
    this.stillFine();
    this.survey();
    this.contact();
    this.claim();
  }

  disclosure() {
    const { state, person } = this.chat;
    const words = state === "person" ? t("withPerson", { name: person || t("ourTeam") }) : t("disclosure");
    if (this.parts.disclosure.textContent !== words) this.parts.disclosure.textContent = words;
  }

  strip() {
    const { state, ticket, person, messages } = this.chat;
    const unsaid = () => ticket?.told && !messages.newest((message) => message.text.includes(ticket.told));
    const by = () => ticket?.first_response_due && t("answerBy", { time: dueOf(ticket.first_response_due) });
    const promised = () => (unsaid() ? inReadersClock(ticket.told) : by()) || "";
    const told = state === "waiting" ? promised() : state === "resolved" ? t("notSolved") : "";
    const shown = { waiting: ["clock", t("waiting")], person: ["person", t("joined", { name: person || t("ourTeam") })], resolved: ["check", t("resolved")], open: this.backAgain && ["spark", t("returned")] }[state];
    this.show(this.parts.strip, shown ? `${state}|${shown[1]}|${told}` : "", () =>
      [icon(shown[0]), el("div", {}, el("strong", {}, shown[1]), told && el("p", {}, told))]);
    this.parts.strip.dataset.state = state;
  }

  /** A person gave the conversation back; said until the assistant has spoken again. */
  get backAgain() {
    const { ticket, messages } = this.chat;
    return ticket?.status === "returned" && messages.newest(() => true)?.role !== "bot";
  }

  connection() {
    const { linked, trouble, starting, notice } = this.chat;
    const words = !navigator.onLine ? t("offline") : trouble?.status ? told(trouble) : notice || t("reconnecting");
    const draw = () => this.show(this.parts.banner, words, () => [words]);
    const late = navigator.onLine && !trouble && !linked && !starting;
    if (late && !this.timer) this.timer = setTimeout(draw, LATE_MS);
    if (late) return;
    clearTimeout(this.timer);
    this.timer = null;
    if (!navigator.onLine || trouble || notice) draw();
    else this.show(this.parts.banner, "", null);
  }

  starters() {
    const { entry, messages, outbox, state } = this.chat;
    const fresh = entry && messages.size === 0 && outbox && !outbox.items.length && state === "open";
    const texts = fresh ? entry.starters || [] : [];
    this.show(this.parts.starters, texts.join("\n"), () => texts.map((text) =>
      el("button", { type: "button", class: "choice", dir: "auto", onclick: () => this.on.starter(text) }, text)));
  }

  /** One survey per episode; it goes when the conversation goes on, and never stands in the composer's way. */
  survey() {
    const { survey, state, stillFine } = this.chat;
    const due = ["resolved", "open"].includes(state) && survey && !stillFine;
    this.fetched(this.parts.survey, due ? survey.episode : "", async () =>
      (await import("./forms/survey.js")).surveyForm(survey, this.on.survey));
  }

  /** Some days later; before the survey, which can wait. */
  stillFine() {
    const { stillFine, state } = this.chat;
    const due = state === "resolved" && stillFine;
    this.fetched(this.parts.stillFine, due ? stillFine.ticket_id : "", async () =>
      (await import("./forms/stillfine.js")).stillFineForm(stillFine, this.on.stillFine));
  }

  /** Asked of whoever signs in while it waits. */
  claim() {
    const { offered, entry } = this.chat;
    this.fetched(this.parts.claim, offered ? entry.id : "", async () =>
      (await import("./forms/claim.js")).claimForm(this.chat));
  }

  /** Asked while nobody is there; whoever writes on has it in one line. What they gave stays with them. */
  contact() {
    const { reach, state, withPerson, wroteOn, offered } = this.chat;
    const { given, code } = reach;
    const contact = state === "waiting" && !offered && reach.contact; // of a known customer it may be known
    const sign = contact ? contact.ticket_id : [given?.said, given?.email, code?.expires_at].filter(Boolean).join("|");
    this.fetched(this.parts.contact, withPerson ? sign : "", async () =>
      (await import("./forms/contact.js")).reach({ contact, given, code }, this.on, wroteOn));
    if (this.folded === wroteOn || this.parts.contact.contains(document.activeElement)) return;
    this.folded = wroteOn;
    this.parts.contact.querySelector("details")?.removeAttribute("open");
  }

  /** A form that few customers ever see is fetched when it is due; without a connection, at the next change. */
  async fetched(part, sign, load) {
    if (part.coming === sign) return;
    part.coming = sign;
    try {
      const form = sign && await load();
      if (part.coming !== sign) return;
      const sent = part.querySelector("[data-sent]");
      this.show(part, sign, () => [form]);
      if (sent && sign) (part.querySelector("input") || part.querySelector("[tabindex]")).focus(); // what follows what was sent
    } catch {
      if (part.coming === sign) part.coming = null;
    }
  }

  /** Redraw a part only when what it says changed, so that it is announced once and keeps its focus. */
  show(part, sign, make) {
    if (part.dataset.sign === sign) return;
    part.dataset.sign = sign;
    part.hidden = !sign;
    part.replaceChildren(...(sign ? make().filter(Boolean) : []));
  }
}

/** What the service says of itself is for its operator; of the rest a customer can do something. */
const told = (trouble) => (trouble.status < 500 && trouble.message) || t("unavailable");
