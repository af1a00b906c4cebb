"""Owns the scene of the ingestion fault tests: editions of a small library, and the proof that an index is
one of them.

Refuses to trust the index: each article and passage must carry one edition's mark, and its own vector and
postings.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kb_ingest.index import KnowledgeIndex
from kb_ingest.lexical import LexicalIndex
from tests.hashing_embedder import HashingEmbedder

ARTICLES = 40
STEPS = ("save", "sync", "move", "clear", "switch")
MOMENTS = tuple(f"{when} {step}" for step in STEPS for when in ("before", "after"))
"""Where a build is killed by name: what it does to the index, in order."""


def write_edition(source: Path, number: int) -> None:
    """All articles of one edition; every sentence carries the edition's mark."""
    source.mkdir(parents=True, exist_ok=True)
    for each in range(ARTICLES):
        mark = f"edition{number}"
        body = "\n\n".join(
            f"## Part {part} {mark}\nWith {mark}, lamp {each} blinks {part} times. Wait for {mark} to end."
            for part in range(4)
        )
        asked = f"questions: [how often does {mark} blink]\nunanswered: [who made {mark} and lamp {each}]\n"
        front = f"---\nid: lamp-{each}\ntitle: Lamp {each} {mark}\nstatus: published\n{asked}---\n"
        (source / f"lamp-{each}.md").write_text(front + body + "\n", encoding="utf-8")


def edition_of(found: KnowledgeIndex) -> int:
    """The one edition the index holds. Raises AssertionError when it is mixed or its parts disagree."""
    marks = {word for article in found.articles.values() for word in article.text.split() if _is_mark(word)}
    marks |= {word for chunk in found.chunks for word in chunk.embedded_text.split() if _is_mark(word)}
    marks = {mark.strip(",.") for mark in marks}
    assert len(marks) == 1, f"editions mixed: {sorted(marks)}"
    assert len(found.articles) == ARTICLES
    texts = [chunk.embedded_text for chunk in found.chunks]
    assert len(texts) == ARTICLES * 4
    assert np.array_equal(found.vectors(), HashingEmbedder().encode(texts)), "vectors are of other passages"
    expected = LexicalIndex.build(texts)
    assert found.lexical.vocabulary == expected.vocabulary, "postings are of other passages"
    assert np.array_equal(found.lexical.weights, expected.weights), "postings are of other passages"
    return int(marks.pop().removeprefix("edition"))


def _is_mark(word: str) -> bool:
    return word.startswith("edition")
