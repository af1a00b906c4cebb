// Owns the question whose a conversation is that began here before somebody signed in, and what is done about it. Refuses
// to know when, and to guess: at a shared computer it may have been another person.
import * as api from "../api.js";
import { el } from "../dom.js";
import { t } from "../words.js";

export function claimForm(chat) {
  const problem = el("p", { class: "status failed", role: "alert" });
  const choice = (kind, words, act) => el("button", { type: "button", class: kind, onclick: () => settle(act) }, t(words));
  const choices = el("div", { class: "choices" }, choice("primary", "itsMine", take), choice("away", "notMine", leave));

  async function settle(act) {
    for (const each of choices.children) each.disabled = true;
    problem.textContent = "";
    const { run, named } = chat;
    try {
      await act();
      if (chat.run === run) await chat.start(named, chat.identity);
      document.getElementById("text").focus();
    } catch (failure) {
      if (!(failure instanceof api.Failure)) throw failure;
      problem.textContent = t("personFailed");
      for (const each of choices.children) each.disabled = false;
    }
  }

  /** It goes on as theirs, with the key that the service gives; the website is asked for a new token where it has to be. */
  async function take() {
    const { entry, run, drawer, named } = chat;
    const sign = () => api.signedIn(entry.id, entry.token, chat.identity);
    const { token } = await sign().catch(async (failure) => {
      if (failure.status === 401 && await chat.vouchedAnew(run)) return sign();
      throw failure;
    });
    named.set({ ...drawer.get(), token, verified: true });
    drawer.set(null);
  }

  /** It stays where whoever began it comes back to it. */
  function leave() {
    chat.entry.declined = chat.named.key;
    chat.save();
  }

  return el("div", { class: "survey", role: "group", "aria-labelledby": "claim-question" },
    el("p", { id: "claim-question", class: "asks" }, t("begunBefore")), choices, problem);
}
