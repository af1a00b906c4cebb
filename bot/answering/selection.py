"""Owns which blocks of an article are shown: those of the best passages, and what these mean nothing without.
Refuses to cut or cite them; docs/decisions/0006 has the measurements."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.answering.blocks import Block, blocks_of
from bot.answering.signposts import pointed_at, remedy, tells_what_to_do
from bot.retrieval.passage import ArticleHit, Passage
from kb_ingest.units import UnitKind

PASSAGES = 2
THIRD_WITHIN = 0.06
"""A third passage is shown when its score is this close to the second's."""
ONLY_NAMED = 0.6
"""Share of the question in the article's title from which on it says only what the article is about."""


def selected(hit: ArticleHit, foreign: Callable[[str], bool]) -> list[Block]:
    """The blocks in the article's order; `foreign` as for `extract`."""
    blocks = blocks_of(hit.article)
    found = [block for block in blocks if stands_in((block.start, block.end), telling(hit))]
    if hit.named >= ONLY_NAMED:
        found += _what_to_do(hit, found, foreign)
    announced = [other for block in found for other in pointed_at(hit.article, block)]
    return [block for block in blocks if block in found or block in announced]


def telling(hit: ArticleHit) -> Sequence[Passage]:
    """The passages that answer. For a bare code that is the best one: the others come near by repeating it."""
    best, third = hit.passages[:PASSAGES], hit.passages[PASSAGES : PASSAGES + 1]
    if is_bare_code(hit):
        return best[:1]
    return [*best, *(passage for passage in third if best[-1].score - passage.score <= THIRD_WITHIN)]


def is_bare_code(hit: ArticleHit) -> bool:
    """True for a message that says no more than a code in the article's title does."""
    return hit.named >= ONLY_NAMED and hit.passages[0].codes == 1.0


def _what_to_do(hit: ArticleHit, found: Sequence[Block], foreign: Callable[[str], bool]) -> Sequence[Block]:
    """What the thing is and what to do about it, for a message that says only what the article is about."""
    if not is_bare_code(hit) and any(map(tells_what_to_do, found)):
        return ()
    opening = [block for block in blocks_of(hit.article)[:1] if block.kind is UnitKind.PARAGRAPH]
    told = remedy(hit.article, hit.codes, foreign)
    return [*opening, *told] if told else ()


def stands_in(span: tuple[int, int], passages: Sequence[Passage]) -> bool:
    """True where one of the passages holds some of the span."""
    return any(passage.chunk.start < span[1] and span[0] < passage.chunk.end for passage in passages)
