"""Owns what is measured on: articles, questions nobody asked before, and an edit of one article.

Refuses to repeat a question within a run: neither side may answer from memory.
"""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.casebook import case_file
from kb_ingest import library
from kb_ingest.article import Article, Status, Visibility

SHARED = Path("../shared/data/office_support")
SAMPLE = Path("data/kb")
SAMPLE_CASES = Path("data/eval")
ARTICLES, QUESTIONS = "kb.jsonl.gz", "queries.jsonl.gz"
OPENINGS = ("Hello.", "Hi there.", "Good morning.", "Please help me.", "I have a question.", "It is urgent.", "Thanks.")


@dataclass(frozen=True, slots=True)
class Text:
    """An article as both sides read it."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """`name` is the folder it came from."""

    name: str
    articles: tuple[Text, ...]
    questions: tuple[str, ...]

    def edited(self, number: int) -> tuple[Text, ...]:
        """The articles with one sentence added to one of them, another sentence for each `number`."""
        at = number % len(self.articles)
        old = self.articles[at]
        new = Text(old.id, old.title, f"{old.text}\n\nThis was checked again by editor {number}.\n")
        return (*self.articles[:at], new, *self.articles[at + 1 :])


def read(source: Path, most: int) -> Corpus:
    """The first `most` articles (0: all) below `source`: a pack with kb.jsonl.gz, or a folder of articles."""
    pack = source / ARTICLES
    found = library.read([pack if pack.exists() else source], date.today()).articles
    chosen = [each for each in found if each.status is Status.PUBLISHED and each.visibility is Visibility.PUBLIC]
    articles = tuple(Text(each.id, each.title, each.text) for each in chosen[: most or None])
    return Corpus(source.name, articles, tuple(dict.fromkeys(_questions(source, chosen))))


def default_source() -> Path:
    """The shared pack where it lies beside the project, else the sample base."""
    return SHARED if (SHARED / ARTICLES).exists() else SAMPLE


def write(path: Path, articles: Sequence[Text]) -> None:
    """The articles as JSONL, which both sides ingest."""
    lines = (json.dumps({"id": each.id, "title": each.title, "text": each.text}) for each in articles)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def fresh(questions: Sequence[str]) -> Iterator[str]:
    """Questions without end, each text once: as they are, then with one opening, then with two, and so on."""
    yield from questions
    for words in itertools.count(1):
        for opening in itertools.product(OPENINGS, repeat=words):
            yield from (f"{' '.join(opening)} {question}" for question in questions)


def _questions(source: Path, articles: Sequence[Article]) -> Iterator[str]:
    pack = source / QUESTIONS
    if pack.exists():
        with gzip.open(pack, "rt", encoding="utf-8") as lines:
            yield from (str(json.loads(line)["text"]) for line in lines)
    elif source == SAMPLE:
        yield from (case.text for case in case_file.read([SAMPLE_CASES]))
    else:
        yield from (article.title for article in articles)
