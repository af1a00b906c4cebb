// Owns the lines that say where things stand: ticket, connection, rating, starters. Refuses to decide any of it.
import { el, icon } from "./dom.js";
import { t } from "./words.js";

const LATE_MS = 2500;
const STARS = [1, 2, 3, 4, 5];

export class Status {
  /** `on`: {starter(text), rate(score, comment)}; `parts`: the page's elements by id. */
  constructor(parts, chat, on) {
    Object.assign(this, { parts, chat, on });
    for (const name of ["online", "offline"]) addEventListener(name, () => this.connection());
  }

  sync() {
    this.disclosure();
    this.strip();
    this.connection();
    this.starters();
    this.rating();
  }

  disclosure() {
    const { state, person } = this.chat;
    const words = state === "person" ? t("withPerson", { name: person || t("ourTeam") }) : t("disclosure");
    if (this.parts.disclosure.textContent !== words) this.parts.disclosure.textContent = words;
  }

  strip() {
    const { state, ticket, person, ordered } = this.chat;
    const told = ticket?.told && !ordered.some((message) => message.text.includes(ticket.told)) ? ticket.told : "";
    const shown = { waiting: ["clock", t("waiting")], person: ["person", t("joined", { name: person || t("ourTeam") })], resolved: ["check", t("resolved")] }[state];
    this.show(this.parts.strip, shown ? `${state}|${shown[1]}|${told}` : "", () =>
      [icon(shown[0]), el("div", {}, el("strong", {}, shown[1]), state === "waiting" && told && el("p", {}, told))]);
    this.parts.strip.dataset.state = state;
  }

  connection() {
    const { linked, trouble, starting } = this.chat;
    const words = !navigator.onLine ? t("offline") : trouble ? trouble.message || t("busy") : t("reconnecting");
    const draw = () => this.show(this.parts.banner, words, () => [words]);
    const late = navigator.onLine && !trouble && !linked && !starting;
    if (late && !this.timer) this.timer = setTimeout(draw, LATE_MS);
    if (late) return;
    clearTimeout(this.timer);
    this.timer = null;
    if (!navigator.onLine || trouble) draw();
    else this.show(this.parts.banner, "", null);
  }

  starters() {
    const { entry, messages, outbox, state } = this.chat;
    const fresh = entry && messages.size === 0 && outbox && !outbox.items.length && state === "open";
    const texts = fresh ? entry.starters || [] : [];
    this.show(this.parts.starters, texts.join("\n"), () => texts.map((text) =>
      el("button", { type: "button", class: "choice", dir: "auto", onclick: () => this.on.starter(text) }, text)));
  }

  rating() {
    const { entry, state } = this.chat;
    const due = entry && state === "resolved" && !entry.rated;
    if (due || !this.thanked) this.show(this.parts.rating, due ? entry.id : "", () => [this.card()]);
    if (state !== "resolved") this.thanked = false;
  }

  card() {
    let score = 0;
    const send = el("button", { type: "submit", class: "primary", disabled: true }, t("sendRating"));
    const star = (value) => el("label", { class: "star" },
      el("input", { type: "radio", name: "score", value, class: "unseen", onchange: () => choose(value) }), icon("star"), el("span", { class: "unseen" }, t("stars", { score: value })));
    const stars = STARS.map(star);
    const choose = (value) => {
      score = value;
      send.disabled = false;
      stars.forEach((label, at) => label.classList.toggle("on", at < value));
    };
    const comment = el("textarea", { rows: 2, maxlength: 2000, "aria-label": t("comment"), placeholder: t("comment"), dir: "auto" });
    const problem = el("p", { class: "status failed", role: "alert" });
    const submit = async (event) => {
      event.preventDefault();
      send.disabled = true;
      try {
        await this.on.rate(score, comment.value.trim());
        this.thanked = true;
        form.replaceChildren(el("p", { class: "thanked", role: "status" }, icon("check"), t("thanksRating")));
      } catch {
        problem.textContent = t("notSent");
        send.disabled = false;
      }
    };
    const form = el("form", { class: "rating", onsubmit: submit },
      el("fieldset", {}, el("legend", {}, t("rate")), el("div", { class: "stars" }, ...stars)), comment, problem, send);
    return form;
  }

  /** Redraw a part only when what it says changed, so that it is announced once and keeps its focus. */
  show(part, sign, make) {
    if (part.dataset.sign === sign) return;
    part.dataset.sign = sign;
    part.hidden = !sign;
    part.replaceChildren(...(sign ? make().filter(Boolean) : []));
  }
}
