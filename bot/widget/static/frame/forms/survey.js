// Owns the form of the survey, whose words are the service's. Refuses to know when it is due.
import { el, icon } from "../dom.js";
import { t } from "../words.js";

const LONGEST = 2000;
const GOOD = 4; // from here on nothing was missing

/** `answer(ticketId, score, missing)` keeps what was said; a score of null sends the survey away. */
export function surveyForm(survey, answer) {
  let score = null;
  const send = el("button", { type: "submit", class: "primary", disabled: true }, survey.send);
  const away = el("button", { type: "button", class: "away", onclick: () => put(null, "") }, survey.dismiss);
  const missing = el("textarea", { id: "survey-missing", rows: 2, maxlength: LONGEST, dir: "auto" });
  const lacks = el("div", { hidden: true }, el("label", { for: "survey-missing" }, survey.missing), missing);
  const problem = el("p", { class: "status failed", role: "alert" });
  const choose = (value) => {
    score = value;
    send.disabled = false;
    lacks.hidden = value >= GOOD;
  };
  const choice = (name, at) => el("label", { class: "score" },
    el("input", { type: "radio", name: "score", value: at + 1, "aria-label": name, onchange: () => choose(at + 1) }),
    el("span", { "aria-hidden": "true" }, String(at + 1)));
  const ends = el("p", { class: "ends", "aria-hidden": "true" }, el("span", {}, survey.scores[0]), el("span", {}, survey.scores.at(-1)));

  async function put(value, words) {
    send.disabled = away.disabled = true;
    problem.textContent = "";
    try {
      await answer(survey.ticket_id, value, words);
      form.replaceChildren(...(value === null ? [] : [el("p", { class: "thanked", role: "status", tabindex: "-1" }, icon("check"), survey.thanks)]));
      form.hidden = value === null;
      (form.querySelector(".thanked") || document.getElementById("text")).focus();
    } catch (failure) {
      if (failure.status === 409) return void (form.hidden = true); // answered in another tab
      problem.textContent = t("notSent");
      send.disabled = score === null;
      away.disabled = false;
    }
  }

  const form = el("form", { class: "survey", lang: survey.language, onsubmit: (event) => {
    event.preventDefault();
    put(score, lacks.hidden ? "" : missing.value.trim());
  } },
  el("fieldset", {}, el("legend", {}, survey.question), el("div", { class: "scores" }, ...survey.scores.map(choice)), ends),
  lacks, problem, el("div", { class: "choices" }, send, away));
  return form;
}
