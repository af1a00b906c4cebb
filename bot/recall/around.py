"""Owns what a quote hangs on beside its own words: for whom its article is, what its title names, and which headings
and table's head stand above it. Refuses to look at the words: change.py does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from bot.answering.blocks import Block, blocks_of
from bot.recall.change import Change, Span, placed_anew
from bot.retrieval.question import Known
from bot.retrieval.variants import Facet, VariantPolicy
from kb_ingest.article import Article
from kb_ingest.words import stands_in, texts, words_of

Above = tuple[tuple[str, ...], str]
"""Headings, outermost first, and a table's head."""


def narrowed(reader: Known, then: Article, now: Article) -> bool:
    """Whether the article was for this customer and is no more; one of whom nothing is known may be any that it was
    for."""
    audiences = (tuple(filter(None, (each.audience,))) for each in (then, now))
    pairs = ((reader.region, then.region, now.region), (reader.plan, then.plan, now.plan), (None, *audiences))
    return any(_narrowed(*pair) for pair in pairs)


def _narrowed(value: str | None, then: Collection[str], now: Collection[str]) -> bool:
    if not now:
        return False
    if value is None:
        return not then or not set(then) <= set(now)
    return value not in now and (not then or value in then)


def retitled(quote: str, reader: Known, variants: VariantPolicy, then: Article, now: Article) -> Change | None:
    """What became of an article whose title named a product, region, plan or number and names others instead; None
    where the words alone are others, where it names more than it did, and where it still names this customer's."""
    if then.title == now.title:
        return None
    pairs = [(getattr(reader, each), *(variants.named(of.title, each) for of in (then, now))) for each in Facet]
    pairs.append((None, _numbers(then.title), _numbers(now.title)))
    if not any(named and _narrowed(value, named, names) for value, named, names in pairs):
        return None
    return placed_anew(f"**{then.title}**\n\n{quote}", f"**{now.title}**\n\n{quote}", quote, now)


def _numbers(title: str) -> frozenset[str]:
    return frozenset(word for word in texts(words_of(title)) if any(map(str.isdigit, word)))


@lru_cache(maxsize=4096)
def moved(quote: str, start: int, then: Article, now: Article) -> Change | None:
    """What became of what stood above `quote`, which both versions have, at place `start` of the version `then`; None:
    it still stands there, or nobody can tell."""
    there = (above for above, span in _sections(then) if span[0] <= start < span[1] and _says(then, span, quote))
    old = next(there, None)
    new = [above for above, span in _sections(now) if _says(now, span, quote)]
    if old is None or not new or any(_words(old) == _words(each) for each in new):
        return None
    return placed_anew(_under(old, new[0], quote), _under(new[0], old, quote), quote, now)


def _sections(article: Article) -> Iterator[tuple[Above, Span]]:
    """What stands under the same headings and the same table's head."""
    for above, held in groupby(blocks_of(article), _above):
        blocks = list(held)
        yield above, (blocks[0].start, blocks[-1].end)


def _above(block: Block) -> Above:
    return block.headings, block.header


def _says(article: Article, span: Span, quote: str) -> bool:
    return stands_in(quote, article.text[slice(*span)])


def _words(above: Above) -> tuple[Sequence[str], Sequence[str]]:
    return texts(words_of(" ".join(above[0]))), texts(words_of(above[1]))


def _under(above: Above, other: Above, quote: str) -> str:
    """The quote under what differs of the two, as Markdown."""
    headings = f"**{' › '.join(above[0])}**" if above[0] and above[0] != other[0] else ""
    table = f"{above[1]}\n{quote}" if above[1] and not quote.startswith(above[1]) else quote
    return "\n\n".join(filter(None, (headings, table)))
