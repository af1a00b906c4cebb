"""Owns what of a generation the public may read, by category. Refuses everything else: pages see nothing but this."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

from bot.access import PUBLIC_VISITOR
from bot.errors import NotFound
from bot.portal.links import Targets
from kb_ingest.article import Article
from kb_ingest.index import KnowledgeIndex

WITHOUT_AREA = "general"
USEFUL = 8
FIRST = 3


@dataclass(frozen=True, slots=True)
class Category:
    """The articles of one area, by title; `label` is its name for people, `first` tells what it is about."""

    area: str
    label: str
    articles: tuple[Article, ...]
    first: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The public articles of one generation; `useful` are those that the others point to most."""

    generation: str
    articles: Mapping[str, Article]
    categories: Mapping[str, Category]
    useful: tuple[Article, ...]
    targets: Targets

    def article(self, article_id: str) -> Article:
        """The published article; NotFound alike for one that is not there and one that is not public."""
        if article_id not in self.articles:
            raise NotFound("There is no such article.")
        return self.articles[article_id]

    def category(self, area: str) -> Category:
        """The category; NotFound when no public article is in it."""
        if area not in self.categories:
            raise NotFound("There is no such category.")
        return self.categories[area]

    def category_of(self, article: Article) -> Category:
        """Where a published article stands."""
        return self.category(_area(article))


_made: WeakKeyDictionary[KnowledgeIndex, Catalogue] = WeakKeyDictionary()
"""A generation never changes, so its catalogue is made once; it goes with its generation."""


def catalogue_of(index: KnowledgeIndex) -> Catalogue:
    """The generation as the public may read it."""
    made = _made.get(index)
    if made is None:
        made = _made[index] = _catalogue(index)
    return made


def _catalogue(index: KnowledgeIndex) -> Catalogue:
    articles = {article.id: article for article in index.articles.values() if PUBLIC_VISITOR.may_see(article)}
    targets = Targets(articles.values())
    # Authors point where readers have to go next; of equals the one that was looked after last is first.
    pointed = Counter(target.id for article in articles.values() for target in targets.of(article))
    ranked = sorted(
        articles.values(), key=lambda each: (pointed[each.id], each.updated_at or date.min, each.id), reverse=True
    )
    return Catalogue(index.generation, articles, _categories(ranked), tuple(ranked[:USEFUL]), targets)


def _categories(ranked: Iterable[Article]) -> Mapping[str, Category]:
    by_area = defaultdict[str, list[Article]](list)
    for article in ranked:
        by_area[_area(article)].append(article)
    made = [
        Category(area, _label(area), tuple(sorted(found, key=_by_title)), tuple(found[:FIRST]))
        for area, found in by_area.items()
    ]
    return {category.area: category for category in sorted(made, key=lambda each: each.label.casefold())}


def _area(article: Article) -> str:
    return article.area or WITHOUT_AREA


def _label(area: str) -> str:
    words = area.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _by_title(article: Article) -> tuple[str, str]:
    return article.title.casefold(), article.id
