"""Owns taking a folder's articles in as manuscripts, at first and whenever the folder changes.

Refuses to write over what a person wrote here: such a draft stays, and what the folder has is the text in service.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.publishing import history, manuscripts
from bot.publishing.history import BY_FOLDER, Deed, Kept
from bot.publishing.manuscripts import Manuscript, State
from bot.publishing.reader import Read
from bot.publishing.write import blank
from bot.storage.clean_text import storable
from kb_ingest.article import Status

_STATES = {Status.PUBLISHED: State.PUBLISHED, Status.DRAFT: State.DRAFT, Status.ARCHIVED: State.ARCHIVED}


@dataclass(frozen=True, slots=True)
class Taken:
    """How many articles came, changed, or are gone from the folder; `kept`: ids whose text here is a person's."""

    added: int
    changed: int
    gone: int
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file of the folder, by its path in it."""

    path: str
    found: Read


def take_in(tx: Connection, files: Sequence[File], *, folder_is_truth: bool) -> Taken:
    """Bring the manuscripts up to the folder. Where the folder is the truth, what is gone from it is out of service;
    where it is not, an article published here is left alone."""
    added = changed = 0
    kept = list[str]()
    seen = set[str]()
    for file in files:
        article_id = manuscripts.article_id_of(file.path, file.found)
        if article_id in seen:
            continue  # a second file with this id is left out by the build, too
        seen.add(article_id)
        held = manuscripts.of_article(tx, article_id)
        if held is None:
            _add(tx, file)
            added += 1
        elif not folder_is_truth and _is_ours(tx, held):
            kept.append(article_id)
        else:
            changed += _renew(tx, held, file)
    gone = _drop(tx, seen) if folder_is_truth else 0
    return Taken(added, changed, gone, tuple(kept))


def _add(tx: Connection, file: File) -> None:
    made = manuscripts.add(tx, blank(file.path, file.found, _state(file.found)))
    revision = history.keep(tx, made.id, made.text, Kept.TAKEN_IN, BY_FOLDER)
    history.record(tx, made.id, Deed.TAKEN_IN, BY_FOLDER, file.path)
    if made.state is State.PUBLISHED:
        manuscripts.store(tx, replace(made, live_revision=revision))


def _renew(tx: Connection, held: Manuscript, file: File) -> bool:
    """True when the folder has another text than at the last look."""
    text = storable(file.found.text)
    last = next((each for each in history.revisions_of(tx, held.id) if each.why is Kept.TAKEN_IN), None)
    if last is not None and last.text == text and held.path == file.path:
        return False
    revision = history.keep(tx, held.id, text, Kept.TAKEN_IN, BY_FOLDER)
    history.record(tx, held.id, Deed.TAKEN_IN, BY_FOLDER, file.path)
    state = _state(file.found)
    renewed = replace(held, path=file.path, live_revision=revision if state is State.PUBLISHED else None)
    is_draft = held.state in (State.DRAFT, State.REVIEW) and last is not None and held.text != last.text
    if not is_draft or held.text == text:
        renewed = replace(renewed, text=text, state=state, edited_by=None)
        renewed = renewed.having(manuscripts.facts_of(file.path, file.found))
    manuscripts.store(tx, renewed)
    return True


def _drop(tx: Connection, seen: set[str]) -> int:
    """A draft written here lives on without its file."""
    gone = [each for each in manuscripts.every(tx) if each.article_id not in seen and each.is_live]
    for each in gone:
        history.record(tx, each.id, Deed.ARCHIVED, BY_FOLDER, "the file is gone")
        state = State.ARCHIVED if each.state is State.PUBLISHED else each.state
        manuscripts.store(tx, replace(each, state=state, live_revision=None))
    return len(gone)


def _is_ours(tx: Connection, held: Manuscript) -> bool:
    """Whether a text of it was published or archived here."""
    by_people = (Kept.PUBLISHED, Kept.ARCHIVED)
    return any(each.why in by_people for each in history.revisions_of(tx, held.id))


def _state(found: Read) -> State:
    return _STATES[found.article.status] if found.article else State.DRAFT
