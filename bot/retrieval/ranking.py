"""Owns the order of articles: a linear ranker over what speaks for each. Refuses to fetch candidates: see search.py.

The weights were fitted by `python -m eval fit-ranking`; docs/decisions/0006-linear-ranker.md has what was tried. They
are scaled to sum to 1, so that scores compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from operator import attrgetter

from bot.retrieval.passage import Passage
from bot.retrieval.terms_asked import Asked
from kb_ingest.article import Article

TOP = 3
LONG_FROM, LONG_TO = 40, 120
"""Distinct terms between which a message counts as a brief: one vector cannot hold a page, its rare words can."""


@dataclass(frozen=True, slots=True)
class Features:
    """Evidence for one article, or the weight of each; cosines in [-1, 1], the rest shares in [0, 1].

    `dense` best passage, `dense_top` mean of the best three, `late` late interaction with the best passage,
    `lexical` BM25 over the best article's, `codes` share of the question's codes and model numbers, `product` share of
    the devices named that the article is about, 0.5 when either names none, `crowding` how near to the rest of the
    base the best passage lies (counts against it).
    """

    dense: float
    dense_top: float
    late: float
    lexical: float
    codes: float
    product: float
    crowding: float


SENTENCE = Features(0.34, 0.27, 0.47, 0.08, 0.06, 0.06, -0.28)
BRIEF = Features(0.33, 0.0, 0.0, 0.67, 0.0, 0.0, 0.0)


def features(want: Asked, article: Article, passages: Sequence[Passage]) -> Features:
    """The evidence for one article from its candidate passages."""
    dense = sorted((passage.dense for passage in passages), reverse=True)[:TOP]
    return Features(
        dense=dense[0],
        dense_top=sum(dense) / len(dense),
        late=max(passage.late for passage in passages),
        lexical=max(passage.lexical for passage in passages),
        codes=max(passage.codes for passage in passages),
        product=_product(want.products, article),
        crowding=max(passages, key=lambda passage: passage.dense).crowding,
    )


def score(want: Asked, evidence: Features) -> float:
    """What an article is ranked by; between sentence and brief the weights are mixed by length."""
    length = min(max((len(want.weights) - LONG_FROM) / (LONG_TO - LONG_FROM), 0.0), 1.0)
    return float(sum(weight * value for weight, value in zip(_weights(length), _values(evidence), strict=True)))


def names() -> tuple[str, ...]:
    """The features in the order of their values."""
    return tuple(field.name for field in fields(Features))


# dataclasses.astuple copies in depth, which took longer for a question's articles than embedding the question.
_values: attrgetter[tuple[float, ...]] = attrgetter(*names())


@lru_cache(maxsize=LONG_TO)
def _weights(length: float) -> tuple[float, ...]:
    pairs = zip(_values(SENTENCE), _values(BRIEF), strict=True)
    return tuple((1 - length) * sentence + length * brief for sentence, brief in pairs)


def _product(named: frozenset[str], article: Article) -> float:
    if not named or not article.product:
        return 0.5
    return len(named & set(article.product)) / len(named)
