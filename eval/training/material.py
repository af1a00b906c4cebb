"""Owns reading a pack into word pieces, and drawing batches from it. Refuses models.

Needs numpy and tokenizers alone: it also runs on a machine that has an accelerator and nothing of this project.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tokenizers
from numpy.typing import NDArray

PASSAGE_PIECES = 256
QUESTION_PIECES = 64
START, END = 101, 102
"""[CLS] and [SEP] of the packaged model's vocabulary."""
Pieces = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Text:
    """Word pieces without a frame, and where each begins and ends in the text."""

    text: str
    pieces: Pieces
    starts: Pieces
    ends: Pieces


@dataclass(frozen=True, slots=True)
class Example:
    """One question: `candidates` are (article, passage rows), best first."""

    text: Pieces
    alone: Pieces
    kind: str
    relevant: frozenset[int]
    answers: tuple[str, ...]
    candidates: tuple[tuple[int, tuple[int, ...]], ...]
    positive: Text | None

    @property
    def answerable(self) -> bool:
        return bool(self.relevant)


@dataclass(frozen=True, slots=True)
class Base:
    """One set in word pieces: `rows[article]` are the passages of an article, `idf` is by word piece."""

    name: str
    passages: tuple[Text, ...]
    articles: tuple[int, ...]
    rows: tuple[tuple[int, ...], ...]
    idf: NDArray[np.float32]
    examples: tuple[Example, ...]


def read(pack: Path, tokenizer_file: Path) -> list[Base]:
    """Every set of a pack."""
    tokenizer = tokenizers.Tokenizer.from_file(str(tokenizer_file))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    with gzip.open(pack, "rt", encoding="utf-8") as lines:
        return [_base(json.loads(line), tokenizer) for line in lines]


def _base(value: dict[str, Any], tokenizer: tokenizers.Tokenizer) -> Base:
    passages = tuple(_texts(value["passages"], tokenizer, PASSAGE_PIECES - 2))
    articles = tuple(value["articles"])
    rows: list[list[int]] = [[] for _ in range(max(articles) + 1)]
    for row, article in enumerate(articles):
        rows[article].append(row)
    asked = value["questions"]
    read = [text.pieces[-QUESTION_PIECES:] for text in _texts([q["text"] for q in asked], tokenizer, 10**6)]
    alone = [text.pieces for text in _texts([q["alone"] for q in asked], tokenizer, PASSAGE_PIECES - 2)]
    made = list(_texts([q["positive"] for q in asked], tokenizer, PASSAGE_PIECES - 2))
    examples = tuple(
        Example(
            read[i], alone[i], q["kind"], frozenset(q["relevant"]), tuple(q["answers"]),
            tuple((c["article"], tuple(c["passages"])) for c in q["candidates"]), made[i] if q["positive"] else None,
        )  # fmt: skip
        for i, q in enumerate(asked)
    )
    return Base(value["name"], passages, articles, tuple(map(tuple, rows)), _idf(passages), examples)


def _texts(texts: Sequence[str], tokenizer: tokenizers.Tokenizer, at_most: int) -> Iterator[Text]:
    for text, found in zip(texts, tokenizer.encode_batch(list(texts), add_special_tokens=False), strict=True):
        spans = np.array(found.offsets, np.int32).reshape(-1, 2)[:at_most]
        yield Text(text, np.array(found.ids[:at_most], np.int32), spans[:, 0], spans[:, 1])


def _idf(passages: Sequence[Text]) -> NDArray[np.float32]:
    held = np.zeros(40000, np.float32)
    for passage in passages:
        held[np.unique(passage.pieces)] += 1
    return np.log1p((len(passages) - held + 0.5) / (held + 0.5)).astype(np.float32)


def framed(pieces: Sequence[Pieces]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ids and mask, (n, longest), each text in its frame."""
    longest = max(len(p) for p in pieces) + 2
    ids = np.zeros((len(pieces), longest), np.int64)
    mask = np.zeros_like(ids)
    for row, each in enumerate(pieces):
        ids[row, : len(each) + 2] = [START, *each, END]
        mask[row, : len(each) + 2] = 1
    return ids, mask


def paired(pairs: Sequence[tuple[Pieces, Pieces]]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Ids, mask and which text (0 question, 1 passage), (n, longest), for question and passage read together."""
    longest = max(len(q) + len(p) for q, p in pairs) + 3
    ids = np.zeros((len(pairs), longest), np.int64)
    mask, kinds = np.zeros_like(ids), np.zeros_like(ids)
    for row, (question, passage) in enumerate(pairs):
        size = len(question) + len(passage) + 3
        ids[row, :size] = [START, *question, END, *passage, END]
        mask[row, :size] = 1
        kinds[row, len(question) + 2 : size] = 1
    return ids, mask, kinds
