"""Owns which blocks of an article are shown: those of the best passages, and what these mean nothing without.
Refuses to cut or cite them; docs/decisions/0006 has the measurements."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.blocks import Block, blocks_of
from bot.answering.signposts import pointed_at
from bot.retrieval.passage import ArticleHit, Passage

PASSAGES = 2
THIRD_WITHIN = 0.06
"""A third passage is shown when its score is this close to the second's."""


def selected(hit: ArticleHit) -> list[Block]:
    """The blocks in the article's order."""
    blocks = blocks_of(hit.article)
    found = [block for block in blocks if stands_in((block.start, block.end), telling(hit))]
    announced = [other for block in found for other in pointed_at(hit.article, block)]
    return [block for block in blocks if block in found or block in announced]


def telling(hit: ArticleHit) -> Sequence[Passage]:
    """The passages that answer."""
    best, third = hit.passages[:PASSAGES], hit.passages[PASSAGES : PASSAGES + 1]
    return [*best, *(passage for passage in third if best[-1].score - passage.score <= THIRD_WITHIN)]


def stands_in(span: tuple[int, int], passages: Sequence[Passage]) -> bool:
    """True where one of the passages holds some of the span."""
    return any(passage.chunk.start < span[1] and span[0] < passage.chunk.end for passage in passages)
