"""Owns an article as the portal shows it: version, headings with anchors, contents. Refuses to lay it out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.access import PUBLIC_VISITOR
from bot.answering.linked_words import Lead, elsewhere
from bot.answering.rendering import BlockType, ShownBlock, render
from bot.errors import NotFound
from bot.portal.catalogue import Catalogue, Category
from bot.portal.links import leads
from bot.retrieval.live_index import LiveIndex
from kb_ingest.article import Article
from kb_ingest.units import UnitKind, units

LONG = 3
"""Headings from which on a table of contents helps."""
HIGHEST, LOWEST = 2, 4
DESCRIPTION = 160
# Ids of the page itself: a heading called so gets another.
OF_THE_PAGE = ("main", "q", "contents", "useful", "also", "asked")
LANGUAGE = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of an article; `level` counts from 2, the title being 1."""

    anchor: str
    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Part:
    """One block; `heading` where it is one."""

    block: ShownBlock
    heading: Heading | None


@dataclass(frozen=True, slots=True)
class ArticleView:
    """One version of an article; `current` false where a newer one is published. `contents` empty for a short one,
    `elsewhere`: links out of the help centre whose place in the text is not known."""

    article: Article
    current: bool
    category: Category
    parts: tuple[Part, ...]
    contents: tuple[Heading, ...]
    leads: tuple[Lead, ...]
    also: tuple[Article, ...]
    elsewhere: tuple[Lead, ...]
    description: str
    language: str


def wanted(shelf: Catalogue, live: LiveIndex, article_id: str, version: str | None) -> Article:
    """The article as published now or as it was; today's visibility counts for old versions, too. NotFound."""
    published = shelf.article(article_id)
    if version in (None, published.version):
        return published
    kept = live.article(article_id, version)
    if kept is None or not PUBLIC_VISITOR.may_see(kept):
        raise NotFound("There is no such version of this article.")
    return kept


def view(shelf: Catalogue, article: Article) -> ArticleView:
    """Everything that the page of this version shows."""
    headings = headings_of(article)
    parts = tuple(_parts(article, headings))
    found = leads(article, shelf.targets)
    published = shelf.article(article.id)
    top = tuple(heading for heading in headings if heading.level == HIGHEST)
    return ArticleView(
        article=article,
        current=article.version == published.version,
        category=shelf.category_of(published),
        parts=parts,
        contents=top if len(top) >= LONG else (),
        leads=found,
        also=shelf.targets.of(article),
        elsewhere=tuple(lead for lead in elsewhere(article) if lead not in found),
        description=shortened(next((part.block.text for part in parts if _is_said(part)), article.title), DESCRIPTION),
        language=article.locale.replace("_", "-") if LANGUAGE.fullmatch(article.locale) else "en",
    )


@lru_cache(maxsize=4096)
def headings_of(article: Article) -> tuple[Heading, ...]:
    """The article's headings in order, each with an anchor of its own; none is more than one level below the last."""
    found = [unit for unit in units(article.text) if unit.kind is UnitKind.HEADING][_repeats_title(article) :]
    top = min((unit.level for unit in found), default=HIGHEST)
    anchors = set(OF_THE_PAGE)
    made = list[Heading]()
    level = HIGHEST - 1
    for unit in found:
        level = min(unit.level - top + HIGHEST, level + 1, LOWEST)
        made.append(Heading(_anchor(unit.name, anchors), unit.name, level))
    return tuple(made)


def shortened(text: str, most: int) -> str:
    """`text` on one line, cut at a word when longer than `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[:most].rpartition(" ")[0].rstrip(" ,;:.") + " …"


def labels(values: tuple[str, ...], known: Mapping[str, str]) -> str:
    """What an article is limited to, in words: `United States, United Kingdom`."""
    return ", ".join(known.get(value, value.upper()) for value in values)


def _parts(article: Article, headings: tuple[Heading, ...]) -> Iterator[Part]:
    following = iter(headings)
    for block in render(article.text)[_repeats_title(article) :]:
        yield Part(block, next(following) if block.type is BlockType.HEADING else None)


def _repeats_title(article: Article) -> bool:
    """Some exports have the title as the first heading, too."""
    first = next(units(article.text), None)
    return first is not None and first.kind is UnitKind.HEADING and first.name == article.title


def _is_said(part: Part) -> bool:
    return part.block.type is BlockType.PARAGRAPH


def _anchor(text: str, taken: set[str]) -> str:
    plain = re.sub(r"\W+", "-", text.lower()).strip("-") or "section"
    anchor, number = plain, 1
    while anchor in taken:
        number += 1
        anchor = f"{plain}-{number}"
    taken.add(anchor)
    return anchor
