"""Owns the story of a build: library → passages → vectors → index → published generation; and of `diff` and `forget`.

Refuses detail: every step is one call into the module that has the step's name.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from kb_ingest import article_record, chunk, erase, index, library, lexical, manifest, tokens, vectors
from kb_ingest.article import Article, Problem, Status
from kb_ingest.chunk import Chunk, Limits
from kb_ingest.embedder import Embedder
from kb_ingest.erase import Receipt
from kb_ingest.index import KnowledgeIndex, Model
from kb_ingest.manifest import Rules
from kb_ingest.publish import NoGeneration, Store


class Stage(StrEnum):
    """The two steps worth a progress bar."""

    READING = "reading"
    EMBEDDING = "embedding"


Progress = Callable[[Stage, int, int], None]
"""Called with (stage, done, in all)."""


class NothingToBuild(Exception):
    """No source held an article that can be read; the index is as it was."""


class UnknownArticle(Exception):
    """Nothing is stored under this article id."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `embedded`, `reused` and `removed` count passages; `receipts` are of archived articles."""

    generation: str
    articles: int
    passages: int
    embedded: int
    reused: int
    removed: int
    problems: tuple[Problem, ...]
    receipts: tuple[Receipt, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Difference:
    """Article ids by what the next build would do with them."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    archived: tuple[str, ...]
    problems: tuple[Problem, ...]


def build(
    sources: Sequence[Path], index_dir: Path, embedder: Embedder, *, full: bool = False,
    progress: Progress | None = None, limits: Limits = Limits(),
) -> BuildReport:  # fmt: skip
    """Publish the sources' articles as the current generation. Only changed passages are embedded unless `full`.

    Raises NothingToBuild and publish.Locked. Killed at any point, it leaves readers what they had.
    """
    started = time.monotonic()
    found = _read(sources, progress)
    store = Store(index_dir)
    with store.building():
        previous = _previous(store)
        model = Model(embedder.name, embedder.digest, embedder.dimensions)
        rules = Rules(limits.tokens, limits.word_pieces, chunk.RULES, lexical.RULES)
        articles = _published(found)
        chunks = _passages(articles, rules, previous, limits, embedder)
        texts = [passage.embedded_text for passage in chunks]
        rows = vectors.of_texts(texts, embedder, store.vectors, fresh=full, progress=_part(progress, Stage.EMBEDDING))
        generation = manifest.generation_id(model.digest, rules, map(article_record.to_line, articles))
        archived = [article_id for article_id in _archived(found) if store.versions.has(article_id)]
        built = None
        if not _is_current(store, generation):
            built = index.build(model, rules, articles, chunks, rows.rows)
            store.write(built)
            store.versions.add(articles)
        receipts = erase.erase(store, archived, previous, built) if built or archived else ()
    return BuildReport(
        generation, len(articles), len(chunks), rows.embedded, len(chunks) - rows.embedded,
        _gone(previous, texts), found.problems, receipts, time.monotonic() - started,
    )  # fmt: skip


def diff(sources: Sequence[Path], index_dir: Path) -> Difference:
    """What a build of `sources` would change, by article; nothing is written."""
    found = _read(sources, None)
    now = {article.id: article for article in _published(found)}
    previous = _previous(Store(index_dir))
    before = previous.articles if previous else {}
    archived = {article.id for article in found.articles if article.status is Status.ARCHIVED}
    return Difference(
        added=tuple(sorted(now.keys() - before.keys())),
        changed=tuple(sorted(each for each in now.keys() & before.keys() if now[each] != before[each])),
        removed=tuple(sorted(before.keys() - now.keys() - archived)),
        archived=tuple(sorted(before.keys() & archived)),
        problems=found.problems,
    )


def forget(index_dir: Path, article_id: str) -> Receipt:
    """Remove an article from the index and everything derived. Raises UnknownArticle, NoGeneration, publish.Locked.

    The sources are not touched: an article that is still there comes back with the next build.
    """
    store = Store(index_dir)
    with store.building():
        before = store.current()
        receipts = erase.erase(store, [article_id], before)
    if not receipts:
        raise UnknownArticle(f"nothing of article {article_id!r} is stored in {index_dir}")
    return receipts[0]


def _read(sources: Sequence[Path], progress: Progress | None) -> library.Library:
    found = library.read(sources, date.today(), _part(progress, Stage.READING))
    if not found.articles:
        raise NothingToBuild("no article could be read from " + ", ".join(map(str, sources)))
    return found


def _part(progress: Progress | None, stage: Stage) -> Callable[[int, int], None] | None:
    return (lambda done, total: progress(stage, done, total)) if progress else None


def _previous(store: Store) -> KnowledgeIndex | None:
    try:
        return store.current()
    except NoGeneration:
        return None


def _published(found: library.Library) -> list[Article]:
    published = (article for article in found.articles if article.status is Status.PUBLISHED)
    return sorted(published, key=lambda article: article.id)


def _archived(found: library.Library) -> list[str]:
    return [article.id for article in found.articles if article.status is Status.ARCHIVED]


def _is_current(store: Store, generation: str) -> bool:
    return store.alarm is None and store.generation_id() == generation


def _gone(previous: KnowledgeIndex | None, texts: Sequence[str]) -> int:
    """Passages of the previous generation that the new one does not have."""
    if previous is None:
        return 0
    return (Counter(passage.embedded_text for passage in previous.chunks) - Counter(texts)).total()


def _passages(
    articles: Sequence[Article], rules: Rules, previous: KnowledgeIndex | None, limits: Limits, embedder: Embedder
) -> list[Chunk]:
    """Each article's passages; those of an unchanged article are taken over from `previous`."""
    reusable = previous if previous and previous.manifest.rules == rules else None
    counter = _Counter(embedder)
    passages: list[Chunk] = []
    for article in articles:
        if reusable and (old := reusable.articles.get(article.id)) and old.version == article.version:
            passages += [reusable.chunks[row] for row in reusable.rows_of(article.id)]
        else:
            passages += chunk.split(article, limits, counter)
    return passages


class _Counter:
    """The two measures a passage must respect."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def tokens(self, text: str) -> int:
        return tokens.count(text)

    def word_pieces(self, text: str) -> int:
        return self._embedder.word_pieces(text)
