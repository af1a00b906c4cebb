"""Owns the extractive answer: the parts of the best article that answer, whole, with their lead-ins and exceptions.

Refuses to write a word of its own: every statement is a span of one article version. What is shown are the blocks
(paragraphs, whole procedures, whole tables) that the best passages stand in; docs/decisions/0004 has the measurements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.answering.blocks import Block, blocks_of
from bot.answering.draft import Citation, Draft, Statement
from bot.retrieval.passage import ArticleHit, Passage
from kb_ingest.article import Article
from kb_ingest.lexical import LexicalIndex, terms
from kb_ingest.units import UnitKind

PASSAGES = 2
THIRD_WITHIN = 0.06
"""A third passage is shown when its score is this close to the second's."""
MAX_ROWS = 14
KEPT_ROWS = 4
EXCEPTION = re.compile(
    r"(however|except|exceptions?|unless|but|note|important|only|this does not|it does not|otherwise)\b", re.IGNORECASE
)

Span = tuple[int, int]


def extract(hit: ArticleHit) -> Draft | None:
    """The answer from one article; None when the article has no text that could answer."""
    article = hit.article
    chosen = [block for block in blocks_of(article) if _stands_in(block, _best(hit.passages))]
    spans = list(_joined(article, [_with_context(article, block) for block in chosen]))
    if not spans:
        return None
    citations = tuple(cite(article, number, span) for number, span in enumerate(spans, 1))
    titled = len({_heading(article, citation) for citation in citations}) > 1
    statements = tuple(Statement(_shown(article, each, chosen, titled), each.number) for each in citations)
    return Draft(statements, citations)


def cite(article: Article, number: int, span: Span) -> Citation:
    """A numbered citation of `article.text[start:end]`."""
    return Citation(
        number=number,
        article_id=article.id,
        title=article.title,
        version=article.version,
        start=span[0],
        end=span[1],
        quote=article.text[span[0] : span[1]],
        visibility=article.visibility,
        url=article.url,
        updated_at=article.updated_at.isoformat() if article.updated_at else None,
    )


def overlap(question: str, text: str, lexical: LexicalIndex) -> float:
    """Share of the question's terms, weighted by idf, that occur in the text; in [0, 1]."""
    asked = set(terms(question))
    total = sum(lexical.idf(term) for term in sorted(asked))
    return sum(lexical.idf(term) for term in sorted(asked & set(terms(text)))) / total if total else 0.0


def _best(passages: Sequence[Passage]) -> Sequence[Passage]:
    close = [p for p in passages[PASSAGES : PASSAGES + 1] if passages[PASSAGES - 1].score - p.score <= THIRD_WITHIN]
    return [*passages[:PASSAGES], *close]


def _stands_in(block: Block, passages: Sequence[Passage]) -> bool:
    return any(passage.chunk.start < block.end and block.start < passage.chunk.end for passage in passages)


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
    if article.text[block.start : block.end].endswith(":"):
        return after.end
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


def _shown(article: Article, citation: Citation, chosen: Sequence[Block], titled: bool) -> str:
    """The span as the customer reads it, under its heading where the answer has several parts."""
    heading = _heading(article, citation) if titled else ""
    body = _shortened(article, citation, chosen)
    return f"## {heading}\n\n{body}" if heading else body


def _shortened(article: Article, citation: Citation, chosen: Sequence[Block]) -> str:
    """A very long table keeps its header and its first rows; the citation opens the rest."""
    for block in chosen:
        inside = citation.start <= block.start < citation.end
        if block.kind is UnitKind.ROW and len(block.pieces) > MAX_ROWS and inside:
            rows = [article.text[start:end] for start, end in block.pieces[:KEPT_ROWS]]
            return article.text[citation.start : block.start] + "\n".join([block.header, *rows])
    return citation.quote
