// Owns the side sheet that shows a cited article as it was, with the cited words marked. Refuses to fetch it itself.
import { draw } from "./blocks.js";
import { el, icon } from "./dom.js";
import { marker } from "./quote.js";
import { dateOf, t } from "./words.js";

export class Source {
  /** `fetchArticle(id, version)`; `linkOf(address)` gives the address when it may be followed, null otherwise. */
  constructor(dialog, { fetchArticle, linkOf }) {
    Object.assign(this, { dialog, fetchArticle, linkOf });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener("close", () => { if (this.opener && this.opener.isConnected) this.opener.focus(); });
  }

  async show(citation, opener) {
    this.opener = opener;
    const asked = (this.asked = Symbol("asked"));
    this.fill(citation, [el("p", { class: "wait", role: "status" }, t("loading"))]);
    if (!this.dialog.open) this.dialog.showModal();
    let article;
    try {
      article = await this.fetchArticle(citation.article_id, citation.version);
    } catch (failure) {
      if (this.asked === asked) this.fill(citation, this.quoteOnly(citation, failure));
      return;
    }
    if (this.asked !== asked) return;
    const body = el("div", { class: "article" }, ...draw(article.blocks, { heading: "h3", paint: marker(article.text, citation.start, citation.end) }));
    this.fill(citation, [this.facts(article), !article.current && el("p", { class: "older" }, t("older")), body, this.outside(article)]);
    const mark = body.querySelector("mark");
    if (mark) mark.scrollIntoView({ block: "center" });
  }

  close() {
    if (this.dialog.open) this.dialog.close();
  }

  fill(citation, parts) {
    const shut = el("button", { type: "button", class: "icon", "aria-label": t("closeSource"), title: t("closeSource"), onclick: () => this.dialog.close() }, icon("close"));
    const head = el("div", { class: "sheet-top" },
      el("div", {}, el("p", { class: "kicker" }, icon("book"), t("sourceNumber", { number: citation.number })), el("h2", { id: "source-title" }, citation.title)),
      shut);
    this.dialog.replaceChildren(head, el("div", { class: "sheet-body", tabindex: "0", role: "region", "aria-labelledby": "source-title" }, ...parts.filter(Boolean)));
  }

  facts(article) {
    const updated = article.updated_at && dateOf(article.updated_at);
    return el("p", { class: "facts" },
      updated && el("span", {}, t("updated", { date: updated })),
      el("span", {}, t("version", { version: article.version })));
  }

  outside(article) {
    const link = article.url && this.linkOf(article.url);
    return link && el("p", {}, el("a", { class: "outside", href: link, target: "_blank", rel: "noopener noreferrer" }, t("readOnline"), icon("leave")));
  }

  quoteOnly(citation, failure) {
    return [el("p", { class: "older" }, t(failure.status === 404 ? "sourceGone" : "sourceFailed")), el("blockquote", {}, citation.quote)];
  }
}
