"""Owns inline markup: links and images, which it remembers, give way to their words, escapes and entities
to their characters.

Refuses anything that needs more than one pass over the text of a paragraph.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from kb_ingest.article import Link
from kb_ingest.cleaning.code import defuse
from kb_ingest.cleaning.emphasis import strip_emphasis
from kb_ingest.cleaning.held import Shelf
from kb_ingest.cleaning.images import words_of
from kb_ingest.cleaning.tags import KNOWN

_DEFINITION = re.compile(
    r"^[ \t>]{0,12}\[(?P<name>[^\]\[\n]{1,200})\]:[ \t]*<?(?P<target>\S{1,2000}?)>?"
    r"(?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*$",
    re.MULTILINE,
)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_AUTOLINK = re.compile(r"<(?:mailto:)?((?:[a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^\s<>]*)|(?:[\w.+-]+@[\w-]+(?:\.[\w-]+)+))>")
_DESTINATION = re.compile(
    r"\([ \t\n]*(?:<(?P<angled>[^<>\n]*)>|(?P<plain>(?:[^\s()]|\([^\s()]*\))*+))"
    r"(?:\s+(?:\"[^\"]{0,500}\"|'[^']{0,500}'|\([^()]{0,500}\)))?\s{0,5}\)"
)
_REFERENCE = re.compile(r"\[(?P<name>[^\[\]\n]{0,200})\]")
_FOOTNOTE = re.compile(r"\^[\w-]{1,40}$")
_DEEPEST = 20  # brackets open at once; deeper ones are text
_BRACKET = re.compile(r"[\[\]]")
_TAG_LIKE = re.compile(r"<(?=(/?)([a-zA-Z][a-zA-Z0-9]*)\b)")


@dataclass(slots=True)
class Inline:
    """Inline markup of one article: its shelf, its reference links, and the links and images found so far."""

    shelf: Shelf
    references: dict[str, str] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    images: list[Link] = field(default_factory=list)

    def take_references(self, text: str) -> str:
        """Text without the lines that define reference links; they are remembered."""
        if "]:" not in text:
            return text

        def take(match: re.Match[str]) -> str:
            if match["name"].startswith("^"):
                return match[0]
            self.references.setdefault(_key(match["name"]), match["target"])
            return ""

        return _DEFINITION.sub(take, text)

    def plain(self, text: str) -> str:
        """Words of a paragraph, cell or heading, without markup."""
        if "\\" in text:
            text = _ESCAPE.sub(lambda match: self.shelf.hold(match[1]), text)
        if "<" in text:
            text = _AUTOLINK.sub(lambda match: self._autolink(match[1]), text)
        if "[" in text:
            text = self._links(text)
        if "&" in text:
            text = _ENTITY.sub(lambda match: self.shelf.hold(_decoded(match[0])), text)
        return self._safe(self.shelf.put_back(strip_emphasis(text)))

    def _autolink(self, target: str) -> str:
        self.links.append(Link(target, target))
        return self.shelf.hold(target)

    def _safe(self, text: str) -> str:
        # What an entity or an escape spelled out (`&lt;div>`) must not read as a tag or template again.
        if "<" in text:
            text = _TAG_LIKE.sub(lambda match: "< " if match[2].lower() in KNOWN else "<", text)
        return defuse(text) if "{{" in text or "{%" in text or "{#" in text or "[!" in text or "![" in text else text

    def _links(self, text: str) -> str:
        """Replace links by their words in one pass: brackets are matched on a stack, innermost first."""
        opened: list[int] = []  # where in `out` the text after each open bracket starts
        out: list[str] = []
        done = 0
        for match in _BRACKET.finditer(text):
            if match.start() < done:
                continue
            out.append(text[done : match.start()])
            done = match.end()
            if match[0] == "[" and len(opened) < _DEEPEST:
                opened.append(len(out))
                out.append("[")
            elif match[0] == "]" and opened:
                done = self._close(text, out, opened.pop(), done)
            else:
                out.append(match[0])
        return "".join(out) + text[done:]

    def _close(self, text: str, out: list[str], start: int, after: int) -> int:
        """Fold `out` from its piece `start` (a `[`) on; answers where to read on in `text`."""
        words = "".join(out[start + 1 :])
        image = start > 0 and out[start - 1].endswith("!")
        target, end = self._target(text, after, words)
        del out[start:]
        if target is None:
            footnote = _FOOTNOTE.match(words)
            out.append("" if footnote else f"[{words}]")
            return end + 1 if footnote and text[end : end + 1] == ":" else end
        if image:
            out[start - 1] = out[start - 1][:-1]
            words = words_of(words)
        found = Link(self.shelf.put_back(strip_emphasis(words)).strip(), self.shelf.put_back(target))
        if image:
            self.images.append(found)
        elif target and found.text:
            self.links.append(found)
        out.append(words)
        return end

    def _target(self, text: str, after: int, words: str) -> tuple[str | None, int]:
        """(target of the link whose text ends before `after`, or None where it is none; where it ends)."""
        if match := _DESTINATION.match(text, after):
            return match["angled"] or match["plain"] or "", match.end()
        if self.references:
            match = _REFERENCE.match(text, after)
            if match and (target := self.references.get(_key(match["name"] or words))) is not None:
                return target, match.end()
            if (target := self.references.get(_key(words))) is not None:
                return target, after
        return None, after


def _key(name: str) -> str:
    return " ".join(name.lower().split())


def _decoded(entity: str) -> str:
    text = html.unescape(entity)
    return text if text.isprintable() else " "
