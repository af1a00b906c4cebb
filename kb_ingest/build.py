"""Owns the story of a build: library → passages → vectors → index → published generation; and of `forget`.

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

from kb_ingest import (
    article_record,
    chunk,
    difference,
    erase,
    index,
    lexical,
    library,
    manifest,
    passages,
    shrinking,
    vectors,
)  # fmt: skip
from kb_ingest.article import Article, Problem, Status
from kb_ingest.asked import texts_of
from kb_ingest.chunk import Limits
from kb_ingest.difference import Difference
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


class Overtaken(Exception):
    """Another generation came since the caller looked."""


class UnknownArticle(Exception):
    """Nothing is stored under this article id."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `embedded`, `reused`, `removed` count passages; `receipts` are of archived articles,
    `held_back` counts the drafts and archived articles of the sources, `articles_removed` what was in service and is
    not published by the sources any more, archived ones aside.
    """

    generation: str
    articles: int
    passages: int
    embedded: int
    reused: int
    removed: int
    problems: tuple[Problem, ...]
    receipts: tuple[Receipt, ...]
    seconds: float
    held_back: int
    articles_removed: int


def build(
    sources: Sequence[Path], index_dir: Path, embedder: Embedder, *, full: bool = False,
    limits: Limits | None = None, progress: Progress | None = None, on: str | None = None,
) -> BuildReport:  # fmt: skip
    """Publish the sources' articles as the current generation; only changed passages are embedded unless
    `full`.

    Raises NothingToBuild, library.NoSource, publish.Locked, and Overtaken when `on` is not current any more.
    Killed at any point, it leaves readers what they had.
    """
    started = time.monotonic()
    found = read(sources, progress)
    articles = _with_status(found, Status.PUBLISHED)
    rules = _rules(limits or Limits())
    model = Model(embedder.name, embedder.digest, embedder.dimensions)
    generation = manifest.generation_id(model.digest, rules, map(article_record.to_line, articles))
    store = Store(index_dir)
    with store.building():
        if on not in (None, store.generation_id()):
            raise Overtaken(f"{index_dir} is not at generation {on} any more; look at it again")
        store.finish_forgetting()
        previous = _previous(store)
        gone = difference.between(previous, found).removed
        shrinking.warn_of_much("build", previous.articles if previous else (), gone)
        chunks = passages.of_library(articles, rules, embedder, previous)
        texts = [passage.embedded_text for passage in chunks]
        shown = _part(progress, Stage.EMBEDDING)
        rows = vectors.of_texts(texts, embedder, store.vectors, fresh=full, progress=shown)
        built = None
        if store.alarm or store.generation_id() != generation:
            asked = vectors.of_texts(texts_of(articles), embedder, store.vectors, fresh=full)
            built = index.build(model, rules, articles, chunks, rows.rows, asked.rows)
            store.write(built)
            store.versions.add(articles)
        archived = [each.id for each in _with_status(found, Status.ARCHIVED) if store.versions.has(each.id)]
        receipts = erase.erase(store, archived, previous, built) if built or archived else ()
    return BuildReport(
        generation, len(articles), len(chunks), rows.embedded, len(chunks) - rows.embedded,
        _gone(previous, texts), found.problems, receipts, time.monotonic() - started,
        len(found.articles) - len(articles), len(gone),
    )  # fmt: skip


def diff(sources: Sequence[Path], index_dir: Path) -> Difference:
    """What a build of `sources` would change. Raises NothingToBuild, library.NoSource; nothing is written."""
    return difference.between(_previous(Store(index_dir)), read(sources))


def forget(index_dir: Path, article_id: str) -> Receipt:
    """Remove an article from the index and everything derived. Raises UnknownArticle, NoGeneration,
    publish.Locked.

    The sources are not touched: an article that is still there comes back with the next build.
    """
    store = Store(index_dir)
    with store.building(existing=True):
        receipts = erase.erase(store, [article_id], store.current())
    if not receipts:
        raise UnknownArticle(f"nothing of article {article_id!r} is stored in {index_dir}")
    return receipts[0]


def read(sources: Sequence[Path], progress: Progress | None = None) -> library.Library:
    """The articles of the sources. Raises NothingToBuild when none can be read, and library.NoSource."""
    found = library.read(sources, date.today(), _part(progress, Stage.READING))
    if not found.articles:
        nothing = "no article could be read from " + ", ".join(map(str, sources))
        raise NothingToBuild("\n".join([nothing, *(problem.told for problem in found.problems)]))
    return found


def _part(progress: Progress | None, stage: Stage) -> Callable[[int, int], None] | None:
    return (lambda done, total: progress(stage, done, total)) if progress else None


def _with_status(found: library.Library, status: Status) -> list[Article]:
    return sorted((each for each in found.articles if each.status is status), key=lambda each: each.id)


def _rules(limits: Limits) -> Rules:
    return Rules(limits.tokens, limits.word_pieces, chunk.RULES, lexical.RULES)


def _previous(store: Store) -> KnowledgeIndex | None:
    try:
        return store.current()
    except NoGeneration:
        return None


def _gone(previous: KnowledgeIndex | None, texts: Sequence[str]) -> int:
    """Passages of the previous generation that the new one does not have."""
    if previous is None:
        return 0
    return (Counter(passage.embedded_text for passage in previous.chunks) - Counter(texts)).total()
