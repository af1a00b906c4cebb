// Owns the two buttons below the question whether it is still fine, which stands in the conversation as the service said it.
// Refuses to know when.
import { el, icon } from "../dom.js";
import { t } from "../words.js";

/** `answer(ticketId, fine)` keeps what was said. */
export function stillFineForm(asked, answer) {
  const problem = el("p", { class: "status failed", role: "alert" });
  const yes = el("button", { type: "button", class: "primary", onclick: () => put(true) }, asked.yes);
  const no = el("button", { type: "button", class: "away", onclick: () => put(false) }, asked.no);

  async function put(fine) {
    yes.disabled = no.disabled = true;
    problem.textContent = "";
    try {
      await answer(asked.ticket_id, fine);
      // What follows stands in the conversation: thanks, or by when a person answers.
      form.replaceChildren(...(fine ? [el("p", { class: "thanked", role: "status", tabindex: "-1" }, icon("check"), asked.thanks)] : []));
      form.hidden = !fine;
      (form.querySelector(".thanked") || document.getElementById("text")).focus();
    } catch (failure) {
      if ([404, 409].includes(failure.status)) return void (form.hidden = true); // answered in another tab, or by words
      problem.textContent = t("notSent");
      yes.disabled = no.disabled = false;
    }
  }

  const form = el("div", { class: "survey", role: "group", lang: asked.language, "aria-label": asked.question },
    el("div", { class: "choices" }, yes, no), problem);
  return form;
}
