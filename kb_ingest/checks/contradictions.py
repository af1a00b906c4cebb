"""Owns the search for articles that tell the same customer opposite things.

What a statement is and when two can not both be true is read in `kb_ingest/statements/`; here every pair of a base is
looked at, so it takes more to be told. Refuses to say which is right, and articles that replace each other.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from kb_ingest.article import Article
from kb_ingest.checks.finding import Finding, FindingKind
from kb_ingest.checks.readers import related, same_readers
from kb_ingest.statements.opposed import OF_A_BASE, Against, against
from kb_ingest.statements.reading import Statement, statements_of

_FEWEST_WORDS = 3
_MOST_SHARING = 200
"""Statements that have a word; a commoner one proposes no pair."""
_FEWEST_SHARED = 2

Told = tuple[Article, Statement]
Found = tuple[Told, Against[Article]]


def contradictions(articles: Sequence[Article]) -> Iterator[Finding]:
    """A finding per pair of articles, on what differs most clearly in it."""
    told = [(each, said) for each in articles for said in statements_of(each.text, each.title) if _tells(said)]
    rarity = _Rarity(told)
    pairs = defaultdict[frozenset[str], list[Found]](list)
    for own, others in _candidates(told):
        for found in against(own[1], others, rarity, OF_A_BASE):
            pairs[frozenset((own[0].id, found.place.id))].append((own, found))
    for each in pairs.values():
        yield _finding(each)


def _tells(said: Statement) -> bool:
    return len(said.words) >= _FEWEST_WORDS and not said.points_back


class _Rarity:
    """The rarer a word among the statements, the more it weighs."""

    def __init__(self, told: Sequence[Told]) -> None:
        self._counts: Mapping[str, int] = Counter(word for _, said in told for word in said.words)
        self._size = len(told)

    def __call__(self, word: str) -> float:
        return math.log(1 + self._size / max(self._counts.get(word, 0), 1))


def _candidates(told: Sequence[Told]) -> Iterator[tuple[Told, list[Told]]]:
    """Each statement with those of other articles with the same readers that share rare words with it."""
    having = defaultdict[str, list[int]](list)
    for number, (_, said) in enumerate(told):
        for word in said.words:
            having[word].append(number)
    for own in told:
        rare = [having[word] for word in own[1].words if len(having[word]) <= _MOST_SHARING]
        shared = Counter(number for numbers in rare for number in numbers)
        others = [told[number] for number, count in shared.items() if count >= _FEWEST_SHARED]
        yield own, [other for other in others if _comparable(own[0], other[0])]


def _comparable(one: Article, other: Article) -> bool:
    return one is not other and same_readers(one, other) and not related(one, other)


def finding_of(
    article: Article, said: str, other: str, elsewhere: str, differs: str, alike: float, more: int = 0
) -> Finding:
    """What the content team is told of two statements, whoever found that they oppose each other."""
    return Finding(
        FindingKind.CONTRADICTION, article.id, article.source,
        f"{differs}: “{_short(said)}” here, “{_short(elsewhere)}” in {other}"
        + (f" ({more} more differences)" if more else ""),
        "find out which is right and correct the other, or say in both what they depend on",
        degree=min(alike, 1.0), excerpt=said, other=other,
    )  # fmt: skip


def _finding(found: Sequence[Found]) -> Finding:
    (article, said), best = max(found, key=lambda each: each[1].opposed.alike)
    more = len({frozenset((own[1].text, each.statement.text)) for own, each in found}) - 1
    opposed = best.opposed
    return finding_of(article, said.text, best.place.id, best.statement.text, opposed.differs, opposed.alike, more)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 160 else flat[:158].rstrip() + "…"
