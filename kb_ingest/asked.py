"""Owns the questions that an article's author says customers ask: those it answers, and those it leaves open.

Refuses to be shown: they are compared, never said. Knows nothing of who may see an article.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from kb_ingest.article import Article
from kb_ingest.encoded import Encoded, vectors_of
from kb_ingest.lexical import LexicalIndex
from kb_ingest.token_index import TokenIndex


@dataclass(frozen=True, slots=True)
class Questions:
    """m questions: `owners` (m,) the place of each one's article, `vectors` (m, d) of unit length, their `tokens`."""

    owners: NDArray[np.int64]
    vectors: NDArray[np.float32]
    tokens: TokenIndex

    @classmethod
    def build(cls, counts: Sequence[int], encoded: Sequence[Encoded], dimensions: int) -> Questions:
        """`counts` of the articles, and what the model made of each of their questions in turn."""
        owners = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
        return cls(owners, vectors_of(encoded, dimensions), TokenIndex.build(encoded))

    def at(self, places: Sequence[int]) -> list[Encoded]:
        """What the model made of these questions."""
        return [Encoded(self.vectors[place], *self.tokens.of_row(place)) for place in places]

    def of_articles(self, articles: Sequence[int]) -> list[Encoded]:
        """What the model made of the questions of these articles, in turn."""
        return self.at(np.flatnonzero(np.isin(self.owners, articles)).tolist())

    def to_bytes(self) -> bytes:
        """Owners and vectors, without pickle; the same questions give the same bytes. The tokens go apart."""
        file = io.BytesIO()
        np.savez(file, owners=self.owners, vectors=self.vectors)
        return file.getvalue()

    @classmethod
    def of_bytes(cls, content: bytes, tokens: bytes) -> Questions:
        """Read what `to_bytes` and the tokens gave. Raises ValueError or KeyError on anything else."""
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return cls(arrays["owners"], arrays["vectors"], TokenIndex.of_bytes(tokens))


@dataclass(frozen=True, slots=True)
class AskedIndex:
    """The questions `foreseen` and those left `unanswered`; `words`: postings of whole articles together with the
    questions they answer, one row an article; empty where none was foreseen.
    """

    foreseen: Questions
    unanswered: Questions
    words: LexicalIndex

    @classmethod
    def build(cls, articles: Sequence[Article], encoded: Sequence[Encoded], dimensions: int) -> AskedIndex:
        """`encoded` is what the model made of `texts_of(articles)`."""
        foreseen = [len(article.questions) for article in articles]
        open_still = [len(article.unanswered) for article in articles]
        middle = sum(foreseen)
        texts = ["\n".join([each.title, each.text, *each.questions]) for each in articles] if middle else []
        return cls(
            Questions.build(foreseen, encoded[:middle], dimensions),
            Questions.build(open_still, encoded[middle:], dimensions),
            LexicalIndex.build(texts),
        )

    @property
    def share(self) -> float:
        """The share of the articles that have questions which they answer."""
        return len(np.unique(self.foreseen.owners)) / max(self.words.size, 1)

    def of_articles(self, articles: Sequence[int]) -> list[Encoded]:
        """What the model made of all questions of these articles, in the order of `texts_of`."""
        return self.foreseen.of_articles(articles) + self.unanswered.of_articles(articles)

    def belongs_to(self, articles: Sequence[Article]) -> bool:
        """Whether it has as many questions as the articles."""
        held = (self.foreseen, self.unanswered)
        wanted = (sum(len(each.questions) for each in articles), sum(len(each.unanswered) for each in articles))
        return all(
            len(of.owners) == len(of.vectors) == of.tokens.size == count
            for of, count in zip(held, wanted, strict=True)
        )


def texts_of(articles: Sequence[Article]) -> list[str]:
    """Every question that the articles answer, then every one that they leave open."""
    answered = chain.from_iterable(each.questions for each in articles)
    return [*answered, *chain.from_iterable(each.unanswered for each in articles)]
