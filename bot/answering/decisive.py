"""Owns which sentence, step or table row of the best passages answers: the one whose words meet the question best.

Late interaction as in kb_ingest/token_index.py, over the token vectors that the passages have anyway: nothing is
encoded. Refuses to cut an answer down to it: a rule without its exceptions would be wrong. See docs/decisions/0042.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import cast

import numpy as np
from numpy.typing import NDArray

from bot.answering.blocks import blocks_of
from bot.retrieval.encoding import TokenEncoder
from bot.retrieval.passage import Passage
from kb_ingest.chunk import Chunk
from kb_ingest.encoded import Encoded
from kb_ingest.index import KnowledgeIndex

WITH_BEFORE = 0.3
"""Weight of a piece read together with the one before it: "It must stay below 45 °C" does not name its subject."""

Span = tuple[int, int]


def decisive(index: KnowledgeIndex, encoder: TokenEncoder, question: str, passages: Sequence[Passage]) -> Span:
    """Its characters in the article. `passages` are of one article of `index`, best first, at least one; of a passage
    of whose words nothing is known the first piece, of one that is headings alone all of it."""
    asked = encoder.encode_tokens([question])[0]
    weights = index.tokens.rarity(asked.pieces)
    shares = weights / max(float(weights.sum()), 1e-9)
    weighed = [each for passage in passages for each in _weighed(index, encoder, asked, shares, passage)]
    return max(weighed, key=lambda each: each[1])[0]


def _weighed(
    index: KnowledgeIndex, encoder: TokenEncoder, asked: Encoded, shares: NDArray[np.float32], passage: Passage
) -> Iterator[tuple[Span, float]]:
    chunk = passage.chunk
    inside = [span for span in _pieces(passage) if chunk.start < span[1] and span[0] < chunk.end]
    similar = index.tokens.similar(asked, int(index.rows_of(chunk.article_id)[chunk.ordinal]))
    places = _places(cast(Hashable, encoder), chunk)  # of whatever class, an encoder is one object
    if not inside or not similar.size or len(places) != similar.shape[1]:
        yield next(iter(inside), (chunk.start, chunk.end)), -1.0
        return
    own = [(places[:, 0] >= start) & (places[:, 1] <= end) for start, end in inside]
    together = [own[0], *(before | each for before, each in pairwise(own))]
    for span, alone, both in zip(inside, own, together, strict=True):
        yield span, _met(similar, shares, alone) + WITH_BEFORE * _met(similar, shares, both)


@lru_cache(maxsize=8192)
def _places(encoder: TokenEncoder, chunk: Chunk) -> NDArray[np.int64]:
    """Where the passage's word pieces stand in its article, (t, 2); read once, and not with each question."""
    return encoder.piece_spans(chunk.embedded_text) + chunk.end - len(chunk.embedded_text)


def _pieces(passage: Passage) -> Iterator[Span]:
    return (span for block in blocks_of(passage.article) for span in block.pieces)


def _met(similar: NDArray[np.float32], shares: NDArray[np.float32], among: NDArray[np.bool_]) -> float:
    return float(shares @ similar[:, among].max(axis=1)) if among.any() else -1.0
