"""Owns finding where a changed article now says otherwise than another that the same customers may see.

Refuses to say which of the two is right, and to tell of what the base already said before the edit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eval.edits.facts import Fact, facts_of
from kb_ingest.article import Article
from kb_ingest.checks.readers import same_readers
from kb_ingest.index import KnowledgeIndex
from kb_ingest.lexical import terms

ALIKE = 0.62
"""Share of the words of two statements, by rarity, from which they are about the same."""
ALIKE_ROWS = 0.75
OPPOSED = 0.78
"""The same for statements that differ by a negation alone, or in one figure of several."""
NEAREST = 0.06
"""A statement counts only when hardly any other of the base is closer."""
PASSAGES = 24
FEWEST = 3
"""Words below which a statement says too little about its subject."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """`said` in the changed article against `elsewhere` in another; `differs` names what."""

    article: str
    said: str
    other: str
    elsewhere: str
    differs: str


def contradictions(before: KnowledgeIndex, after: KnowledgeIndex, changed: Sequence[str]) -> tuple[Contradiction, ...]:
    """What the articles `changed` newly say against the rest of the base, in their order."""
    found = [each for name in changed if name in after.articles for each in _of_article(before, after, name)]
    return tuple(dict.fromkeys(found))


def _of_article(before: KnowledgeIndex, after: KnowledgeIndex, name: str) -> Iterator[Contradiction]:
    article = after.articles[name]
    old = {fact.key for fact in facts_of(before.articles[name].text)} if name in before.articles else set()
    for fact in facts_of(article.text):
        if fact.key not in old and len(fact.words) >= FEWEST:
            yield from _against(after, article, fact)


def _against(index: KnowledgeIndex, article: Article, fact: Fact) -> Iterator[Contradiction]:
    others = list(_others(index, article, fact))
    closest = max((alike for alike, _, _ in others), default=0.0)
    near = [(other, told) for alike, other, told in others if alike >= closest - NEAREST]
    if any(told.key == fact.key for _, told in near):
        return
    for other, told in near:
        differs = _differs(fact, told, closest)
        if differs:
            yield Contradiction(article.id, fact.text, other.id, told.text, differs)


def _others(index: KnowledgeIndex, article: Article, fact: Fact) -> Iterator[tuple[float, Article, Fact]]:
    """Statements of other articles about the same, with how alike they are."""
    scores = index.lexical.scores(terms(fact.text))
    for row in np.argsort(-scores, kind="stable")[:PASSAGES].tolist():
        chunk = index.chunks[row]
        other = index.articles[chunk.article_id]
        if other.id == article.id or not same_readers(article, other):
            continue
        for told in facts_of(chunk.text):
            alike = _alike(index, fact, told)
            if told.is_row == fact.is_row and alike >= (ALIKE_ROWS if fact.is_row else ALIKE):
                yield alike, other, told


def _alike(index: KnowledgeIndex, one: Fact, other: Fact) -> float:
    """Dice of their words by rarity, in [0, 1]."""

    def weight(words: frozenset[str]) -> float:
        return sum(index.lexical.idf(word) for word in sorted(words))

    return 2 * weight(one.words & other.words) / ((weight(one.words) + weight(other.words)) or 1.0)


def _differs(one: Fact, other: Fact, alike: float) -> str:
    for unit in sorted(one.figures.keys() & other.figures.keys()):
        mine, theirs = one.figures[unit], other.figures[unit]
        if not mine & theirs or (mine != theirs and len(mine) == len(theirs) and alike >= OPPOSED):
            return f"{_listed(mine)} against {_listed(theirs)}"
    same_figures = one.figures == other.figures
    if same_figures and alike >= OPPOSED and one.denials % 2 != other.denials % 2 and not one.is_row:
        return "one denies what the other says"
    return ""


def _listed(values: frozenset[str]) -> str:
    return ", ".join(sorted(values))
