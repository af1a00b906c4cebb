"""Owns Markdown files, with or without front matter; refuses binary data and heads that never end."""

from __future__ import annotations

from collections.abc import Iterator

from kb_ingest.article import ProblemKind
from kb_ingest.formats.decode import NotText, decode
from kb_ingest.formats.front_matter import BadHead, Head, split
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
        (
            *(warning(source, ProblemKind.BAD_VALUE, text, line) for text, line in notes if text),
            *(warning(source, ProblemKind.MISSING_FIELD, text, 1) for text in _stood_in_for(head)),
        ),
    )


def _stood_in_for(head: Head) -> Iterator[str]:
    """What the file's path and a heading stand in for: an article whose file is renamed would be another one."""
    if not head.fields:
        yield "there is no front matter: begin the file with `id` and `title` between two lines `---`"
        return
    for name in ("id", "title"):
        if not head.fields.get(name):
            yield f"the front matter has no `{name}`: add it"
