"""Owns reducing an HTML mail to the words a reader sees. Refuses to keep markup, hidden text or a single address."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

# Whatever stands between angle brackets and begins like a name is markup: the text of a mail is not written by hand.
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z!?][^\s<>/]*+)(?P<attributes>[^<>]*+)>")
_UNREAD = frozenset({"head", "title", "script", "style", "template", "svg", "iframe", "object", "select", "textarea"})
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_LINES = frozenset(
    {"address", "blockquote", "body", "div", "dd", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol"}
    | {"p", "pre", "section", "table", "tbody", "tr", "ul"}
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.IGNORECASE)
_QUOTED = re.compile(r"""\b(?:gmail_quote|yahoo_quoted|moz-cite-prefix|OutlookMessageHeader|divRplyFwdMsg)\b""")
_SPACE = re.compile(r"[^\S\n]+")
_GAPS = re.compile(r"\n{3,}")
MOST_TAGS = 50_000


def words_of(source: str) -> str:
    """Paragraphs and lines of the text; what is a quote has `> ` before each of its lines, as in plain mails."""
    text = _SPACE.sub(" ", html.unescape("".join(_pieces(_without_comments(source)))))
    lines = (line.strip() for line in text.split("\n"))
    return _GAPS.sub("\n\n", "\n".join(lines)).strip()


def _without_comments(source: str) -> str:
    """One that never ends takes the rest with it, as in a browser."""
    first, *others = source.split("<!--")
    return "".join((first, *(each.partition("-->")[2] for each in others)))


def _pieces(source: str) -> Iterator[str]:
    """What stands between the tags, with a new line where a block begins or ends."""
    at = 0
    unread: list[str] = []  # open elements from the first one that is not shown
    quotes: list[str] = []  # open elements from the first one that quotes
    for number, tag in enumerate(_TAG.finditer(source)):
        if number == MOST_TAGS:
            return
        name = tag["name"].lower()
        if not unread:
            yield _line(source[at : tag.start()], bool(quotes))
            yield _break(name, bool(quotes))
        at = tag.end()
        _follow(unread, tag, name, name in _UNREAD or bool(_HIDDEN.search(tag["attributes"])))
        _follow(quotes, tag, name, name == "blockquote" or bool(_QUOTED.search(tag["attributes"])))
    if not unread:
        yield _line(source[at:], bool(quotes))


def _line(text: str, quoted: bool) -> str:
    """Line ends of the source are spaces to a reader."""
    words = text.replace("\r", " ").replace("\n", " ")
    return words if not quoted or words.isspace() or not words else f"> {words}"


def _break(name: str, quoted: bool) -> str:
    if name == "br":
        return "\n"
    if name == "p":
        return "\n" if quoted else "\n\n"
    return "\n" if name in _LINES else "\n" if quoted and name == "td" else " " if name == "td" else ""


def _follow(open_elements: list[str], tag: re.Match[str], name: str, begins: bool) -> None:
    """Keep count of what is open inside the element that matters, so that its own end is known."""
    if name in _VOID or tag["attributes"].endswith("/"):
        return
    if tag["close"]:
        if name in open_elements:
            while open_elements.pop() != name:
                pass
    elif open_elements or begins:
        open_elements.append(name)
