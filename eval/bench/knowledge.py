"""Owns the measurements without a server: embedding, full ingestion, edit of one article. Refuses cold models.

Each round gives both sides the same work, one right after the other; who begins changes from round to round.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from eval.bench import corpus, plain
from eval.bench.corpus import Corpus, Text
from eval.bench.measure import Good, Pair, Row, row
from eval.bench.plan import EDIT_TARGET, EMBED_TARGET, Plan
from eval.bench.processes import Done, Worker
from eval.bench.worker import Do, Role

SOURCE = "articles.jsonl"


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a run keeps its files; `ours` and `plain` are the two indexes."""

    work: Path

    @property
    def ours(self) -> Path:
        return self.work / "ours"

    @property
    def plain(self) -> Path:
        return self.work / "plain"

    @property
    def data(self) -> Path:
        return self.work / "data"

    @property
    def log(self) -> Path:
        return self.work / "children.log"


class Sides:
    """Both workers, given the same order back to back."""

    def __init__(self, ours: Worker, plain_parts: Worker, folders: Folders) -> None:
        self._ours = ours
        self._plain = plain_parts
        self._folders = folders
        self._round = 0

    def embed(self, texts: list[str]) -> Pair:
        """Passages a second of the same texts."""
        ours, plain_done = self._both(Do.EMBED, texts=texts)
        return Pair(len(texts) / ours.wall, len(texts) / plain_done.wall, ours.cpu, plain_done.cpu)

    def ingest(self, articles: tuple[Text, ...], *, fresh: bool) -> tuple[Pair, Pair]:
        """Seconds, then peak memory, for reading, splitting, embedding and writing; `fresh`: no index before."""
        corpus.write(self._folders.work / SOURCE, articles)
        if fresh:
            self._both(Do.FORGET)
        ours, plain_done = self._both(Do.INGEST, source=str(self._folders.work / SOURCE))
        took = Pair(ours.wall, plain_done.wall, ours.cpu, plain_done.cpu)
        return took, Pair(ours.peak_mb, plain_done.peak_mb)

    def _both(self, what: Do, **given: object) -> tuple[Done, Done]:
        self._round += 1
        if self._round % 2:
            ours = self._ours.do(what, folder=str(self._folders.ours), **given)
            return ours, self._plain.do(what, folder=str(self._folders.plain), **given)
        plain_done = self._plain.do(what, folder=str(self._folders.plain), **given)
        return self._ours.do(what, folder=str(self._folders.ours), **given), plain_done


def measure(found: Corpus, plan: Plan, folders: Folders) -> Iterator[Row]:
    """Rows as they are measured; both indexes hold the corpus as it is when the last one is out."""
    with ExitStack() as stack:
        ours = stack.enter_context(Worker(Role.OURS, folders.log))
        plain_parts = stack.enter_context(Worker(Role.PLAIN, folders.log))
        sides = Sides(ours, plain_parts, folders)
        yield _embedding(found, plan, sides)
        yield from _ingestion(found, plan, sides)
        yield _edits(found, plan, sides)


def _embedding(found: Corpus, plan: Plan, sides: Sides) -> Row:
    texts = [passage["text"] for passage in plain.split(found.articles)]
    slices = [[texts[at % len(texts)] for at in _span(number, plan)] for number in range(plan.embed_rounds)]
    pairs = [sides.embed(each) for each in slices]
    return row("embedding", "passages/s", Good.MORE_WORK, pairs, EMBED_TARGET)


def _span(number: int, plan: Plan) -> range:
    return range(number * plan.slice_texts, (number + 1) * plan.slice_texts)


def _ingestion(found: Corpus, plan: Plan, sides: Sides) -> Iterator[Row]:
    rounds = [sides.ingest(found.articles, fresh=True) for _ in range(plan.ingest_rounds)]
    yield row("full ingestion", "s", Good.LESS_TIME, [took for took, _ in rounds])
    yield row("peak memory while ingesting", "MB", Good.SMALL_SHARE, [memory for _, memory in rounds])


def _edits(found: Corpus, plan: Plan, sides: Sides) -> Row:
    pairs = [sides.ingest(found.edited(number), fresh=False)[0] for number in range(plan.edit_rounds)]
    return row("edit of one article", "s", Good.LESS_TIME, pairs, EDIT_TARGET)
