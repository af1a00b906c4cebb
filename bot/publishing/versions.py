"""Owns the texts of an article that customers had, newest first, and which of them the generation in service has.

Refuses to take the rows' word for what is served: a rollback or a build by hand does not touch them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from bot.errors import Unavailable
from bot.publishing.compare import compare
from bot.publishing.dating import undated
from bot.publishing.history import Kept, Revision
from bot.publishing.impact import Kind
from bot.publishing.manuscripts import Manuscript
from bot.publishing.publications import Outcome, Publication
from bot.publishing.reader import Reader
from bot.publishing.workbench import Workbench
from kb_ingest.article import Article, Status
from kb_ingest.words import Piece

LISTED = 10
LONGEST = 90
"""Characters shown of what went and of what came."""


@dataclass(frozen=True, slots=True)
class Version:
    """A text that came into service, by whom and when; `generation` is the one that brought it, `went` and `came` are
    words that it changed in the one before."""

    revision: Revision
    by: str
    at: str
    generation: str | None
    went: str
    came: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class Served:
    """What customers get: `revision` is the kept text of it, None where nothing is served or it is kept nowhere."""

    generation: str
    is_there: bool
    revision: Revision | None
    as_recorded: bool

    def brought_by(self, plan: Publication) -> bool:
        """Whether what was done is what customers have."""
        if plan.kind is Kind.PUBLISH:
            return self.revision is not None and self.revision.id == plan.revision_id
        return not self.is_there


def versions(
    bench: Workbench, held: Manuscript, kept: Sequence[Revision], plans: Sequence[Publication]
) -> tuple[Version, ...]:
    """The last ones; `kept` and `plans` are all of the article, newest first."""
    had = _had(bench, held, kept, plans)
    found = [each for _, each in zip(range(LISTED + 1), had, strict=False)]
    done = {plan.revision_id: plan for plan in plans if plan.state is Outcome.DONE}
    return tuple(
        _version(each, found[at + 1] if at + 1 < len(found) else None, done.get(each.id))
        for at, each in enumerate(found[:LISTED])
    )


def in_service_at(kept: Sequence[Revision], plans: Sequence[Publication], at: str) -> Revision | None:
    """The text that came into service last before that moment; None: none had, or it was taken out again."""
    taken_in = [(each.created_at, each.id) for each in kept if each.why is Kept.TAKEN_IN]
    done = [(plan.done_at, plan.revision_id) for plan in plans if plan.state is Outcome.DONE and plan.done_at]
    came = max((each for each in (*taken_in, *done) if each[0] < at), key=itemgetter(0), default=None)
    return next((each for each in kept if came and each.id == came[1]), None)


def served(bench: Workbench, held: Manuscript, kept: Sequence[Revision]) -> Served:
    """What the generation in service has of it, held against what the rows say is in service."""
    try:
        index = bench.live.current()
    except Unavailable:
        return Served("none", is_there=False, revision=None, as_recorded=not held.is_live)
    article = index.articles.get(held.article_id)
    if article is None:
        return Served(index.generation, is_there=False, revision=None, as_recorded=not held.is_live)
    recorded = sorted(kept, key=lambda each: (each.id != held.live_revision, each.why not in _FROM_OUTSIDE))
    found = next((each for each in recorded if _is(bench, held, each, article)), None)
    same = found is not None and found.id == held.live_revision
    return Served(index.generation, is_there=True, revision=found, as_recorded=same)


_FROM_OUTSIDE = (Kept.PUBLISHED, Kept.TAKEN_IN)


def _had(
    bench: Workbench, held: Manuscript, kept: Sequence[Revision], plans: Sequence[Publication]
) -> Iterator[Revision]:
    """Texts whose publication was done, and those that came from a folder that had them as published."""
    done = {plan.revision_id for plan in plans if plan.state is Outcome.DONE}
    for each in kept:
        if each.id in done or (each.why is Kept.TAKEN_IN and _is_published(bench, held, each)):
            yield each


def _is_published(bench: Workbench, held: Manuscript, kept: Revision) -> bool:
    article = bench.reader.read(held.path, kept.text).article
    return article is not None and article.status is Status.PUBLISHED


def not_as_recorded(bench: Workbench, lines: Sequence[Manuscript], texts: Mapping[int, str]) -> frozenset[str]:
    """The ids of those of which customers get something else than the rows say; `texts` are those in service."""
    try:
        articles = bench.live.current().articles
    except Unavailable:
        return frozenset(held.id for held in lines if held.is_live)
    return frozenset(
        held.id
        for held in lines
        if not _is_recorded(bench, held, articles.get(held.article_id), texts.get(held.live_revision or 0))
    )


def _is_recorded(bench: Workbench, held: Manuscript, article: Article | None, text: str | None) -> bool:
    if article is None or text is None:
        return article is None and not held.is_live
    return _says(bench.reader, held.path, text, article)


def _is(bench: Workbench, held: Manuscript, kept: Revision, article: Article) -> bool:
    return _says(bench.reader, held.path, kept.text, article)


@lru_cache(maxsize=1024)
def _says(reader: Reader, path: str, text: str, article: Article) -> bool:
    """Whether the file is what is served; remembered, as a list asks it of each of its lines."""
    found = reader.read(path, text).article
    return found is not None and _told(found) == _told(article)


def _told(article: Article) -> tuple[object, ...]:
    """What a reader gets and who gets it; white space is the builder's, dates and owners are no words."""
    readers = (article.visibility, article.region, article.plan, article.product, article.audience, article.locale)
    return (article.title, article.text.split(), article.specific_extra, readers)


def _version(revision: Revision, before: Revision | None, plan: Publication | None) -> Version:
    stretches = compare(undated(before.text), undated(revision.text)) if before is not None else ()
    went = [piece for each in stretches if each.changed for piece in each.old]
    came = [piece for each in stretches if each.changed for piece in each.new]
    return Version(
        revision=revision,
        by=plan.by if plan else revision.by,
        at=(plan.done_at if plan else None) or revision.created_at,
        generation=plan.generation if plan else None,
        went=_short(went),
        came=_short(came),
        is_first=before is None,
    )


def _short(pieces: Sequence[Piece]) -> str:
    said = " … ".join(" ".join(piece.text.split()) for piece in pieces if piece.differs)
    return said if len(said) <= LONGEST else f"{said[:LONGEST].rstrip()}…"
