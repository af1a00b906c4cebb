"""Owns the day an article says it was last changed on: set where its words come into service as others than they were.

Refuses to change it for anything else: a new owner or review date makes no text newer.
"""

from __future__ import annotations

import re

from bot.publishing import history, manuscripts
from bot.publishing.history import Kept
from bot.publishing.manuscripts import Manuscript
from bot.publishing.reader import Read
from bot.publishing.workbench import Workbench

FIELD = "updated_at"
_HEAD = re.compile(r"\A---\r?\n((?:.*\r?\n)*?)---\r?\n")
_LINE = re.compile(rf"^{FIELD}[ \t]*:.*\r?\n", re.MULTILINE)


def dated(bench: Workbench, held: Manuscript, text: str, day: str) -> str:
    """The file with `day` where its title or text are others than customers have, or had last."""
    last = _last_published(bench, held)
    found = bench.reader.read(held.path, text)
    if last is not None and _words(last) == _words(found):
        return text
    return bench.reader.rewrite(held.path, text, {FIELD: day}).text


def undated(text: str) -> str:
    """The file without that day, and without a head that has nothing else: no answer depends on it."""
    head = _HEAD.match(text)
    if head is None:
        return text
    fields = _LINE.sub("", head[1])
    return (f"---\n{fields}---\n" if fields else "") + text[head.end() :]


def _last_published(bench: Workbench, held: Manuscript) -> Read | None:
    with bench.database.snapshot() as tx:
        kept = history.revisions_of(tx, held.id)
        held = manuscripts.load(tx, held.id)
    gone = next((each.text for each in kept if each.why is Kept.ARCHIVED), None)
    text = next((each.text for each in kept if each.id == held.live_revision), gone)
    return bench.reader.read(held.path, text) if text is not None else None


def _words(found: Read) -> tuple[str, str]:
    return found.field("title"), found.body.strip()
