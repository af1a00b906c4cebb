"""Owns removing an article that customers do not have: drafts, kept texts, acts, plans, looks; with a receipt.

Refuses one that customers have or get again: it is taken out of service first, which has its own receipt.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from sqlalchemy import Connection, delete

from bot.errors import Conflict, Unavailable
from bot.publishing import history, manuscripts, publications
from bot.publishing.effect import ARTICLES
from bot.publishing.export import put
from bot.publishing.history import Kept
from bot.publishing.manuscripts import Manuscript
from bot.publishing.workbench import Workbench
from bot.publishing.write import check_version
from bot.storage import clock
from bot.storage import manuscript_tables as tables

_KEPT = {
    "looks of the gate": tables.impacts,
    "plans and receipts": tables.publications,
    "kept texts": tables.revisions,
    "acts": tables.manuscript_acts,
}
"""In the order in which they may go: a plan names a text."""


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed from one place."""

    place: str
    removed: int


@dataclass(frozen=True, slots=True)
class Removal:
    """Proof that nothing of an article is kept here any more."""

    article_id: str
    path: str
    by: str
    at: str
    places: tuple[Removed, ...]


def was_published(tx: Connection, held: Manuscript) -> bool:
    """Whether a text of it ever was in service, so that its going is not its author's alone."""
    public = (Kept.PUBLISHED, Kept.ARCHIVED, Kept.TAKEN_IN)
    return held.is_live or any(each.why in public for each in history.revisions_of(tx, held.id))


def in_the_way(tx: Connection, bench: Workbench, held: Manuscript) -> str:
    """Why it cannot be removed, as a sentence; empty when it can."""
    if held.is_live or _is_served(bench, held):
        return "Customers have this article: take it out of service first."
    if any(plan.is_open for plan in publications.of_manuscript(tx, held.id)):
        return "It is planned to come into service or to leave it: take the plan back first."
    if bench.git is not None and (bench.git / held.path).exists():
        return "The folder has this article: remove its file there."
    return ""


def remove(tx: Connection, bench: Workbench, by: str, manuscript_id: str, version: int) -> Removal:
    """Remove every row and copy of it, while the gate is at rest. Conflict when somebody changed it since `version`,
    and where customers have it."""
    held = manuscripts.load(tx, manuscript_id)
    check_version(tx, held, version)
    if why := in_the_way(tx, bench, held):
        raise Conflict(why)
    places = [
        Removed(name, tx.execute(delete(table).where(table.c.manuscript_id == held.id)).rowcount)
        for name, table in _KEPT.items()
    ]
    tx.execute(delete(tables.manuscripts).where(tables.manuscripts.c.id == held.id))
    copies = Removed("files of the gate and the builder", _remove_copies(bench, held.path))
    return Removal(held.article_id, held.path, by, clock.now(), (*places, copies))


def _is_served(bench: Workbench, held: Manuscript) -> bool:
    try:
        return held.article_id in bench.live.current().articles
    except Unavailable:
        return False


def _remove_copies(bench: Workbench, path: str) -> int:
    """The file that was written for the builder, and all that the gate keeps: its indexes and runs quote what they were
    made of, and the next look makes them again."""
    files = [each for each in bench.folder.rglob("*") if each.is_file()]
    put(bench.folder / ARTICLES, path, None)
    for folder in bench.folder.glob("*"):
        if folder.name != ARTICLES:
            shutil.rmtree(folder)
    return sum(not each.exists() for each in files)
