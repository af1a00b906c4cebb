"""Owns HTML inside Markdown articles: lists, tables and code become Markdown, other tags give way to their
words.

Refuses to touch angle brackets that are no tags, such as the placeholder `<Domain>`.
"""

from __future__ import annotations

import html
import re

from kb_ingest.cleaning.code import defuse, hold_fences, hold_spans
from kb_ingest.cleaning.held import Shelf
from kb_ingest.cleaning.html_markdown import fragment_to_markdown
from kb_ingest.cleaning.images import as_markdown
from kb_ingest.cleaning.tags import BLOCK, KNOWN, TAG, UNSHOWN, pairs

_STRUCTURES = frozenset({"ul", "ol", "dl", "table", "pre", "blockquote"})
_ONE_LINERS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6"})
_LITERAL = frozenset({"code", "kbd", "samp", "tt"})
_KEPT_IN_ROWS = frozenset({"a", "img"})
_VALUE = r"""\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"""
_HREF = re.compile(rf"\bhref{_VALUE}", re.IGNORECASE)
_ALT, _SRC = re.compile(rf"\balt{_VALUE}", re.IGNORECASE), re.compile(rf"\bsrc{_VALUE}", re.IGNORECASE)
_ROW = re.compile(r"[ \t>]*\|")


def strip_html(text: str, shelf: Shelf) -> str:
    """Markdown in which no HTML tag is left."""
    if "<" not in text:
        return text
    lines = [_strip_row(line) if "<" in line and _ROW.match(line) else line for line in text.split("\n")]
    return _strip(_convert_regions("\n".join(lines), shelf))


def _strip_row(line: str) -> str:
    # A table row is one line: its breaks and bullets cannot become lines of their own.
    def shown(tag: re.Match[str]) -> str:
        name = tag["name"].lower()
        if name not in KNOWN or name in _KEPT_IN_ROWS:
            return tag[0]
        return "" if name not in BLOCK | {"br"} else " " if tag["close"] or name != "li" else " • "

    return TAG.sub(shown, line)


def _convert_regions(text: str, shelf: Shelf) -> str:
    tags = [tag for tag in TAG.finditer(text) if tag["name"].lower() in KNOWN]
    closes = pairs(tags)
    out: list[str] = []
    done = 0
    for number, tag in enumerate(tags):
        if tag.start() < done or number not in closes:
            continue
        end = tags[closes[number]]
        converted = _region(tag["name"].lower(), text, tag, end, shelf)
        if converted is not None:
            out += [text[done : tag.start()], converted]
            done = end.end()
    return "".join(out) + text[done:]


def _region(name: str, text: str, tag: re.Match[str], end: re.Match[str], shelf: Shelf) -> str | None:
    """What takes the place of the element, or None where its tags alone have to go."""
    inner = text[tag.end() : end.start()]
    if name in UNSHOWN:
        return " "
    if name in _LITERAL:
        return shelf.hold(defuse(html.unescape(inner))) if "<" not in inner and "\n\n" not in inner else None
    if name in _ONE_LINERS and "\n\n" not in inner.strip():
        mark = "#" * int(name[1]) + " " if name != "p" else ""
        return f"\n\n{_lead(text, tag)}{mark}{' '.join(_with_breaks(inner, name).split())}\n\n".replace("\x05", "  \n")
    if name == "pre":
        code = html.unescape(TAG.sub("", shelf.put_back(inner))).strip("\n")
        return f"\n\n{_lead(text, tag)}{shelf.hold_block(code)}\n\n"
    if name not in _STRUCTURES:
        return None
    lead = _lead(text, tag)
    fragment = hold_fences(fragment_to_markdown(text[tag.start() : end.end()]), shelf)
    lines = hold_spans(fragment, shelf).strip("\n").split("\n")
    return "\n\n" + "\n".join(lead + line for line in lines) + "\n\n"


def _with_breaks(inner: str, name: str) -> str:
    return re.sub(r"<br\s*/?>", " \x05 " if name == "p" else " ", inner, flags=re.IGNORECASE)


def _lead(text: str, tag: re.Match[str]) -> str:
    before = text[text.rfind("\n", 0, tag.start()) + 1 : tag.start()]
    return before if before.isspace() else ""


def _strip(text: str) -> str:
    tags = list(TAG.finditer(text))
    closes = pairs(tags)
    closing = {close: opening for opening, close in closes.items()}
    out: list[str] = []
    done = 0
    for number, tag in enumerate(tags):
        name = tag["name"].lower()
        if name == "a":
            shown = _anchor(tag, number in closes, tags[closing[number]] if number in closing else None)
        elif name == "img":
            shown = as_markdown(_value(_ALT, tag), _value(_SRC, tag))
        elif name in KNOWN:
            shown = "\n\n" if name in BLOCK else "  \n" if name == "br" else ""
        elif number in closes or number in closing or tag["attributes"].endswith("/") or "=" in tag["attributes"]:
            shown = ""
        else:
            shown = tag[0]
        out += [text[done : tag.start()], shown]
        done = tag.end()
    return "".join(out) + text[done:]


def _anchor(tag: re.Match[str], closed: bool, opening: re.Match[str] | None) -> str:
    if not tag["close"]:
        return "[" if closed and _HREF.search(tag["attributes"]) else ""
    if opening is None or not _HREF.search(opening["attributes"]):
        return ""
    return f"](<{_value(_HREF, opening)}>)"


def _value(attribute: re.Pattern[str], tag: re.Match[str]) -> str:
    found = attribute.search(tag["attributes"])
    return html.unescape(found[1] or found[2] or found[3] or "") if found else ""
