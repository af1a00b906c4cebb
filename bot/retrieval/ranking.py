"""Owns the order of articles: a linear ranker over what speaks for each. Refuses to fetch candidates: see search.py.

The weights were fitted by `python -m eval fit-ranking`; docs/decisions/0006-linear-ranker.md has what was tried. They
sum to 1 for a first message to a base without written-down questions, so that scores compare.
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
TAPER = (4 / 7, 2 / 7, 1 / 7)
LONG_FROM, LONG_TO = 40, 120
"""Distinct terms between which a message counts as a brief: one vector cannot hold a page, its rare words can."""


@dataclass(frozen=True, slots=True)
class Features:
    """Evidence for one article, or the weight of each; cosines in [-1, 1], the rest shares in [0, 1].

    `dense` best passage, `dense_top` mean of the best three, `late` late interaction with the best passage,
    `lexical` BM25 over the best article's, `lexical_top` that of its best three passages, tapering, `codes` share of
    the question's codes and model numbers, half of it for those in the title, `product` share of the devices named
    that the article is about, 0.5 when either names none; `foreseen` BM25 of the article with the questions that its
    author wrote down, which also count for `dense`, `dense_top` and `late`; `turns` what was said before;
    `length` 0 for a question, 1 for a brief, between them for what lies between. It is no evidence: it mixes both.
    """

    dense: float
    dense_top: float
    late: float
    lexical: float
    lexical_top: float
    codes: float
    product: float
    foreseen: float = 0.0
    turns: float = 0.0
    length: float = 0.0


SENTENCE = Features(0.27, 0.19, 0.33, 0.09, 0.0, 0.06, 0.06, 0.10, 1.0)
BRIEF = Features(0.2, 0.0, 0.0, 0.0, 0.8, 0.0, 0.0, 0.0, 0.0)


def features(want: Asked, passages: Sequence[Passage]) -> Features:
    """The evidence for one article from its candidate passages."""
    dense = sorted((passage.dense for passage in passages), reverse=True)[:TOP]
    lexical = sorted((passage.lexical for passage in passages), reverse=True)[:TOP]
    return Features(
        dense=dense[0],
        dense_top=sum(dense) / len(dense),
        late=max(passage.late for passage in passages),
        lexical=lexical[0],
        lexical_top=_tapered(lexical),
        codes=(max(passage.codes for passage in passages) + want.codes_in_title(passages[0].article.title)) / 2,
        product=_product(want.products, passages[0].article),
        length=min(max((len(want.weights) - LONG_FROM) / (LONG_TO - LONG_FROM), 0.0), 1.0),
    )


def score(evidence: Features) -> float:
    """What an article is ranked by."""
    weights = _weights(evidence.length)
    return float(sum(weight * value for weight, value in zip(weights, values(evidence), strict=True)))


def names() -> tuple[str, ...]:
    """The features that have a weight, in the order of their values."""
    return tuple(field.name for field in fields(Features) if field.name != "length")


# dataclasses.astuple copies in depth, which took longer for a question's articles than embedding the question.
values: attrgetter[tuple[float, ...]] = attrgetter(*names())


@lru_cache(maxsize=LONG_TO)
def _weights(length: float) -> tuple[float, ...]:
    pairs = zip(values(SENTENCE), values(BRIEF), strict=True)
    return tuple((1 - length) * sentence + length * brief for sentence, brief in pairs)


def _tapered(best: Sequence[float]) -> float:
    """The best passage with half of the second and a quarter of the third: sections are short, a brief needs many."""
    return sum(value * taper for value, taper in zip(best, TAPER, strict=False))


def _product(named: frozenset[str], article: Article) -> float:
    if not named or not article.product:
        return 0.5
    return len(named & set(article.product)) / len(named)
