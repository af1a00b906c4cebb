"""Owns HTML files; refuses binary data. Runs in the child process: tree builders can be made slow."""

from __future__ import annotations

import re

from kb_ingest.article import ProblemKind
from kb_ingest.cleaning.characters import visible
from kb_ingest.cleaning.html_markdown import page_to_markdown
from kb_ingest.formats.decode import NotText, decode
from kb_ingest.formats.front_matter import BadHead, split
from kb_ingest.formats.raw import RawArticle, Reading, Value, refused, told_of, warning

_META = re.compile(r"<meta\b[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(name|property|content)\s{0,5}=\s{0,5}(?:"([^"<>]*)"|'([^'<>]*)')""", re.IGNORECASE)
_LANGUAGE = re.compile(r"<html\b[^<>]{0,500}\blang\s{0,5}=\s{0,5}[\"']?([A-Za-z-]{2,12})", re.IGNORECASE)
_OWN_FIELDS = frozenset({"id", "visibility", "status", "area", "region", "plan", "product", "audience", "owner"})


def read(data: bytes, source: str) -> Reading:
    """The article on a page: its `main` or `article`, without navigation, footers, scripts and forms."""
    try:
        text, note = decode(data)
        head, page = split(text)
    except NotText as problem:
        return refused(source, ProblemKind.UNREADABLE, str(problem))
    except BadHead as problem:
        return refused(source, ProblemKind.BAD_VALUE, str(problem), 1)
    read_page = page_to_markdown(visible(page)[0])
    fields = {**_declared(page), **head.fields}
    own = re.search(r"^# \S", read_page.markdown, re.MULTILINE)  # the title often carries the name of the site
    title = "" if own else read_page.title
    article = RawArticle(read_page.markdown, source, source, title, fields, head.lines, None)
    noted = (warning(source, ProblemKind.BAD_VALUE, note),) if note else ()
    return Reading((article,), (*noted, *told_of(read_page, source)))


def _declared(page: str) -> dict[str, Value]:
    fields: dict[str, Value] = {}
    head = page[:100_000]
    if language := _LANGUAGE.search(head):
        fields["locale"] = language[1]
    for meta in _META.finditer(head):
        pairs = {name.lower(): double or single for name, double, single in _ATTRIBUTE.findall(meta[0])}
        name = pairs.get("name") or pairs.get("property") or ""
        if name in _OWN_FIELDS and pairs.get("content"):
            fields[name] = pairs["content"]
    return fields
