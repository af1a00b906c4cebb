"""Owns the order of articles: a linear ranker over what speaks for each. Refuses to fetch candidates: see search.py.

The weights were fitted by `python -m eval fit-ranking`; docs/decisions/0006-linear-ranker.md has what was tried. They
sum to 1 for a first message to a base without written-down questions, so that scores compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from operator import attrgetter
from typing import Any, Generic, TypeVar

import numpy as np

from bot.retrieval.scored_rows import Column, ScoredRows
from bot.retrieval.terms_asked import Asked
from kb_ingest.article import Article

TOP = 3
TAPER = (4 / 7, 2 / 7, 1 / 7)
LONG_FROM, LONG_TO = 40, 120
"""Distinct terms between which a message counts as a brief: one vector cannot hold a page, its rare words can."""


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Features(Generic[T]):
    """Evidence for articles, one column each (T is a Column, (articles,)), or the weight of each (T is float).

    Cosines in [-1, 1], the rest shares in [0, 1]: `dense` best passage, `dense_top` mean of the best three, `late` late
    interaction with the best passage, `lexical` BM25 over the best article's, `lexical_top` that of its best three
    passages, tapering, `codes` share of the question's codes and model numbers, half of it for those in the title,
    `product` share of the devices named that the article is about, 0.5 when either names none; `foreseen` BM25 of the
    article with the questions that its author wrote down, which also count for `dense`, `dense_top` and `late`; `turns`
    what was said before.
    """

    dense: T
    dense_top: T
    late: T
    lexical: T
    lexical_top: T
    codes: T
    product: T
    foreseen: T
    turns: T


SENTENCE = Features(0.27, 0.19, 0.33, 0.09, 0.0, 0.06, 0.06, 0.10, 1.0)
BRIEF = Features(0.2, 0.0, 0.0, 0.0, 0.8, 0.0, 0.0, 0.0, 0.0)


def features(want: Asked, found: ScoredRows, articles: Sequence[Article]) -> Features[Column]:
    """What the passages `found` of these `articles` say for them; nothing foreseen, nothing said before."""
    dense, lexical = found.top(found.dense, TOP), found.top(found.lexical, TOP)
    in_title = np.array([want.codes_in_title(article.title) for article in articles])
    nothing = np.zeros(len(articles))
    return Features(
        dense=dense[:, 0],
        dense_top=dense.sum(axis=1) / np.minimum(found.ends - found.starts, TOP),
        late=found.best(found.late),
        lexical=lexical[:, 0],
        # The best passage with half of the second and a quarter of the third: sections are short, a brief needs many.
        lexical_top=(lexical * TAPER).sum(axis=1),
        codes=(found.best(found.codes) + in_title) / 2,
        product=np.array([_product(want.products, article) for article in articles]),
        foreseen=nothing,
        turns=nothing,
    )


def scores(evidence: Features[Column], length: float) -> Column:
    """What each article is ranked by; `length` is 0 for a question, 1 for a brief, between them for a mix."""
    weighted = zip(_weights(length), values(evidence), strict=True)
    return np.asarray(sum(weight * column for weight, column in weighted), np.float64)


def length_of(want: Asked) -> float:
    """How much of a brief the message is, in [0, 1]."""
    return min(max((len(want.weights) - LONG_FROM) / (LONG_TO - LONG_FROM), 0.0), 1.0)


def names() -> tuple[str, ...]:
    """The features, in the order of their values."""
    return tuple(field.name for field in fields(Features))


_values: attrgetter[tuple[Any, ...]] = attrgetter(*names())


def values(of: Features[T]) -> tuple[T, ...]:
    """Its columns or weights in the order of `names`; dataclasses.astuple would copy in depth."""
    return _values(of)


@lru_cache(maxsize=LONG_TO)
def _weights(length: float) -> tuple[float, ...]:
    pairs = zip(values(SENTENCE), values(BRIEF), strict=True)
    return tuple((1 - length) * sentence + length * brief for sentence, brief in pairs)


def _product(named: frozenset[str], article: Article) -> float:
    if not named or not article.product:
        return 0.5
    return len(named & set(article.product)) / len(named)
