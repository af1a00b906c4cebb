"""Owns what a build would change, article by article. Refuses to write anything."""

from __future__ import annotations

from dataclasses import dataclass

from kb_ingest.article import Problem, Status
from kb_ingest.index import KnowledgeIndex
from kb_ingest.library import Library


@dataclass(frozen=True, slots=True)
class Difference:
    """Article ids, sorted, by what the next build would do with them, and what is wrong with the sources."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    archived: tuple[str, ...]
    problems: tuple[Problem, ...]


def between(previous: KnowledgeIndex | None, found: Library) -> Difference:
    """How `found` differs from `previous` (None: nothing was published yet)."""
    now = {article.id: article for article in found.articles if article.status is Status.PUBLISHED}
    archived = {article.id for article in found.articles if article.status is Status.ARCHIVED}
    before = previous.articles if previous else {}
    return Difference(
        added=tuple(sorted(now.keys() - before.keys())),
        changed=tuple(sorted(each for each in now.keys() & before.keys() if now[each] != before[each])),
        removed=tuple(sorted(before.keys() - now.keys() - archived)),
        archived=tuple(sorted(before.keys() & archived)),
        problems=found.problems,
    )
