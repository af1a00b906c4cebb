"""Owns the extractive answer: the parts of the best article that answer, whole, with their lead-ins and exceptions.

Refuses to write a word of its own: every statement is a span of one article version. What is shown are the blocks
(paragraphs, whole procedures, whole tables) that selection.py chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bot.answering.blocks import Block, blocks_of
from bot.answering.draft import Citation, Draft, Statement
from bot.answering.linked_words import placed, within
from bot.answering.selection import selected, stands_in, telling
from bot.answering.signposts import EXCEPTION
from bot.retrieval.passage import ArticleHit
from kb_ingest.article import Article
from kb_ingest.lexical import LexicalIndex, terms
from kb_ingest.units import UnitKind

MAX_ROWS = 14
"""Rows of a table that are shown; of a longer one those that the best passages hold, or its first."""

Span = tuple[int, int]
Foreign = Callable[[str], bool]


def never(_name: str) -> bool:
    """Nothing is about other customers."""
    return False


def extract(hit: ArticleHit, foreign: Foreign = never) -> Draft | None:
    """The answer from one article; None when the article has no text that could answer.

    `foreign` tells of a heading or the name of a table's row that it is about other customers than the one who asks:
    such sections and rows are left out, as long as something is left.
    """
    article = hit.article
    chosen = selected(hit, foreign)
    chosen = [block for block in chosen if not any(map(foreign, block.headings))] or chosen
    parts = [_fitting(hit, block, foreign) for block in chosen]
    cited = [span for pair in zip(chosen, parts, strict=True) for span in _spans(article, *pair)]
    spans = list(_joined(article, cited))
    if not spans:
        return None
    citations = tuple(cite(article, number, span) for number, span in enumerate(spans, 1))
    titled = len({_heading(article, citation) for citation in citations}) > 1
    statements = tuple(Statement(_shown(article, each, parts, titled), each.number) for each in citations)
    return Draft(statements, citations)


def adds_nothing(draft: Draft, told: str) -> bool:
    """Every line of it stands in what was told."""
    return set(_lines(draft.text)) <= set(_lines(told))


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip())


def cite(article: Article, number: int, span: Span) -> Citation:
    """A numbered citation of `article.text[start:end]`."""
    quote = article.text[span[0] : span[1]]
    return Citation(
        number=number,
        article_id=article.id,
        title=article.title,
        version=article.version,
        start=span[0],
        end=span[1],
        quote=quote,
        visibility=article.visibility,
        url=article.url,
        updated_at=article.updated_at.isoformat() if article.updated_at else None,
        area=article.area,
        leads=within(placed(article), quote),
    )


def overlap(question: str, text: str, lexical: LexicalIndex) -> float:
    """Share of the question's terms, weighted by idf, that occur in the text; in [0, 1]."""
    asked = set(terms(question))
    total = sum(lexical.idf(term) for term in sorted(asked))
    return sum(lexical.idf(term) for term in sorted(asked & set(terms(text)))) / total if total else 0.0


def _spans(article: Article, block: Block, part: Block) -> Iterator[Span]:
    """What is cited of a block of which `part` is shown: the part with its context, the line that leads in apart where
    rows between them are left out."""
    start, end = _with_context(article, block)
    if part.start != block.start:
        if start < block.start:
            yield start, start + len(article.text[start : block.start].rstrip())
        start = part.start
    yield start, end if part.end == block.end else part.end


def _with_context(article: Article, block: Block) -> Span:
    """The block with the line that leads in and the exception that follows: a rule without it would be wrong."""
    siblings = [other for other in blocks_of(article) if other.headings == block.headings]
    at = siblings.index(block)
    start, end = block.start, block.end
    if at and _leads_in(article, siblings[at - 1], block):
        start = siblings[at - 1].pieces[-1][0]
    if at + 1 < len(siblings):
        end = _end_with(article, block, siblings[at + 1])
    return start, end


def _leads_in(article: Article, before: Block, block: Block) -> bool:
    text = article.text[before.start : before.end]
    return before.kind is UnitKind.PARAGRAPH and block.kind is not UnitKind.PARAGRAPH and text.endswith(":")


def _end_with(article: Article, block: Block, after: Block) -> int:
    follows = article.text[after.start : after.end]
    if after.kind is UnitKind.PARAGRAPH and EXCEPTION.match(follows):
        return after.pieces[0][1]
    return block.end


def _joined(article: Article, spans: Sequence[Span]) -> Iterator[Span]:
    """Spans in the article's order; those that touch or overlap become one."""
    held: Span | None = None
    for start, end in sorted(spans):
        if held is not None and (start < held[1] or not article.text[held[1] : start].strip()):
            held = (held[0], max(end, held[1]))
            continue
        if held is not None:
            yield held
        held = (start, end)
    if held is not None:
        yield held


def _heading(article: Article, citation: Citation) -> str:
    inside = [block for block in blocks_of(article) if block.start < citation.end and citation.start < block.end]
    return inside[0].headings[-1] if inside and inside[0].headings else ""


def _shown(article: Article, citation: Citation, parts: Sequence[Block], titled: bool) -> str:
    """The span as the customer reads it, under its heading where the answer has several parts."""
    heading = _heading(article, citation) if titled else ""
    body = _shortened(article, citation, parts)
    return f"## {heading}\n\n{body}" if heading else body


def _fitting(hit: ArticleHit, block: Block, foreign: Foreign) -> Block:
    """A table with the rows that are about the customer, and no more where they follow each other; any other block."""
    text = hit.article.text
    rows = [row for row in block.pieces if not foreign(_first_cell(text[row[0] : row[1]]))]
    if len(rows) > MAX_ROWS:
        rows = ([row for row in rows if stands_in(row, telling(hit))] or rows)[:MAX_ROWS]
    if block.kind is not UnitKind.ROW or not rows or len(rows) == len(block.pieces):
        return block
    first, last = block.pieces.index(rows[0]), block.pieces.index(rows[-1])
    part = replace(block, pieces=tuple(rows))
    if last - first >= len(rows):
        return part
    start = block.start if first == 0 else rows[0][0]
    return replace(part, start=start, end=block.end if last == len(block.pieces) - 1 else rows[-1][1])


def _first_cell(row: str) -> str:
    return row.strip().removeprefix("|").partition("|")[0]


def _shortened(article: Article, citation: Citation, parts: Sequence[Block]) -> str:
    """The span with the rows that are left of its tables."""
    shown, at = "", citation.start
    for part in parts:
        if part.kind is UnitKind.ROW and citation.start <= part.start < citation.end:
            lines = [part.header, *(article.text[start:end] for start, end in part.pieces)]
            shown, at = shown + article.text[at : part.start] + "\n".join(lines), part.end
    return shown + article.text[at : citation.end]
