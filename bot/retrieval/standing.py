"""Owns what the place of a passage in its article says for it. Refuses to know the question; decision 49 has the
measurements."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from bot.retrieval.scored_rows import Column
from kb_ingest.article import Article
from kb_ingest.chunk import Chunk
from kb_ingest.units import UnitKind, units

FURTHER_DOWN = 0.02
"""What the end of an article has less than its beginning: authors say first what most people came for."""
MAIN_PART = 0.05
"""What speaks for the first procedure or table: it meets a question's words less than sentences do, and is what
"cancel my subscription" asks for."""


def standing(article: Article, passages: Sequence[Chunk]) -> Column:
    """To be added to the scores of these passages of the article, shape (m,)."""
    main = _main_part(article)
    length = max(len(article.text), 1)
    return np.array(
        [MAIN_PART * (each.start <= main < each.end) - FURTHER_DOWN * each.start / length for each in passages]
    )


@lru_cache(maxsize=8192)
def _main_part(article: Article) -> int:
    """Where the first step or row of the article begins; -1 where it has none."""
    listed = (unit.start for unit in units(article.text) if unit.kind in (UnitKind.STEP, UnitKind.ROW))
    return next(listed, -1)
