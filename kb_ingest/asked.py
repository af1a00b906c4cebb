"""Owns the questions that an article's author says customers ask: further views of the article.

Refuses to be shown: they are found, never said. Knows nothing of who may see an article.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb_ingest.article import Article
from kb_ingest.encoded import Encoded, vectors_of
from kb_ingest.lexical import LexicalIndex
from kb_ingest.token_index import TokenIndex


@dataclass(frozen=True, slots=True)
class AskedIndex:
    """m questions: `owners` (m,) the place of each one's article, `vectors` (m, d) of unit length, their `tokens`.

    `words`: postings of whole articles together with their questions, one row an article; empty without questions.
    """

    owners: NDArray[np.int64]
    vectors: NDArray[np.float32]
    tokens: TokenIndex
    words: LexicalIndex

    @classmethod
    def build(cls, articles: Sequence[Article], encoded: Sequence[Encoded], dimensions: int) -> AskedIndex:
        """`encoded` is what the model made of each question of the articles in turn."""
        counts = [len(article.questions) for article in articles]
        owners = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
        texts = ["\n".join([each.title, each.text, *each.questions]) for each in articles] if encoded else []
        vectors = vectors_of(encoded, dimensions)
        return cls(owners, vectors, TokenIndex.build(encoded), LexicalIndex.build(texts))

    @property
    def share(self) -> float:
        """The share of the articles that have questions."""
        return int(np.count_nonzero(np.diff(self.owners, prepend=-1))) / max(self.words.size, 1)

    def encoded(self, articles: Sequence[int]) -> list[Encoded]:
        """What the model made of the questions of these articles."""
        places = np.flatnonzero(np.isin(self.owners, articles)).tolist()
        return [Encoded(self.vectors[place], *self.tokens.of_row(place)) for place in places]

    def to_bytes(self) -> bytes:
        """Owners and vectors, without pickle; the same questions give the same bytes. The rest goes apart."""
        file = io.BytesIO()
        np.savez(file, owners=self.owners, vectors=self.vectors)
        return file.getvalue()

    @classmethod
    def of_bytes(cls, content: bytes, tokens: bytes, words: bytes) -> AskedIndex:
        """Read what `to_bytes` and those of tokens and words gave. Raises ValueError or KeyError on anything else."""
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            owners, vectors = arrays["owners"], arrays["vectors"]
        return cls(owners, vectors, TokenIndex.of_bytes(tokens), LexicalIndex.of_bytes(words))
