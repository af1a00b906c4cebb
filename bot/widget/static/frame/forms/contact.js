// Owns how a waiting customer can be reached: the form that asks, the address they gave. The words are the service's.
// Refuses to know when.
import { codeForm } from "./code.js";
import { el } from "../dom.js";
import { t } from "../words.js";

/** The form, folded into one line for whoever writes on instead; or the address that was given, with the form for its
    code. `on.contact(name, email)` keeps what was said, without an e-mail that the customer would rather not say;
    `on.code(code)` proves it. */
export function reach({ contact, given, code }, on, folded) {
  if (contact) return offer(contact, on, folded);
  const part = el("div", {});
  const line = (...words) => el("p", { class: "given", role: "status", tabindex: "-1", lang: given.form.language }, ...words);
  const show = () => {
    const change = given && el("button", { type: "button", class: "away", onclick: ask }, given.change);
    part.replaceChildren(code ? codeForm(code, on, change) : line(`${given.said} `, el("bdi", {}, given.email), change));
  };
  const ask = () => {
    const back = () => { show(); (part.querySelector("input") || part.querySelector(".given")).focus(); };
    part.replaceChildren(contactForm(given.form, on, { given, dismiss: back }));
    part.querySelector("[type=email]").focus();
  };
  show();
  return part;
}

function offer(words, on, folded) {
  const decline = async (put) => { if (await put("", "")) { all.hidden = true; document.getElementById("text").focus(); } };
  const form = contactForm(words, on, { dismiss: decline });
  const open = () => setTimeout(() => form.querySelector("[type=email]").focus()); // the line that had the focus goes
  const all = el("details", { lang: words.language, open: !folded }, el("summary", { class: "offer", onclick: open }, words.offer), form);
  return all;
}

function contactForm(words, on, { given = {}, dismiss }) {
  const name = el("input", { id: "contact-name", type: "text", maxlength: 100, dir: "auto", autocomplete: "name", value: given.name });
  const email = el("input", { id: "contact-email", type: "email", maxlength: 254, autocomplete: "email", required: true, value: given.email, "aria-describedby": "contact-problem" });
  const problem = el("p", { id: "contact-problem", class: "status failed", role: "alert" });
  const send = el("button", { type: "submit", class: "primary" }, words.send);
  const away = el("button", { type: "button", class: "away", onclick: () => dismiss(put) }, words.dismiss);

  /** Whether it was kept. */
  async function put(called, address) {
    send.disabled = away.disabled = true;
    problem.textContent = "";
    email.removeAttribute("aria-invalid");
    form.toggleAttribute("data-sent", address !== "");
    try {
      await on.contact(called, address);
      return true;
    } catch (failure) {
      form.removeAttribute("data-sent");
      if (failure.status === 409) form.hidden = true; // nobody waits any more
      else if (failure.status === 400) wrong();
      else problem.textContent = t("notSent");
      return false;
    } finally {
      send.disabled = away.disabled = false;
    }
  }

  function wrong() {
    problem.textContent = words.invalid;
    email.setAttribute("aria-invalid", "true");
    email.focus();
  }

  const form = el("form", { class: "survey", lang: words.language, novalidate: true, "aria-labelledby": "contact-question", onsubmit: (event) => {
    event.preventDefault();
    if (email.validity.valid) put(name.value.trim(), email.value.trim());
    else wrong();
  } },
  el("p", { id: "contact-question", class: "asks" }, words.question), el("p", { class: "optional" }, words.hint),
  el("label", { for: "contact-name" }, words.name), name, el("label", { for: "contact-email" }, words.email), email,
  problem, el("div", { class: "choices" }, send, away));
  return form;
}
