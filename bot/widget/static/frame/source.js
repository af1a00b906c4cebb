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

  /** `cited`: one citation, or all of one article's. */
  async show(cited, opener) {
    const [citation] = cited;
    this.opener = opener;
    const asked = (this.asked = Symbol("asked"));
    this.fill(cited, [el("p", { class: "wait", role: "status" }, t("loading"))]);
    if (!this.dialog.open) this.dialog.showModal();
    let article;
    try {
      article = await this.fetchArticle(citation.article_id, citation.version);
    } catch (failure) {
      if (this.asked === asked) this.fill(cited, this.quoteOnly(cited, failure));
      return;
    }
    if (this.asked !== asked) return;
    const spans = cited.toSorted((one, other) => one.start - other.start);
    const body = el("div", { class: "article" }, ...draw(article.blocks, { heading: "h3", paint: marker(article.text, spans) }));
    this.fill(cited, [this.facts(article), !article.current && el("p", { class: "older" }, t("older")), body, this.outside(article)]);
    const mark = body.querySelector("mark");
    if (mark) mark.scrollIntoView({ block: "center" });
  }

  close() {
    if (this.dialog.open) this.dialog.close();
  }

  fill(cited, parts) {
    const shut = el("button", { type: "button", class: "icon", "aria-label": t("closeSource"), title: t("closeSource"), onclick: () => this.dialog.close() }, icon("close"));
    const head = el("div", { class: "sheet-top" },
      el("div", {}, el("p", { class: "kicker" }, icon("book"), t("sourceNumber", { number: cited.map((each) => each.number).join(", ") })), el("h2", { id: "source-title" }, cited[0].title)),
      shut);
    this.dialog.replaceChildren(head, el("div", { class: "sheet-body", tabindex: "0", role: "region", "aria-labelledby": "source-title" }, ...parts.filter(Boolean)));
  }

  /** Which version that is, a customer reads from its day. */
  facts(article) {
    return article.updated_at && el("p", { class: "facts" }, t("updated", { date: dateOf(article.updated_at) }));
  }

  outside(article) {
    const link = article.url && this.linkOf(article.url);
    return link && el("p", {}, el("a", { class: "outside", href: link, target: "_blank", rel: "noopener noreferrer" }, t("readOnline"), icon("leave")));
  }

  quoteOnly(cited, failure) {
    return [el("p", { class: "older" }, t(failure.status === 404 ? "sourceGone" : "sourceFailed")), ...cited.map((each) => el("blockquote", {}, each.quote))];
  }
}
