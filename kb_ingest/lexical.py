"""Owns the words of a text and the BM25 postings of all passages (Lucene's idf, k1 1.2, b 0.75).

Refuses pickles: postings are plain arrays in an npz file. Knows nothing of vectors or articles.
"""

from __future__ import annotations

import io
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import Stemmer
from numpy.typing import NDArray

K1 = 1.2
B = 0.75
RULES = "bm25-lucene/1"
"""Changes whenever `terms` or the weights change, so that old postings are rebuilt."""

_WORD = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*")
_PARTS = re.compile(r"['’.\-]")
_STOP_WORDS = """
a about after all also am an and any are as at be because been before being between both but by can could
did do does doing during each few for from further had has have having he her here hers him his how i if in
into is it its itself just me more most my myself no nor of on once only or other our ours own s same she
should so some such t than that the their theirs them then there these they this those through to too up us
very was we were what when where which while who whom why will with would you your yours yourself
"""
_STOP = frozenset(_STOP_WORDS.split())
_stemmer_of_thread = threading.local()


def terms(text: str) -> list[str]:
    """Stemmed words of `text` in order, no stop words. Codes such as `E-107` give `e107` and their parts."""
    words = _WORD.findall(unicodedata.normalize("NFKC", text).lower())
    return [term for word in words for term in _terms_of_word(word)]


@lru_cache(maxsize=100_000)
def _terms_of_word(word: str) -> tuple[str, ...]:
    if word in _STOP:
        return ()
    parts = _PARTS.split(word)
    if len(parts) == 1:
        return (stem(word),)
    kept = [stem(part) for part in parts if part not in _STOP]
    if any(character.isdigit() for character in word):
        kept.append("".join(parts))
    return tuple(kept)


def stem(word: str) -> str:
    """The word without its endings."""
    # A Stemmer keeps state while it works, so each thread has its own.
    stemmer = getattr(_stemmer_of_thread, "stemmer", None)
    if stemmer is None:
        stemmer = _stemmer_of_thread.stemmer = Stemmer.Stemmer("english", 0)
    return str(stemmer.stemWord(word))


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """Postings of n passages in one table: term t owns `rows[starts[t]:starts[t + 1]]`."""

    size: int
    vocabulary: dict[str, int]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    weights: NDArray[np.float32]
    idfs: NDArray[np.float32] = field(repr=False)

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """Postings of `texts`; row i is `texts[i]`."""
        return cls.of_counts([Counter(terms(text)) for text in texts])

    @classmethod
    def of_counts(cls, counts: Sequence[Counter[str]]) -> LexicalIndex:
        """Postings of passages given as term counts."""
        vocabulary = {term: number for number, term in enumerate(sorted(set().union(*counts)))}
        lengths = np.array([count.total() for count in counts], dtype=np.float64)
        columns = np.array([vocabulary[term] for count in counts for term in count], dtype=np.int64)
        frequencies = np.array([n for count in counts for n in count.values()], dtype=np.float64)
        rows = np.repeat(np.arange(len(counts), dtype=np.int32), [len(count) for count in counts])
        order = np.argsort(columns, kind="stable")
        columns, rows, frequencies = columns[order], rows[order], frequencies[order]
        found_in = np.bincount(columns, minlength=len(vocabulary))
        idfs = np.log1p((len(counts) - found_in + 0.5) / (found_in + 0.5))
        norms = K1 * (1 - B + B * lengths / max(lengths.mean() if len(counts) else 0.0, 1e-9))
        weights = idfs[columns] * frequencies / (frequencies + norms[rows])
        starts = np.concatenate([[0], np.cumsum(found_in)]).astype(np.int64)
        plain = (weights.astype(np.float32), idfs.astype(np.float32))
        return cls(len(counts), vocabulary, starts, rows, *plain)

    def scores(
        self, query_terms: Sequence[str], mask: NDArray[np.bool_] | None = None
    ) -> NDArray[np.float32]:
        """BM25 score of each passage, shape (n,); a repeated term counts again; 0 where `mask` is False."""
        total = np.zeros(self.size, dtype=np.float32)
        for term in query_terms:
            number = self.vocabulary.get(term)
            if number is not None:
                span = slice(self.starts[number], self.starts[number + 1])
                total[self.rows[span]] += self.weights[span]
        if mask is not None:
            total[~mask] = 0.0
        return total

    def holders(self, term: str) -> NDArray[np.int32]:
        """Rows of the passages that hold a stemmed term, ascending; empty for an unseen one."""
        number = self.vocabulary.get(term)
        if number is None:
            return np.empty(0, dtype=np.int32)
        return self.rows[self.starts[number] : self.starts[number + 1]]

    def idf(self, term: str) -> float:
        """Lucene's idf of a stemmed term; an unseen term gets the idf of one found in no passage."""
        number = self.vocabulary.get(term)
        return float(self.idfs[number]) if number is not None else float(np.log1p((self.size + 0.5) / 0.5))

    def to_bytes(self) -> bytes:
        """The postings as an npz file, without pickle; the same postings give the same bytes."""
        words = np.frombuffer("\n".join(self.vocabulary).encode(), dtype=np.uint8)
        file = io.BytesIO()
        np.savez(
            file, size=np.int64(self.size), words=words, starts=self.starts, rows=self.rows,
            weights=self.weights, idfs=self.idfs,
        )  # fmt: skip
        return file.getvalue()

    @classmethod
    def of_bytes(cls, content: bytes) -> LexicalIndex:
        """Read what `to_bytes` gave. Raises ValueError or KeyError on anything else."""
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            joined = arrays["words"].tobytes().decode()
            words = joined.split("\n") if joined else []
            return cls(
                int(arrays["size"]), {word: number for number, word in enumerate(words)},
                arrays["starts"], arrays["rows"], arrays["weights"], arrays["idfs"],
            )  # fmt: skip
