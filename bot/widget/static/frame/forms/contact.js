// Owns the form that asks how a waiting customer can be reached, whose words are the service's. Refuses to know when.
import { codeForm } from "./code.js";
import { el, icon } from "../dom.js";
import { t } from "../words.js";

/** `on.contact(name, email)` keeps what was said; without an e-mail the customer would rather not say. `on.code(code)` proves it. */
export function contactForm(words, on) {
  const name = el("input", { id: "contact-name", type: "text", maxlength: 100, dir: "auto", autocomplete: "name" });
  const email = el("input", { id: "contact-email", type: "email", maxlength: 254, autocomplete: "email", required: true, "aria-describedby": "contact-problem" });
  const problem = el("p", { id: "contact-problem", class: "status failed", role: "alert" });
  const send = el("button", { type: "submit", class: "primary" }, words.send);
  const away = el("button", { type: "button", class: "away", onclick: () => put("", "") }, words.dismiss);

  async function put(called, address) {
    send.disabled = away.disabled = true;
    problem.textContent = "";
    email.removeAttribute("aria-invalid");
    try {
      const { code } = await on.contact(called, address);
      if (code) {
        const next = codeForm(code, on);
        form.replaceWith(next);
        return void next.querySelector("input").focus();
      }
      form.replaceChildren(...(address ? [el("p", { class: "thanked", role: "status", tabindex: "-1" }, icon("check"), words.thanks)] : []));
      form.hidden = !address;
      (form.querySelector(".thanked") || document.getElementById("text")).focus();
    } catch (failure) {
      if (failure.status === 409) return void (form.hidden = true); // nobody waits any more
      send.disabled = away.disabled = false;
      if (failure.status === 400) return wrong();
      problem.textContent = t("notSent");
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
