"""Owns what became of a quoted span: still there, changed, or gone. Refuses to know who was told it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bot.answering.blocks import Block, blocks_of, placed
from bot.answering.draft import Citation
from kb_ingest.article import Article, Status, Visibility
from kb_ingest.units import UnitKind
from kb_ingest.words import Piece, compared, likeness, stands_in, texts, words_of

LIKE = 0.4
"""Below this share of the same words, no place of the new version takes the old one's."""
LONGEST = 2.0
CLOSEST = 4

Span = tuple[int, int]


class Why(StrEnum):
    """Why what was told does not hold any more."""

    CHANGED = "changed"
    REMOVED = "removed"
    INTERNAL = "internal"
    UNPUBLISHED = "unpublished"
    READERS = "readers"
    """The words still stand, for others than the customer."""


@dataclass(frozen=True, slots=True)
class Change:
    """The old quote and, when CHANGED, the place that took its: `now.quote` is the new text. Else `now` is None.

    `was` and `says` are only the sentences, items and rows that differ, as Markdown.
    """

    why: Why
    old: tuple[Piece, ...]
    new: tuple[Piece, ...] = ()
    now: Citation | None = None
    was: str = ""
    says: str = ""

    @property
    def words_gone(self) -> tuple[str, ...]:
        """What was told and is not said any more."""
        return tuple(piece.text for piece in self.old if piece.differs)

    @property
    def words_new(self) -> tuple[str, ...]:
        """What is said instead."""
        return tuple(piece.text for piece in self.new if piece.differs)


@lru_cache(maxsize=4096)
def change_of(quote: str, told_in_public: bool, article: Article | None) -> Change | None:
    """What became of `quote` in the article as it is published now (None: it is not); None: it still holds."""
    if article is None or article.status is not Status.PUBLISHED:
        return taken_away(Why.UNPUBLISHED, quote)
    if told_in_public and article.visibility is not Visibility.PUBLIC:
        return taken_away(Why.INTERNAL, quote)
    if stands_in(quote, article.text) or quote == article.specific_extra:
        return None
    place = _best_place(quote, article)
    if place is None:
        return taken_away(Why.REMOVED, quote)
    text = article.text[place[0] : place[1]]
    old, new = compared(quote, text)
    # Where something only went or moved, the whole place says what is left.
    was, says = _unlike(quote, article.text), _unlike(text, quote) or text
    return Change(Why.CHANGED, old, new, _citation(article, place), was, says)


def taken_away(why: Why, quote: str) -> Change:
    """Nothing takes the place of the quote."""
    return Change(why, (Piece(quote, differs=True),))


def placed_anew(was: str, says: str, quote: str, article: Article) -> Change | None:
    """A quote whose words stand in the article, with what else is to be read with it; None where it has no place."""
    place = _best_place(quote, article)
    return Change(Why.CHANGED, *compared(was, says), _citation(article, place), was, says) if place else None


def _unlike(text: str, other: str) -> str:
    """The sentences, items and rows that the other text does not say, rows under their table's head."""
    shown, above = list[str](), ""
    for block in placed(text):
        for piece in (text[slice(*span)] for span in block.pieces):
            if stands_in(piece, other):
                continue
            # A head of one line is the row itself: the quote has none.
            if block.header != above and "\n" in block.header:
                shown += ["\n\n", block.header]
            shown += ["\n" if block.header else "\n\n", piece]
            above = block.header
    return "".join(shown).strip("\n")


def _citation(article: Article, place: Span) -> Citation:
    updated = article.updated_at.isoformat() if article.updated_at else None
    return Citation(
        1, article.id, article.title, article.version, *place, article.text[slice(*place)], article.visibility,
        article.url, updated, article.area,
    )  # fmt: skip


def _best_place(quote: str, article: Article) -> Span | None:
    """The run of sentences, items or blocks that is most like the quote; None when none is."""
    wanted = Counter(texts(words_of(quote)))
    ranked = sorted(
        ((_shared(wanted, article.text[start:end]), start, end) for start, end in _places(quote, article)),
        reverse=True,
    )
    close = [(likeness(quote, article.text[start:end]), start, end) for _, start, end in ranked[:CLOSEST]]
    best = max(close, default=None)
    return best[1:] if best is not None and best[0] >= LIKE else None


def _places(quote: str, article: Article) -> Iterator[Span]:
    """Every run under one heading that is not far longer than the quote; a single piece always is a run."""
    longest = LONGEST * len(quote) + 80
    atoms = list(_atoms(article))
    for first, (headings, start, end) in enumerate(atoms):
        yield start, end
        for other, _, last in atoms[first + 1 :]:
            if other != headings or last - start > longest:
                break
            yield start, last


def _atoms(article: Article) -> Iterator[tuple[tuple[str, ...], int, int]]:
    for block in blocks_of(article):
        for start, end in _whole(block):
            yield block.headings, start, end


def _whole(block: Block) -> tuple[Span, ...]:
    # A row without the table's head says nothing.
    return ((block.start, block.end),) if block.kind is UnitKind.ROW else block.pieces


def _shared(wanted: Counter[str], text: str) -> float:
    there = Counter(texts(words_of(text)))
    return 2 * (wanted & there).total() / max(1, wanted.total() + there.total())
