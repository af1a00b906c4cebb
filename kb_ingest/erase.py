"""Owns removing articles from everything derived from them, and the receipt that says what went from where.

Refuses to leave a copy in an older generation: those are rewritten without the article, the damaged ones
dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from kb_ingest import index, readers
from kb_ingest.article import Article
from kb_ingest.asked import texts_of
from kb_ingest.index import KnowledgeIndex, Model
from kb_ingest.manifest import DamagedGeneration
from kb_ingest.publish import Store


class Place(StrEnum):
    """Where something derived from an article can lie."""

    VECTORS = "vectors"
    LEXICAL = "lexical"
    CHUNKS = "chunks"
    QUESTIONS = "sample questions"
    PINNED = "pinned answers"
    ARTICLE_VERSIONS = "article versions"
    VECTOR_CACHE = "vector cache"
    OLDER_GENERATIONS = "kept older generations"
    CACHES = "caches"
    SUGGESTIONS = "suggestions"
    DRAFTS = "draft replies"


IN_SERVICE = (Place.CACHES, Place.SUGGESTIONS, Place.DRAFTS)
"""Places outside the index: what serving processes take back, and say that they did (`readers.py`)."""


@dataclass(frozen=True, slots=True)
class Removed:
    """How many entries went from one place."""

    place: Place
    removed: int


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A process that answers from the index; from `at` on nothing of the article, None: it has not said so yet."""

    process: str
    at: str | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of one erasure. `at` is UTC, ISO 8601; generations are ids, None where there was none. Without `processes`
    nobody was serving: places outside the index are not counted then, but cleared at the next start."""

    article_id: str
    at: str
    generation_before: str | None
    generation_after: str | None
    places: tuple[Removed, ...]
    processes: tuple[TakenOver, ...] = ()

    @property
    def anything(self) -> bool:
        return any(place.removed for place in self.places)


def erase(
    store: Store, article_ids: Sequence[str], before: KnowledgeIndex | None,
    after: KnowledgeIndex | None = None,
) -> tuple[Receipt, ...]:  # fmt: skip
    """Remove the articles from cache, versions and every generation, and switch readers; one receipt for
    each found.

    Runs inside `store.building()`. `before` is the current generation, `after` the one written to replace it
    (None: `before`, rewritten). Killed before the switch, it leaves all that readers have; killed after it, the
    articles are gone, and files that are left are removed by the next build or erasure. The receipts are given when
    every serving process has taken over, or name the one that has not (`readers.PATIENCE`).
    """
    found = {article_id: _Found() for article_id in article_ids}
    kept = _cleaned_generations(store, found, before)
    for each in found.values():
        each.cached = store.vectors.forget(each.texts)
    current = after.generation if after else kept[before.generation if before else ""]
    for article_id, each in found.items():
        each.versions = store.versions.count(article_id)
    old = before.generation if before else None
    whole = (each.receipt(article_id, old, current) for article_id, each in found.items())
    receipts = [receipt for receipt in whole if receipt.anything]
    generations = ([after.generation] if after else []) + list(kept.values())
    gone = [receipt.article_id for receipt in receipts]
    store.switch(current, generations, gone, after.articles if after else ())
    store.finish_forgetting()
    return _followed(store, receipts, current)


def without(whole: KnowledgeIndex, article_ids: Iterable[str]) -> KnowledgeIndex:
    """The same generation as if the articles had never been in it; nothing is embedded again."""
    gone = frozenset(article_ids)
    rows = [row for row, chunk in enumerate(whole.chunks) if chunk.article_id not in gone]
    about = whole.manifest
    return index.build(
        Model(about.model, about.model_digest, about.dimensions), about.rules,
        [article for article in whole.articles.values() if article.id not in gone],
        [whole.chunks[row] for row in rows], whole.encoded(rows),
        whole.asked.of_articles([place for place, each in enumerate(whole.articles) if each not in gone]),
    )  # fmt: skip


def _followed(store: Store, receipts: Sequence[Receipt], current: str) -> tuple[Receipt, ...]:
    standing = readers.followed(store.index_dir, current, readers.PATIENCE) if receipts else ()
    processes = tuple(TakenOver(one.process, one.at if one.generation == current else None) for one in standing)

    def taken_back(receipt: Receipt, place: Place) -> int:
        # What a process says is of its last switch: where the generation stays, that was another one.
        if receipt.generation_before == current:
            return 0
        return sum(one.taken_back.get(place, {}).get(receipt.article_id, 0) for one in standing)

    def whole(receipt: Receipt) -> Receipt:
        more = (Removed(place, taken_back(receipt, place)) for place in IN_SERVICE if standing)
        return replace(receipt, places=(*receipt.places, *more), processes=processes)

    return tuple(whole(receipt) for receipt in receipts)


class _Found:
    """What has been found of one article so far."""

    def __init__(self) -> None:
        self.passages = 0
        self.questions = 0
        self.pinned = 0
        self.older = 0
        self.cached = 0
        self.versions = 0
        self.texts: set[str] = set()

    def add(self, passages: Sequence[str], article: Article, *, is_current: bool) -> None:
        questions = texts_of([article])
        self.texts.update(passages, questions)
        if is_current:
            self.passages += len(passages)
            self.questions += len(questions)
            self.pinned += len(article.pinned_for)
        else:
            self.older += len(passages) + len(questions)

    def receipt(self, article_id: str, before: str | None, after: str | None) -> Receipt:
        numbers = {
            Place.VECTORS: self.passages, Place.LEXICAL: self.passages, Place.CHUNKS: self.passages,
            Place.QUESTIONS: self.questions, Place.PINNED: self.pinned,
            Place.ARTICLE_VERSIONS: self.versions, Place.VECTOR_CACHE: self.cached,
            Place.OLDER_GENERATIONS: self.older,
        }  # fmt: skip
        at = datetime.now(UTC).isoformat(timespec="seconds")
        return Receipt(article_id, at, before, after, tuple(Removed(*pair) for pair in numbers.items()))


def _cleaned_generations(
    store: Store, found: dict[str, _Found], before: KnowledgeIndex | None
) -> dict[str, str]:
    """Kept generation → its id without the articles, newest first; one that cannot be read is dropped."""
    if not found:
        return {generation: generation for generation in store.kept()}
    cleaned: dict[str, str] = {}
    for generation in store.kept():
        try:
            whole = store.open(generation)
        except DamagedGeneration:
            continue
        is_current = before is not None and generation == before.generation
        cleaned[generation] = _cleaned(store, whole, found, is_current=is_current)
    return cleaned


def _cleaned(store: Store, whole: KnowledgeIndex, found: dict[str, _Found], *, is_current: bool) -> str:
    held = [article_id for article_id in found if article_id in whole.articles]
    for article_id in held:
        texts = [whole.chunks[row].embedded_text for row in whole.rows_of(article_id)]
        found[article_id].add(texts, whole.articles[article_id], is_current=is_current)
    if not held:
        return whole.generation
    rest = without(whole, held)
    store.write(rest)
    return rest.generation
