"""Owns what publishing systems put into Markdown: Liquid, shortcodes, attribute lists, callouts, comments.

Refuses to drop words a reader of the published page would see: titles of callouts and texts handed to
includes
stay. Every rule is linear in the length of the text.
"""

from __future__ import annotations

import re

from kb_ingest.cleaning.code import defuse
from kb_ingest.cleaning.comments import drop_between

_SPAN_LIMIT = 1000  # characters a tag may take when it runs over lines; a stray `{{` must not eat the page
_BLOCK_TAG = re.compile(r"\{%-?\s{0,9}((?:end)?(?:raw|comment))\s{0,9}-?%\}")
_RAW, _COMMENT = "{%raw%}", "{%comment%}"
_INCLUDE_TEXT = re.compile(r"""\b(?:content|text|title|message|note)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ATTRIBUTES = re.compile(r"\{:[^{}\n]{0,500}\}|(?<!\$)\{[#.][\w-]+(?:[ \t][^{}\n]{0,500})?\}|\{::[^{}\n]{0,100}\}")
_TABLE_OF_CONTENTS = re.compile(
    r"^[ \t]*(?:[-*+]|\d+\.)[^\n]{0,80}\n[ \t]*\{:\s*toc[^}\n]{0,80}\}|^[ \t]*\[{1,2}_?toc_?\]{1,2}[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_DIRECTIVE = re.compile(r"^(?P<lead>[ \t>]*):{3,}[ \t]*(?P<rest>[^\n]*)$", re.MULTILINE)
_DIRECTIVE_TITLE = re.compile(
    r"\{?(?:note|tip|info|warning|danger|caution|important|details|success|question|example|hint|attention)\}?"
    r"[ \t]+(?P<title>[^={}]+)$",
    re.IGNORECASE,
)
_ADMONITION = re.compile(r"^(?P<lead>[ \t]*)(?:!!!|\?\?\?\+?)[ \t]+[\w -]+?(?:[ \t]*\"(?P<title>[^\"\n]*)\")?[ \t]*$")
_DOCS_INCLUDE = re.compile(r"\[!INCLUDE[ \t]*\[[^\]\n]*\]\([^)\n]*\)[ \t]*\]", re.IGNORECASE)
_DOCS_MARKER = re.compile(r"\[!(?P<name>[A-Za-z-]+)(?P<rest>[^\]\n]*)\]")
_WORD_MARKERS = frozenset({"uicontrol", "dnl"})
_MODULE_LINE = re.compile(
    r"^(?:import\s[^\n'\"]+\sfrom\s+['\"][^'\"\n]+['\"];?|export\s+\{[^}\n]*\};?)[ \t]*$", re.MULTILINE
)


def strip_templates(text: str) -> str:
    """Markdown without template tags, callout syntax, comments and attribute lists."""
    if "{" in text:
        text = _strip_braces(text)
    if ":::" in text:
        text = drop_between(text, ":::image", ":::", limit=_SPAN_LIMIT)
        text = _DIRECTIVE.sub(_directive, text)
    if "[!" in text:
        text = _DOCS_MARKER.sub(_docs_marker, _DOCS_INCLUDE.sub("", text))
    if "!!!" in text or "???" in text:
        text = _admonitions(text)
    return _MODULE_LINE.sub("", _TABLE_OF_CONTENTS.sub("", text))


def _strip_braces(text: str) -> str:
    text = _TABLE_OF_CONTENTS.sub("", text)
    text = _BLOCK_TAG.sub(r"{%\1%}", text)
    text = drop_between(text, _RAW, "{%endraw%}", len(text), lambda raw: defuse(raw[len(_RAW) : -len("{%endraw%}")]))
    text = drop_between(text, _COMMENT, "{%endcomment%}", len(text))
    text = drop_between(text, "{%", "%}", _SPAN_LIMIT, _shown_by_include)
    text = drop_between(text, "{{", "}}", _SPAN_LIMIT)
    return _ATTRIBUTES.sub("", text)


def _shown_by_include(tag: str) -> str:
    if not tag[2:].lstrip("- \n\t").startswith("include"):
        return ""
    return " ".join(double or single for double, single in _INCLUDE_TEXT.findall(tag))


def _directive(match: re.Match[str]) -> str:
    title = _DIRECTIVE_TITLE.match(match["rest"].rstrip(": \t"))
    return f"\n{match['lead']}{title['title']}\n" if title else match["lead"]


def _docs_marker(match: re.Match[str]) -> str:
    return match["rest"].strip() if match["name"].lower() in _WORD_MARKERS else ""


def _admonitions(text: str) -> str:
    """MkDocs' `!!! note "Title"` with its indented body becomes a title and plain paragraphs."""
    out: list[str] = []
    inside: int | None = None
    for line in text.split("\n"):
        match = _ADMONITION.match(line)
        if match:
            inside = len(match["lead"]) + 4
            out += ["", match["lead"] + (match["title"] or ""), ""]
        elif inside is not None and (not line.strip() or line[:inside].isspace()):
            out.append(line[:inside][4:] + line[inside:])
        else:
            inside = None
            out.append(line)
    return "\n".join(out)
