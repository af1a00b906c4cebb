"""Owns HTML → Markdown: picks the article on a page, drops what surrounds it, converts the rest.

Refuses to nest deeper than the converter can follow: such a page loses its structure, not its words.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from markdownify import MarkdownConverter

from kb_ingest.cleaning.comments import strip_comments
from kb_ingest.cleaning.images import as_markdown
from kb_ingest.cleaning.tags import BLOCK, TAG, UNSHOWN, depth

_DEPTH_LIMIT = 120  # the converter recurses a few frames per level
_SIZE_LIMIT = 5_000_000  # characters of one piece of HTML that the tree builder gets
_STRAY_LIMIT = 1000  # the parser starts over at each `<` that opens nothing
_SURROUNDINGS = ("nav", "aside", "footer", "button", "input", "dialog", "menu", *sorted(UNSHOWN))
_ROLES = frozenset({"navigation", "complementary", "contentinfo", "banner", "search", "dialog", "alertdialog"})
_NAMED_SURROUNDINGS = re.compile(
    r"(?:^|[-_ ])(?:breadcrumbs?|cookie(?:s|-?banner|-?consent|-?notice)?|consent|sidebar|side-nav|"
    r"site-header|site-footer|"
    r"navbar|skip-link|skip-to-content|toc|table-of-contents|share(?:-buttons)?|social|related-articles|"
    r"article-votes|newsletter|pagination|sr-only|visually-hidden|advert(?:isement)?)(?:$|[-_ ])"
)
_MARKDOWN_MARK = re.compile(r"[\\`*_\[\]~=|{}!]")
_LINE_MARK = re.compile(r"^(\s*\d{0,9})([#>+.)-])(?=\s)", re.MULTILINE)
_P_OPEN, _P_CLOSE = re.compile(r"<p(?=[\s>])", re.IGNORECASE), re.compile(r"</p\s*>", re.IGNORECASE)
_PARAGRAPH_LIKE = ("summary", "dt", "dd", "figcaption", "legend", "caption", "address")


@dataclass(frozen=True, slots=True)
class Page:
    """A page's title and its article as Markdown; `flattened`: of a page that no tree can be built of, words alone."""

    title: str
    markdown: str
    flattened: bool = False


class _Converter(MarkdownConverter):
    """Markdownify with the images in any place; Markdown inside HTML stays Markdown."""

    def convert_img(self, image: Tag, _text: str, **_parents: object) -> str:
        return f" {as_markdown(str(image.get('alt') or ''), str(image.get('src') or ''))} "

    def escape(self, text: str, _parents: object) -> str:
        return text


class _PageConverter(_Converter):
    """The words of a page are words, even where they look like Markdown."""

    def escape(self, text: str, _parents: object) -> str:
        marked = _MARKDOWN_MARK.sub(r"\\\g<0>", text).replace("<", "&lt;")
        return _LINE_MARK.sub(r"\1\\\2", marked)


def _convert(tree: Tag, converter: type[_Converter], *, first_row_is_head: bool = False) -> str:
    made = converter(
        heading_style="ATX", bullets="-", autolinks=False, newline_style="spaces", table_infer_header=first_row_is_head
    )
    return str(made.convert_soup(tree))


def fragment_to_markdown(source: str) -> str:
    """Markdown of a piece of HTML that stands in a Markdown article; Markdown inside it stays as it is."""
    source = strip_comments(source)
    if _is_hostile(source):
        return flattened(source)
    tree = _tree(source)
    _drop(tree.find_all(list(UNSHOWN)))
    return _convert(_ready(tree), _Converter)


def page_to_markdown(source: str, *, first_row_is_head: bool = False) -> Page:
    """The whole page: the article without navigation, forms, footers and the like.

    `first_row_is_head`: of tables that mark none, as those of word processors do not.
    """
    title = re.search(r"<title[^<>]*>([^<]*)</title", source, re.IGNORECASE)
    name = html.unescape(" ".join(title[1].split())) if title else ""
    source = strip_comments(source)
    if _is_hostile(source):
        return Page(name, flattened(source), flattened=True)
    tree = _tree(source)
    article = _article_of(tree)
    _drop(article.find_all(_SURROUNDINGS))
    _drop([tag for tag in article.find_all(True) if _is_surrounding(tag)])
    _drop_forms(article)
    return Page(name, _convert(_ready(article), _PageConverter, first_row_is_head=first_row_is_head))


def _is_hostile(source: str) -> bool:
    """Whether the tree builder could not cope: too large, too deep, or thousands of tags that never end."""
    stray = source.count("<") - sum(1 for _ in TAG.finditer(source))
    return len(source) > _SIZE_LIMIT or stray > _STRAY_LIMIT or depth(source) > _DEPTH_LIMIT


def flattened(source: str) -> str:
    """Words of the HTML, a paragraph per block, no structure."""
    text = re.sub(r"<(script|style)\b[^<]*+(?:<(?!/\1)[^<]*+)*+</\1\s*>", " ", source, flags=re.IGNORECASE)
    return TAG.sub(lambda tag: "\n\n" if tag["name"].lower() in BLOCK else "", text)


def _tree(source: str) -> BeautifulSoup:
    # Old pages never close a paragraph; the builder would nest each in the one before.
    if len(_P_OPEN.findall(source)) > len(_P_CLOSE.findall(source)):
        source = _P_OPEN.sub(r"</p>\g<0>", source)
    # Entities stay encoded until the very end, so that `&lt;b&gt;` never turns into a tag on the way.
    return BeautifulSoup(source.replace("&", "&amp;"), "html.parser")


def _ready(tree: Tag) -> Tag:
    for tag in tree.find_all(_PARAGRAPH_LIKE):
        tag.name = "p"
    for code in tree.find_all(["pre", "code", "samp", "kbd", "tt"]):
        for piece in code.find_all(string=True):
            piece.replace_with(html.unescape(str(piece)))
    for title in tree.find_all("title"):
        title.decompose()
    return tree


def _article_of(tree: BeautifulSoup) -> Tag:
    for selector in (
        "main article",
        "article",
        "main",
        "[role=main]",
        "#main-content",
        ".article-body",
        "#content",
    ):
        found = tree.select(selector)
        if len(found) == 1 and len(found[0].get_text(" ", strip=True)) > 40:
            return found[0]
    for selector in ("main", "body"):
        if (tag := tree.find(selector)) is not None and tag.get_text(strip=True):
            return tag
    return tree


def _is_surrounding(tag: Tag) -> bool:
    if tag.name in ("html", "body", "main", "article") or tag.decomposed:
        return False
    names = " ".join([*(tag.get_attribute_list("class")), str(tag.get("id") or "")] if tag.attrs else [])
    hidden = tag.has_attr("hidden") or tag.get("aria-hidden") == "true"
    outside = tag.name == "header" and tag.find(["h1", "h2"]) is None
    return hidden or outside or tag.get("role") in _ROLES or bool(_NAMED_SURROUNDINGS.search(names.lower()))


def _drop_forms(article: Tag) -> None:
    # Some publishing systems wrap the whole page in one form: that one is no form to fill in.
    whole = len(article.get_text())
    for form in article.find_all("form"):
        if len(form.get_text()) * 2 > whole:
            form.unwrap()
        else:
            form.decompose()


def _drop(tags: list[Tag]) -> None:
    for tag in tags:
        if not tag.decomposed:
            tag.decompose()
