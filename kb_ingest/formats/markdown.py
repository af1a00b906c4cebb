"""Owns Markdown files, with or without front matter; refuses binary data and heads that never end."""

from __future__ import annotations

from kb_ingest.article import ProblemKind
from kb_ingest.formats.decode import NotText, decode
from kb_ingest.formats.front_matter import BadHead, split
from kb_ingest.formats.raw import RawArticle, Reading, refused, warning


def read(data: bytes, source: str) -> Reading:
    """The one article of a Markdown file; its id falls back to the file's path."""
    try:
        text, note = decode(data)
        head, body = split(text)
    except NotText as problem:
        return refused(source, ProblemKind.UNREADABLE, str(problem))
    except BadHead as problem:
        return refused(source, ProblemKind.BAD_VALUE, str(problem), 1)
    notes = [(note, None), (head.note, 1)]
    return Reading(
        (RawArticle(body, source, source, "", head.fields, head.lines, head.body_line),),
        tuple(warning(source, ProblemKind.BAD_VALUE, text, line) for text, line in notes if text),
    )
