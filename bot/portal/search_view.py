"""Owns what the portal's search shows: articles, each with the passage that fits. Refuses to rank: search does.

Refuses to log what was asked, and to keep what found something (`bot/gaps/searches.py` has the rest).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from bot.access import PUBLIC_VISITOR
from bot.answering.decisive import decisive
from bot.answering.extract import extract
from bot.answering.rendering import ShownBlock, render
from bot.decision.measure import measure
from bot.errors import BadRequest
from bot.portal.article_view import Heading, headings_of, shortened
from bot.portal.catalogue import Catalogue
from bot.respond import Responder
from bot.retrieval.another_code import is_of_another_code
from bot.retrieval.passage import ArticleHit, Passage, SearchResult
from bot.retrieval.search import search
from bot.retrieval.standalone import alone
from bot.storage.clean_text import storable
from kb_ingest.article import Article
from kb_ingest.index import KnowledgeIndex

LONGEST = 300
"""Characters of a query: more is a message, which the chat is for."""
RESULTS = 10
EXCERPT = 260
BEFORE = "… "
"""In front of an excerpt that does not begin where its passage does."""
WEAK = 0.5
"""Score of the best article below which nothing fits well: of 250 questions of the evaluation none is below it, of 14
searches for nonsense all are."""
_BETWEEN_CELLS, _BETWEEN_ROWS = ", ", "; "

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """One article; `excerpt` is of its best passage, from the sentence that answers on, `heading` the one that it
    stands under."""

    article: Article
    excerpt: str
    heading: Heading | None


@dataclass(frozen=True, slots=True)
class SearchView:
    """What was found for `query`, best first; `weak` when none of it fits well, `in_vain` when the chat would not have
    been sure of an answer either."""

    query: str
    results: tuple[Result, ...] = ()
    weak: bool = False
    in_vain: bool = False


def cleaned(query: str) -> str:
    """The query on one line, empty when there is no letter or digit in it; BadRequest when it is too long."""
    said = " ".join(storable(query).split())
    if len(said) > LONGEST:
        raise BadRequest(f"Please shorten your search to {LONGEST} characters, or tell the chat all of it.")
    return said if any(map(str.isalnum, said)) else ""


def find(index: KnowledgeIndex, shelf: Catalogue, responder: Responder, query: str) -> SearchView:
    """What `POST /v1/search` finds for a visitor, by article."""
    if not query:
        return SearchView(query)
    found = search(index, responder.encoder, alone(query, index.spelling.corrected), PUBLIC_VISITOR, RESULTS)
    results = tuple(_result(index, responder, query, hit) for hit in found.hits if hit.article.id in shelf.articles)
    best = found.hits[0] if found.hits else None
    weak = best is None or best.score < WEAK or is_of_another_code(best.article, found.question)
    return SearchView(query, results, weak, weak or _in_vain(index, responder, found))


def _in_vain(index: KnowledgeIndex, responder: Responder, found: SearchResult) -> bool:
    signals = measure(found.question, found, extract(found.hits[0]), index)
    return responder.calibration.confidence(signals) < responder.calibration.clarify_from


def _result(index: KnowledgeIndex, responder: Responder, query: str, hit: ArticleHit) -> Result:
    best = hit.passages[0]
    start, end = decisive(index, responder.encoder, query, (best,))
    return Result(hit.article, _excerpt(hit.article, best.chunk.text, hit.article.text[start:end]), _heading(best))


def _excerpt(article: Article, passage: str, sentence: str) -> str:
    """The passage in plain words, from the sentence on that answers. A row of a table says what its columns are, which
    its part of the article may not."""
    heads = _heads(article)
    said = " ".join(_words(block, heads) + "." * bool(block.rows) for block in render(passage))
    answer = " ".join(_words(block, heads) for block in render(sentence))
    before, found, after = said.partition(answer)
    return shortened(BEFORE + found + after if before and found else said, EXCERPT)


@lru_cache(maxsize=4096)
def _heads(article: Article) -> Mapping[Row, Row]:
    """The columns' names of each row of its tables; an article is read for it once, and not with each search."""
    return {row: block.rows[0] for block in render(article.text) for row in block.rows[1:]}


def _heading(passage: Passage) -> Heading | None:
    path = passage.chunk.heading_path
    known = {heading.text: heading for heading in reversed(headings_of(passage.article))}
    return known.get(path[-1]) if path else None


def _words(block: ShownBlock, heads: Mapping[Row, Row]) -> str:
    rows = [row for row in block.rows if row in heads] or block.rows
    return block.text or _BETWEEN_ROWS.join(_told(row, heads.get(row, ())) for row in rows) or " ".join(block.items)


def _told(row: Row, head: Row) -> str:
    """As in `Light: Red, Meaning: No power`."""
    cells = zip_longest(row, head[: len(row)], fillvalue="")
    return _BETWEEN_CELLS.join(f"{name}: {cell}" if name else cell for cell, name in cells if cell)
