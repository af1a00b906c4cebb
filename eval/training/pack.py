"""Owns the material of a training: questions of many bases, each with the passages that the desk finds for it.

Refuses the test split, and everything that only works beside the project: a pack is one file that travels.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.access import PUBLIC_VISITOR
from bot.respond import Responder
from bot.retrieval.passage import ArticleHit
from bot.retrieval.question import Known, Question
from bot.retrieval.search import search
from bot.retrieval.standalone import understand
from eval.case import Case
from eval.shared_sets import SharedQuestion
from kb_ingest.index import KnowledgeIndex

CANDIDATES = 10
SYNTHETIC = 300
"""Titles and headings of a base that serve as questions, at most."""
CONTEXT = 3
"""Turns before the message that are read with it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article found: its row among the set's articles, its best passages' rows, what it was ranked by."""

    article: int
    passages: tuple[int, ...]
    score: float
    dense: float
    late: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `relevant`: rows of articles that answer; `answers`: texts that the right span holds;
    `positive`: for a made question the passage as it reads without the words that became the question.
    """

    text: str
    alone: str
    kind: str
    relevant: tuple[int, ...]
    answers: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    positive: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """One base: its passages as they are embedded, the article of each, and its questions."""

    name: str
    passages: tuple[str, ...]
    articles: tuple[int, ...]
    questions: tuple[Asked, ...]


class Packer:
    """Packs the questions of one base."""

    def __init__(self, name: str, responder: Responder) -> None:
        self._name = name
        self._responder = responder
        self._index: KnowledgeIndex = responder.live.current()
        ids = list(dict.fromkeys(chunk.article_id for chunk in self._index.chunks))
        self._numbers = {article_id: number for number, article_id in enumerate(ids)}
        self._rows = {chunk.id: row for row, chunk in enumerate(self._index.chunks)}

    def pack(self, questions: Iterable[Asked]) -> Pack:
        """The whole base with these questions."""
        chunks = self._index.chunks
        return Pack(
            self._name,
            tuple(chunk.embedded_text for chunk in chunks),
            tuple(self._numbers[chunk.article_id] for chunk in chunks),
            tuple(questions),
        )

    def of_cases(self, cases: Iterable[Case]) -> Iterator[Asked]:
        """Our own cases, as their customers."""
        for case in cases:
            question = understand(case.text, case.context, case.known, self._responder.variants)
            yield self._asked(question, case.kind, case.expect.articles, case.expect.spans)

    def of_shared(self, questions: Iterable[SharedQuestion], answers: Mapping[str, Sequence[str]]) -> Iterator[Asked]:
        """Questions of a public set."""
        for each in questions:
            question = understand(each.text, each.context, Known(), self._responder.variants)
            kind = "in" if each.relevant else "out"
            yield self._asked(question, kind, each.relevant, answers.get(each.id, ()))

    def made(self) -> Iterator[Asked]:
        """Titles and headings as questions, every n-th; each passage then reads without them."""
        pairs = [(words, chunk) for chunk in self._index.chunks for words in self._names_of(chunk.title, chunk)]
        seen = {words: chunk for words, chunk in reversed(pairs)}
        every = max(-(-len(seen) // SYNTHETIC), 1)
        for words, chunk in list(seen.items())[::every]:
            question = understand(words, (), Known(), self._responder.variants)
            yield self._asked(question, "made", (chunk.article_id,), (), chunk.text)

    def _names_of(self, title: str, chunk: object) -> Iterator[str]:
        path = chunk.heading_path  # type: ignore[attr-defined]
        for words in {title, path[-1] if path else ""}:
            if len(words.split()) >= 4:
                yield words

    def _asked(
        self, question: Question, kind: str, relevant: Sequence[str], answers: Sequence[str], positive: str = ""
    ) -> Asked:
        found = search(self._index, self._responder.encoder, question, PUBLIC_VISITOR, CANDIDATES)
        return Asked(
            read_as(question),
            question.standalone,
            kind,
            tuple(self._numbers[each] for each in relevant if each in self._numbers),
            tuple(answers),
            tuple(self._candidate(hit) for hit in found.hits),
            positive,
        )

    def _candidate(self, hit: ArticleHit) -> Candidate:
        return Candidate(
            self._numbers[hit.article.id],
            tuple(self._rows[passage.chunk.id] for passage in hit.passages),
            round(hit.score, 4),
            round(max(p.dense for p in hit.passages), 4),
            round(max(p.late for p in hit.passages), 4),
            round(max(p.lexical for p in hit.passages), 4),
        )


def read_as(question: Question) -> str:
    """The message with the turns before it, as one text."""
    return " ".join([*(utterance.text for utterance in question.context[-CONTEXT:]), question.said])


def write(path: Path, packs: Iterable[Pack]) -> None:
    """One line of JSON a set."""
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for pack in packs:
            file.write(json.dumps(asdict(pack)) + "\n")
