"""Owns which questions a chat offers before the first word: those that the articles answer. Refuses to show what
authors only foresee: of an article's own words the title alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice, zip_longest
from weakref import WeakKeyDictionary

from bot.access import PUBLIC_VISITOR
from kb_ingest.index import KnowledgeIndex

MOST = 4
TRIED = 24
"""Titles that are asked at most: a base that answers hardly any is not asked through."""

_made: WeakKeyDictionary[KnowledgeIndex, dict[tuple[str, ...], tuple[str, ...]]] = WeakKeyDictionary()
"""A generation never changes, so each list is asked once; it goes with its generation."""


def starters(index: KnowledgeIndex, listed: Sequence[str], answered: Callable[[str], bool]) -> tuple[str, ...]:
    """Those of the policy's `listed` questions that are `answered`. Where most are not they are about another base, and
    titles of articles that are answered stand for them.
    """
    made, key = _made.setdefault(index, {}), tuple(listed)
    if key not in made:
        kept = tuple(text for text in key if answered(text))
        own = (title for title in islice(_titles(index), TRIED) if answered(title))
        made[key] = kept if 2 * len(kept) > len(key) else tuple(islice(own, MOST))
    return made[key]


def _titles(index: KnowledgeIndex) -> Iterator[str]:
    """Of public articles, one of each area in turn: the first ones show what there is."""
    areas: dict[str, list[str]] = {}
    for article in index.articles.values():
        if PUBLIC_VISITOR.may_see(article):
            areas.setdefault(article.area, []).append(article.title)
    in_turn = chain.from_iterable(zip_longest(*areas.values()))
    return iter(dict.fromkeys(title for title in in_turn if title is not None))
