"""Owns how the parts of an article name each other: what a part points at, which section tells what to do. Refuses to
choose what is shown: see selection.py."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import dropwhile, groupby, takewhile

from bot.answering.blocks import LISTED, Block, blocks_of
from bot.retrieval.terms_asked import codes_of
from kb_ingest.article import Article
from kb_ingest.lexical import terms
from kb_ingest.units import UnitKind

EXCEPTION = re.compile(
    r"(however|except|exceptions?|unless|but|note|important|only|this does not|it does not|otherwise)\b", re.IGNORECASE
)
REMEDY = re.compile(
    r"\b(fix(es|ing)?|clear|solve|solutions?|resolve|resolution|repair|improve|troubleshoot(ing)?|workaround|remed(y|ies)"
    r"|cure|first (help|aid|step)|what (to|(you|i) can) do|try th(is|ese))\b",
    re.IGNORECASE,
)
"""A heading, of a section or of a table's column, under which stands what to do about what the article is about."""
AHEAD = re.compile(
    r"\b(below ?([.:,;!?]|$)|as follows|following|in (this|that) order|in order ?[.:]|from top to bottom"
    r"|here( ?[.:]| is\b| are\b)|(the|this) (table|list|line)s? (below|for|of|that|shows|tells))",
    re.IGNORECASE,
)
"""A sentence that says nothing without the list, table or procedure that comes next."""
INTO_TABLE = re.compile(r"\b(depends? on|look up|find (your|the))\b", re.IGNORECASE)
"""A sentence that says nothing without the table that comes next."""
STEPS = re.compile(r"\bsteps? (below|\d)", re.IGNORECASE)
"""Words that say nothing without the procedure of the article."""
MOST = 1000
"""Characters that a section may have to be shown whole for its procedure."""


def pointed_at(article: Article, block: Block) -> Iterator[Block]:
    """The blocks without which this one only announces."""
    blocks = blocks_of(article)
    at = blocks.index(block)
    text = article.text[block.start : block.end]
    if block.kind is UnitKind.PARAGRAPH and at + 1 < len(blocks) and _announces(text, block.headings, blocks[at + 1]):
        yield blocks[at + 1]
    if block.kind is not UnitKind.STEP and STEPS.search(text):
        steps = [other for other in blocks if other.kind is UnitKind.STEP]
        yield from sorted(steps, key=lambda other: abs(blocks.index(other) - at))[:1]


def _announces(text: str, headings: Sequence[str], following: Block) -> bool:
    if text.endswith(":") and following.headings == headings:
        return True
    into = following.kind is UnitKind.ROW and INTO_TABLE.search(text)
    return following.kind in LISTED and bool(text.endswith(":") or into or AHEAD.search(text))


def remedy(article: Article, codes: Sequence[str], foreign: Callable[[str], bool]) -> list[Block]:
    """What tells what to do: the section headed so, else the first with a procedure and the procedures beside it, one
    for each model; in an article on several codes the section headed by one of `codes`. Empty where there is none."""
    own = (block for block in blocks_of(article) if not any(map(foreign, block.headings)))
    sections = [list(section) for _, section in groupby(own, lambda block: block.headings)]
    several = codes and set(codes_of(terms(article.title))) - set(codes)
    headed = [section for section in sections if _is_headed(section[0], codes if several else ())]
    if headed or several:
        return [block for section in headed[:1] for block in _short(section)]
    procedures = takewhile(_is_procedure, dropwhile(lambda section: not _is_procedure(section), sections))
    shown: list[Block] = []
    for section in map(_short, procedures):
        if shown and _length([*shown, *section]) > MOST:
            break
        shown += section
    return shown


def _is_headed(block: Block, codes: Sequence[str]) -> bool:
    heading = block.headings[-1] if block.headings else ""
    return not set(codes).isdisjoint(terms(heading)) if codes else REMEDY.search(heading) is not None


def tells_what_to_do(block: Block) -> bool:
    """True for a procedure, and for a list or table whose heading says so."""
    return block.kind is UnitKind.STEP or REMEDY.search(block.header) is not None or _is_headed(block, ())


def _is_procedure(section: Sequence[Block]) -> bool:
    return any(block.kind is UnitKind.STEP for block in section)


def _short(section: Sequence[Block]) -> list[Block]:
    """The section, or of a long one its procedure, or whatever list it begins with."""
    if _length(section) <= MOST:
        return list(section)
    listed = [block for block in section if block.kind in LISTED]
    return sorted(listed or section, key=lambda block: block.kind is not UnitKind.STEP)[:1]


def _length(blocks: Sequence[Block]) -> int:
    return sum(block.end - block.start for block in blocks)
