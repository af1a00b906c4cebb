"""Owns by how much an edit moves the word statistics under what it left alone, term by term, and what it moved.

BM25 counts words over the whole base, so an edit of one article shifts the scores of all others a little. The shift is
read off the postings of both indexes, not estimated. Refuses to say what it does to a question: see `brink`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from kb_ingest.article import Article
from kb_ingest.index import KnowledgeIndex
from kb_ingest.lexical import LexicalIndex

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows `before` and `after` the edit that hold the same passage, both ascending, and the others of either side."""

    before: Rows
    after: Rows
    gone: Rows
    come: Rows


@dataclass(frozen=True, slots=True)
class Shift:
    """Of each term the least and the greatest factor by which a weight or its idf changed under rows that were kept."""

    least: Mapping[str, float]
    most: Mapping[str, float]
    unseen: float

    def of(self, words: Collection[str], before: LexicalIndex) -> tuple[float, float]:
        """The least and greatest factor of any sum of these words' weights, or of their idfs."""
        rest = {word: 1.0 if word in before.vocabulary else self.unseen for word in words}
        low = min((self.least.get(word, other) for word, other in rest.items()), default=1.0)
        return low, max((self.most.get(word, other) for word, other in rest.items()), default=1.0)


def kept_rows(before: KnowledgeIndex, after: KnowledgeIndex, changed: Collection[str]) -> Kept:
    """Passages that are the same and whose article is for the same readers; their order is the same, too."""
    pairs = list(_pairs(before, after, changed))
    old, new = (np.array(side, np.int64) for side in (zip(*pairs, strict=True) if pairs else ((), ())))
    gone = np.setdiff1d(np.arange(len(before.chunks)), old)
    return Kept(old, new, gone, np.setdiff1d(np.arange(len(after.chunks)), new))


def _pairs(before: KnowledgeIndex, after: KnowledgeIndex, changed: Collection[str]) -> Iterator[tuple[int, int]]:
    for name, article in before.articles.items():
        if name not in after.articles or not _alike(article, after.articles[name]):
            continue
        old, new = before.rows_of(name).tolist(), after.rows_of(name).tolist()
        if name not in changed:
            yield from zip(old, new, strict=True)
            continue
        was, now = _texts(before, old), _texts(after, new)
        for at, to, size in SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks():
            yield from zip(old[at : at + size], new[to : to + size], strict=True)


def _texts(index: KnowledgeIndex, rows: Sequence[int]) -> list[str]:
    return [index.chunks[row].embedded_text for row in rows]


def _alike(one: Article, other: Article) -> bool:
    """Whether both are found by the same customers, under the same names."""
    about = ("title", "visibility", "region", "plan", "product", "audience", "locale", "area")
    return all(getattr(one, each) == getattr(other, each) for each in about)


def shift(before: LexicalIndex, after: LexicalIndex, old: Rows, new: Rows) -> Shift:
    """`old` and `new` rows hold the same texts, in the same order."""
    (terms, _, was), (_, _, now) = _held(before, old), _held(after, new)
    factor = now.astype(np.float64) / was
    moved = factor != 1.0
    least, most = dict[str, float](), dict[str, float]()
    names = list(before.vocabulary)
    for number in np.unique(terms[moved]).tolist():
        of_term = factor[slice(*np.searchsorted(terms, (number, number + 1)))]
        least[names[number]], most[names[number]] = float(of_term.min()), float(of_term.max())
    for word, number in before.vocabulary.items():
        there = after.vocabulary.get(word)
        if there is not None and after.idfs[there] == before.idfs[number]:
            continue
        idf = after.idf(word) / before.idf(word)
        least[word], most[word] = min(least.get(word, idf), idf), max(most.get(word, idf), idf)
    return Shift(least, most, np.log1p((after.size + 0.5) / 0.5) / np.log1p((before.size + 0.5) / 0.5))


def _held(index: LexicalIndex, rows: Rows) -> tuple[Rows, Rows, NDArray[np.float32]]:
    """Term, row and weight of the postings of these rows, by term and then by row."""
    mine = np.zeros(index.size, np.bool_)
    mine[rows] = True
    terms = np.repeat(np.arange(len(index.vocabulary)), np.diff(index.starts))
    own = mine[index.rows]
    return terms[own], index.rows[own].astype(np.int64), index.weights[own]


def best_of(index: LexicalIndex, rows: Sequence[int] | Rows) -> Mapping[str, float]:
    """Term → its greatest weight in these rows."""
    terms, _, weights = _held(index, np.asarray(rows, np.int64))
    names = list(index.vocabulary)
    found = dict[str, float]()
    for number, weight in zip(terms.tolist(), weights.tolist(), strict=True):
        found[names[number]] = max(found.get(names[number], 0.0), weight)
    return found
