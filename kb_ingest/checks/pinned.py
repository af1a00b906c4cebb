"""Owns questions to which several articles are pinned, though one customer may see more than one of them.

Refuses versions of one subject: for which country or plan it is asked is told, or asked back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from kb_ingest.article import Article
from kb_ingest.checks.finding import Finding, FindingKind


def pinned_twice(articles: Sequence[Article]) -> Iterator[Finding]:
    """A finding for each such question and pair of articles."""
    pinned = defaultdict[str, dict[str, Article]](dict)
    for article in articles:
        for question in article.pinned_for:
            pinned[question.casefold()][article.id] = article
    for question, held in pinned.items():
        for one, other in combinations(held.values(), 2):
            if _for_the_same(one, other):
                yield Finding(
                    FindingKind.PINNED_TWICE, one.id, one.source,
                    f"`{question}` is pinned to {other.id} as well: customers get either",
                    "leave it in `pinned_for` of one", other=other.id,
                )  # fmt: skip


def _for_the_same(one: Article, other: Article) -> bool:
    return one.visibility is other.visibility and all(
        not mine or not theirs or set(mine) & set(theirs)
        for mine, theirs in ((one.region, other.region), (one.plan, other.plan), (one.product, other.product))
    )

