// Owns the form of the survey, whose words are the service's. Refuses to know when it is due.
import { el, icon } from "../dom.js";
import { t } from "../words.js";

const LONGEST = 2000;
const FIELDS = { csat: "score" }; // the others are called like their question

/** `answer({episode, missing, …scores})` keeps what was said; without a score it sends the survey away. */
export function surveyForm(survey, answer) {
  const given = {};
  const send = el("button", { type: "submit", class: "primary", disabled: true }, survey.send);
  const away = el("button", { type: "button", class: "away", onclick: () => put({}) }, survey.dismiss);
  const missing = el("textarea", { id: "survey-missing", rows: 2, maxlength: LONGEST, dir: "auto" });
  const lacks = el("div", { hidden: true }, el("label", { for: "survey-missing" }, survey.missing), missing);
  const problem = el("p", { class: "status failed", role: "alert" });
  const choose = (asked, value) => {
    given[FIELDS[asked.question] || asked.question] = value;
    asked.lacking = value < asked.good;
    send.disabled = false;
    lacks.hidden = !survey.asked.some((each) => each.lacking);
  };

  function question(asked) {
    const choice = (name, at) => el("label", { class: "score" },
      el("input", { type: "radio", name: asked.question, value: asked.lowest + at, "aria-label": name, onchange: () => choose(asked, asked.lowest + at) }),
      el("span", { "aria-hidden": "true" }, String(asked.lowest + at)));
    return el("fieldset", {}, el("legend", {}, asked.text), el("div", { class: "scores" }, ...asked.scores.map(choice)),
      el("p", { class: "ends", "aria-hidden": "true" }, el("span", {}, asked.scores[0]), el("span", {}, asked.scores.at(-1))));
  }

  async function put(said) {
    send.disabled = away.disabled = true;
    problem.textContent = "";
    const kept = Object.keys(said).length > 0;
    try {
      await answer({ episode: survey.episode, ...said });
      form.replaceChildren(...(kept ? [el("p", { class: "thanked", role: "status", tabindex: "-1" }, icon("check"), survey.thanks)] : []));
      form.hidden = !kept;
      (form.querySelector(".thanked") || document.getElementById("text")).focus();
    } catch (failure) {
      if (failure.status === 409) return void (form.hidden = true); // answered in another tab
      problem.textContent = t("notSent");
      send.disabled = Object.keys(given).length === 0;
      away.disabled = false;
    }
  }

  const form = el("form", { class: "survey", lang: survey.language, onsubmit: (event) => {
    event.preventDefault();
    put({ ...given, missing: lacks.hidden ? "" : missing.value.trim() });
  } },
  ...survey.asked.map(question), lacks, problem, el("div", { class: "choices" }, send, away));
  return form;
}
