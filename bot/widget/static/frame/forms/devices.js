// Owns the sheet with the link for another device. Refuses to keep the link: closed, it is forgotten.
import { el, icon } from "../dom.js";
import { t } from "../words.js";

export class Devices {
  /** `link()` makes a link; `closeOthers()` takes the conversation from every other device. Both may fail. */
  constructor(dialog, { link, closeOthers }) {
    Object.assign(this, { dialog, link, closeOthers });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener("close", () => { dialog.replaceChildren(); this.opener?.focus(); });
  }

  async show(opener) {
    this.opener = opener;
    this.fill(el("p", { class: "wait", role: "status" }, t("loading")));
    this.dialog.showModal();
    try {
      const address = await this.link();
      if (this.dialog.open) this.fill(...this.parts(address));
    } catch {
      if (this.dialog.open) this.fill(el("p", { class: "older", role: "status" }, t("linkFailed")));
    }
  }

  parts(address) {
    const field = el("input", { id: "device-link", type: "text", readonly: true, value: address, dir: "ltr", onfocus: () => field.select() });
    const told = el("p", { class: "wait", role: "status" });
    const say = (work, done) => async () => { told.textContent = t(await work().then(() => done, () => "linkFailed")); };
    return [
      el("p", {}, t("linkHow")),
      el("label", { for: "device-link" }, t("link")),
      field,
      el("div", { class: "choices" },
        el("button", { type: "button", class: "primary", onclick: say(() => copied(field), "linkCopied") }, t("copyLink")),
        el("button", { type: "button", class: "away", onclick: say(() => this.closeOthers(), "othersClosed") }, t("closeOthers"))),
      told,
    ];
  }

  close() {
    if (this.dialog.open) this.dialog.close();
  }

  fill(...parts) {
    const shut = el("button", { type: "button", class: "icon", "aria-label": t("closeSheet"), title: t("closeSheet"), onclick: () => this.dialog.close() }, icon("close"));
    this.dialog.replaceChildren(
      el("div", { class: "sheet-top" }, el("h2", { id: "device-title" }, t("otherDevice")), shut),
      el("div", { class: "sheet-body" }, ...parts));
  }
}

async function copied(field) {
  field.select();
  await navigator.clipboard.writeText(field.value);
}
