// Owns the question before a conversation is left in which something is still to come. Refuses to judge whether it is.
import { el } from "./dom.js";
import { t } from "./words.js";

export class Renewal {
  constructor(dialog, renew) {
    Object.assign(this, { dialog, renew });
  }

  ask() {
    const choice = (kind, words, act) => el("button", { type: "button", class: kind, onclick: () => { this.close(); act(); } }, t(words));
    this.dialog.replaceChildren(
      el("div", { class: "sheet-top" }, el("h2", { id: "renewal-title" }, t("newConversation"))),
      el("div", { class: "sheet-body" }, el("p", {}, t("leaves")),
        el("div", { class: "choices" }, choice("primary", "goOn", () => document.getElementById("text").focus()), choice("away", "newConversation", this.renew))));
    this.dialog.showModal();
  }

  close() {
    if (this.dialog.open) this.dialog.close();
  }
}
