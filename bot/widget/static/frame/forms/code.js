// Owns the form for the code that proves an address, whose words are the service's. Refuses to know when it is due.
import { el } from "../dom.js";
import { t } from "../words.js";

/** `on.code(code)` tries it; the form goes when it is right. `on.codeAgain()` has a new one sent, once. `change` is what
    corrects the address, where it can be. */
export function codeForm(words, on, change) {
  const code = el("input", { id: "contact-code", type: "text", inputmode: "numeric", maxlength: 20, autocomplete: "one-time-code", required: true, "aria-describedby": "code-problem" });
  const problem = el("p", { id: "code-problem", class: "status failed", role: "alert" });
  const send = el("button", { type: "submit", class: "primary" }, words.code_send);
  const away = el("button", { type: "button", class: "away", onclick: () => { form.hidden = true; document.getElementById("text").focus(); } }, words.dismiss);

  async function put() {
    send.disabled = true;
    problem.textContent = "";
    code.removeAttribute("aria-invalid");
    try {
      form.toggleAttribute("data-sent", true);
      await on.code(code.value.trim());
    } catch (failure) {
      form.removeAttribute("data-sent");
      send.disabled = false;
      if (![400, 409].includes(failure.status)) return void (problem.textContent = t("notSent"));
      problem.textContent = words.code_wrong;
      code.setAttribute("aria-invalid", "true");
      code.focus();
    }
  }

  async function again() {
    lost.disabled = true;
    problem.textContent = "";
    try {
      await on.codeAgain();
      lost.remove();
      problem.before(el("p", { class: "optional", role: "status" }, words.code_again_sent));
      code.value = "";
      code.focus();
    } catch (failure) {
      lost.disabled = false;
      lost.hidden = failure.status === 409; // asked for in another tab, or too many today
      problem.textContent = t("notSent");
    }
  }

  const lost = el("button", { type: "button", class: "away", onclick: again }, words.code_again);
  lost.hidden = !words.may_send_again;
  const form = el("form", { class: "survey", lang: words.language, novalidate: true, "aria-labelledby": "code-question", onsubmit: (event) => {
    event.preventDefault();
    if (code.value.trim()) put();
    else code.focus();
  } },
  el("p", { id: "code-question", class: "asks" }, words.code_sent), el("p", { class: "optional" }, el("bdi", {}, words.email), change),
  el("label", { for: "contact-code" }, words.code), code, problem, el("div", { class: "choices" }, send, lost, away));
  return form;
}
