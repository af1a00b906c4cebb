"""Owns the search for articles that tell the same customer opposite things: another figure, or a denial more.

Statements are about the same when they share their words by rarity and neither names something the other does not.
Refuses to say which is right, and articles that replace each other.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from kb_ingest.checks.finding import Finding, FindingKind
from kb_ingest.checks.page import Page
from kb_ingest.checks.readers import related, same_readers
from kb_ingest.checks.statements import DATE, Statement, statements
from kb_ingest.lexical import terms
from kb_ingest.units import UnitKind

ALIKE = 0.7
"""Dice of the words by rarity from which two statements are about the same."""
ALIKE_DENIED = 0.9
"""The same where only a denial, or one figure of several, sets them apart."""
ALIKE_ANYWHERE = 0.85
"""The same in articles whose titles and headings have no word in common."""
ALIKE_ROWS = 0.9
"""The same for table rows: what a column means stands above them."""
_SAME_PROCEDURE = 0.8
"""Dice of titles and headings from which two steps belong to the same procedure."""
_LONGEST_SYMBOL = 2
"""Characters of a unit that has no plural: GB, kg, W."""
_FEWEST_WORDS = 4
_MOST_SHARING = 200
"""Statements that have a word; a commoner one proposes no pair."""
_FEWEST_SHARED = 2

Rarity = dict[str, float]


def contradictions(pages: Sequence[Page]) -> Iterator[Finding]:
    """A finding per pair of articles, on what differs most clearly in it."""
    told = [each for page in pages for each in statements(page) if len(each.words) >= _FEWEST_WORDS]
    rarity = _rarity(told)
    pairs = defaultdict[tuple[str, str], list[tuple[float, Statement, Statement, str]]](list)
    for one, other in _candidates(told):
        alike = _alike(one, other, rarity)
        if alike >= ALIKE and _same_subject(one, other, alike) and (differs := _differs(one, other, alike)):
            pairs[one.article.id, other.article.id].append((alike, one, other, differs))
    said = _said_by(told)
    for found in pairs.values():
        kept = [each for each in found if not _agree_elsewhere(each[1], each[2], said)]
        if kept:
            yield _finding(kept)


def _rarity(told: Sequence[Statement]) -> Rarity:
    counts = Counter(word for each in told for word in each.words)
    return {word: math.log(1 + len(told) / count) for word, count in counts.items()}


def _candidates(told: Sequence[Statement]) -> Iterator[tuple[Statement, Statement]]:
    """Pairs of different articles with the same readers that share rare words, each once."""
    having = defaultdict[str, list[int]](list)
    for number, each in enumerate(told):
        shared = Counter(other for word in each.words if len(having[word]) < _MOST_SHARING for other in having[word])
        for other, count in shared.items():
            if count >= _FEWEST_SHARED and _comparable(each, told[other]):
                yield told[other], each
        for word in each.words:
            having[word].append(number)


def _comparable(one: Statement, other: Statement) -> bool:
    figures = one.figures.keys() & other.figures.keys()
    return (
        one.article is not other.article
        and (one.kind is UnitKind.ROW) == (other.kind is UnitKind.ROW)
        and (bool(figures) or one.denies != other.denies)
        and same_readers(one.article, other.article)
        and not related(one.article, other.article)
    )


def _alike(one: Statement, other: Statement, rarity: Rarity) -> float:
    """Dice of their words by rarity, in [0, 1]."""
    both = sum(rarity[word] for word in one.words & other.words)
    return 2 * both / (sum(rarity[word] for word in one.words) + sum(rarity[word] for word in other.words))


def _same_subject(one: Statement, other: Statement, alike: float) -> bool:
    """Whether no name sets them apart, and nothing in what they stand under where that says what they are about."""
    if one.names - other.names and other.names - one.names:
        return False
    mine, theirs = (frozenset(terms(f"{each.article.title} {each.heading}")) for each in (one, other))
    if one.kind is UnitKind.STEP and other.kind is UnitKind.STEP:
        return 2 * len(mine & theirs) >= _SAME_PROCEDURE * (len(mine) + len(theirs))
    if one.kind is UnitKind.ROW and alike < ALIKE_ROWS:
        return False
    dated = DATE in one.figures and DATE in other.figures  # "last update": of the page itself
    return bool(mine & theirs) or (alike >= ALIKE_ANYWHERE and not dated)


def _differs(one: Statement, other: Statement, alike: float) -> str:
    for unit in sorted(one.figures.keys() & other.figures.keys()):
        mine, theirs = one.figures[unit], other.figures[unit]
        one_of_several = mine != theirs and len(mine) == len(theirs) and alike >= ALIKE_DENIED
        if not mine & theirs or one_of_several:
            only, others = _listed(mine - theirs, unit), _listed(theirs - mine, unit)
            return f"{only} against {others}{_counted(unit)}"
    plain = not (one.kind is UnitKind.ROW or one.supposes or other.supposes)
    if plain and alike >= ALIKE_DENIED and one.figures == other.figures and one.denies != other.denies:
        return "one denies what the other says"
    return ""


def _listed(values: frozenset[str], unit: str) -> str:
    before, after = (unit if unit in "$€£" else ""), (unit if unit == "%" else "")
    return ", ".join(f"{before}{value}{after}" for value in sorted(values))


def _counted(unit: str) -> str:
    """What the figures count, as it follows them."""
    if unit in "$€£%" or unit == DATE:
        return ""
    return f" {unit}s" if len(unit) > _LONGEST_SYMBOL else f" {unit}"


def _said_by(told: Sequence[Statement]) -> dict[str, set[tuple[frozenset[str], frozenset[str]]]]:
    """Article id → (words, values) of its statements."""
    said = defaultdict[str, set[tuple[frozenset[str], frozenset[str]]]](set)
    for each in told:
        said[each.article.id].add((each.words, _values(each)))
    return said


def _values(statement: Statement) -> frozenset[str]:
    return frozenset(f"{value} {unit}" for unit, values in statement.figures.items() for value in values)


def _agree_elsewhere(
    one: Statement, other: Statement, said: dict[str, set[tuple[frozenset[str], frozenset[str]]]]
) -> bool:
    """Whether an article says what the other one says too, in the same words."""
    if one.denies != other.denies:
        return False
    return (one.words, _values(one)) in said[other.article.id] or (other.words, _values(other)) in said[one.article.id]


def _finding(found: Sequence[tuple[float, Statement, Statement, str]]) -> Finding:
    alike, one, other, differs = max(found, key=lambda each: each[0])
    more = f" ({len(found) - 1} more differences)" if len(found) > 1 else ""
    return Finding(
        FindingKind.CONTRADICTION, one.article.id, one.article.source,
        f"{differs}: “{_short(one.text)}” here, “{_short(other.text)}” in {other.article.id}{more}",
        "find out which is right and correct the other, or say in both what they depend on",
        degree=alike, excerpt=one.text, other=other.article.id,
    )  # fmt: skip


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 160 else flat[:158].rstrip() + "…"
