"""Owns how much is measured: rounds and sizes, and the targets of the project. Refuses to measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

EMBED_TARGET = 3.5
EDIT_TARGET = 20.0
P50_TARGET = 2.0
THROUGHPUT_TARGET = 3.0
START_TARGET = 3.0
MEMORY_TARGET = 0.6
SAME_QUESTION = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """`articles` 0: all. `slice_texts` are embedded in each round; `questions` per round by number of clients."""

    articles: int
    slice_texts: int
    embed_rounds: int
    ingest_rounds: int
    edit_rounds: int
    start_rounds: int
    query_rounds: int
    questions: Mapping[int, int]


def thorough(articles: int, rounds: int) -> Plan:
    """What `make bench` measures."""
    return Plan(
        articles=articles,
        slice_texts=64,
        embed_rounds=rounds,
        ingest_rounds=max(1, rounds // 3),
        edit_rounds=max(1, rounds // 2),
        start_rounds=max(1, rounds // 2),
        query_rounds=rounds,
        questions={1: 20, 8: 64, 32: 128},
    )


def quick() -> Plan:
    """A run of seconds that touches everything; its figures are for nobody to quote."""
    return Plan(4, 8, 1, 1, 1, 1, 1, {1: 3, 8: 8, 32: 32})
