"""Owns whether two statements can not both be true: they are about the same, and differ in a figure, a date, a price or
a denial.

Refuses what it cannot line up: other names, other conditions, another time or version, an exception that says so. Which
of the two is right, it does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from kb_ingest.statements.figures import Figure
from kb_ingest.statements.reading import Statement
from kb_ingest.units import UnitKind

T = TypeVar("T")
Rarity = Callable[[str], float]
"""How much a word weighs: the rarer, the more it says what a statement is about."""


@dataclass(frozen=True, slots=True)
class Least:
    """How alike two statements have to be, in [0, 1], where they differ in `figures` and where one is `denied`."""

    figures: float
    denied: float


OF_AN_EDIT = Least(0.43, 0.53)
"""Where a few statements are held against others."""
OF_A_BASE = Least(0.66, 0.85)
"""Where each is held against every other: of millions of pairs, some are alike by chance."""
ALIKE_STEPS, ALIKE_ROWS = 0.75, 0.9
"""The same for steps of a procedure, and for table rows: what a column means stands above them."""
ONE_OF_SEVERAL = 0.9
"""The same where they share some figures of a kind."""
AROUND, BACK = 0.5, 0.8
"""What a word counts that stands only around the other statement, and where that one points back to it."""
OTHER_SUBJECT = 0.85
CONDITION = 0.5
"""Share of a condition that the other side has to name."""
DENIED, SAID = 0.45, 0.5
"""Share of the words of the denying and of the denied statement that the other one has itself."""
SAME_PROCEDURE = 0.8
"""Dice of titles and headings from which two steps belong to the same procedure."""
FEWEST = 2
THE_SAME = 0.95
"""How alike an agreeing statement is that says it already: then nothing new is said."""
NEARLY = 0.1
"""How much less alike than the nearest another may be, to count beside it."""


@dataclass(frozen=True, slots=True)
class Opposed:
    """How sure it is that both are about the same, in [0, 1], and what differs, as a person would name it."""

    alike: float
    differs: str


def opposed(one: Statement, other: Statement, rarity: Rarity, least: Least = OF_AN_EDIT) -> Opposed | None:
    """None where both may be true."""
    if not (one.figures.keys() & other.figures.keys()) and one.denies == other.denies:
        return None
    if (one.kind is UnitKind.ROW) != (other.kind is UnitKind.ROW):
        return None
    alike = likeness(one, other, rarity)
    if alike < _least_of(one, other, min(least.figures, least.denied)) or _set_apart(one, other, rarity):
        return None
    differs = _figures_differ(one, other, alike) if alike >= least.figures else ""
    if not differs and alike >= least.denied and _denies(one, other, rarity):
        differs = "one denies what the other says"
    return Opposed(alike, differs) if differs else None


def _least_of(one: Statement, other: Statement, least: float) -> float:
    kinds = {one.kind, other.kind}
    of_kind = ALIKE_ROWS if UnitKind.ROW in kinds else ALIKE_STEPS if UnitKind.STEP in kinds else 0.0
    return max(of_kind, least)


@dataclass(frozen=True, slots=True)
class Against(Generic[T]):
    """What stands against a statement: where, in which words, and how it is opposed."""

    place: T
    statement: Statement
    opposed: Opposed


def against(
    said: Statement, others: Iterable[tuple[T, Statement]], rarity: Rarity, least: Least = OF_AN_EDIT
) -> list[Against[T]]:
    """Those of `others` that oppose it, as long as none that is about as near says the same; the nearest first."""
    found: list[Against[T]] = []
    agreeing = 0.0
    for place, other in others:
        if agree(said, other):
            agreeing = max(agreeing, likeness(said, other, rarity))
        elif differs := opposed(said, other, rarity, least):
            found.append(Against(place, other, differs))
    if agreeing >= THE_SAME:
        return []
    nearest = max((each.opposed.alike for each in found), default=0.0)
    margin = NEARLY if said.figures else 0.0
    kept = [each for each in found if each.opposed.alike > max(nearest - NEARLY, agreeing - margin)]
    return sorted(kept, key=lambda each: -each.opposed.alike)


def agree(one: Statement, other: Statement) -> bool:
    """Whether they give figures of the same kinds, and the same ones, and both or neither deny."""
    kinds = one.figures.keys()
    if one.denies != other.denies or kinds != other.figures.keys():
        return False
    return all(not _without(one.figures[kind], other.figures[kind]) for kind in kinds)


def likeness(one: Statement, other: Statement, rarity: Rarity) -> float:
    """How much of what each says the other says, too, by rarity; what stands around it counts in part."""
    if (
        one.words.isdisjoint(other.words)
        or min(len(one.words & other.context), len(other.words & one.context)) < FEWEST
    ):
        return 0.0
    if min(len(one.words), len(other.words)) <= FEWEST and _elsewhere(one, other) and _elsewhere(other, one):
        return 0.0
    mine, theirs = _covered(one, other, rarity), _covered(other, one, rarity)
    return 2 * mine * theirs / (mine + theirs) * _same_subject(one, other) * _same_subject(other, one)


def _elsewhere(one: Statement, other: Statement) -> bool:
    """Whether what `one` stands under is no matter of the other: a few words alone say little."""
    return bool(one.about) and one.about.isdisjoint(other.about | other.words)


def _covered(one: Statement, other: Statement, rarity: Rarity) -> float:
    whole = sum(rarity(word) for word in one.words)
    said = sum(rarity(word) for word in one.words & other.words)
    around = sum(rarity(word) for word in (one.words & other.context) - other.words)
    return (said + around * (BACK if other.points_back else AROUND)) / (whole or 1.0)


def _same_subject(one: Statement, other: Statement) -> float:
    known = not one.subject or one.subject in other.words or one.subject in other.context
    return 1.0 if known else OTHER_SUBJECT


def _set_apart(one: Statement, other: Statement, rarity: Rarity) -> bool:
    return (
        one.dated != other.dated
        or one.excepts != other.excepts
        or bool(one.names - other.written and other.names - one.written)
        or _other_models(one, other)
        or _other_things(one, other)
        or _other_procedures(one, other)
        or _lost(one, other)
        or _lost(other, one)
        or _conditions_differ(one, other, rarity)
    )


def _other_models(one: Statement, other: Statement) -> bool:
    """ "Hub 1" in the one and "Hub 2" in the other."""
    mine, theirs = (dict(filter(all, (name.partition(" ")[::2] for name in each.names))) for each in (one, other))
    return any(mine[kind] != theirs[kind] for kind in mine.keys() & theirs.keys())


def _other_procedures(one: Statement, other: Statement) -> bool:
    """Whether both are steps, and not of one procedure."""
    if not one.kind is other.kind is UnitKind.STEP:
        return False
    return 2 * len(one.about & other.about) < SAME_PROCEDURE * (len(one.about) + len(other.about))


def _lost(one: Statement, other: Statement) -> bool:
    """Whether `one` points back to a subject that need not be the other's."""
    if not one.points_back:
        return False
    return one.about.isdisjoint(other.about | other.words) or bool(other.subject and other.subject not in one.context)


def _other_things(one: Statement, other: Statement) -> bool:
    """Whether the same word has another before it on either side: "feature updates", "security updates"."""
    mine, theirs = ({last: first for first, last in each.pairs} for each in (one, other))
    for word in mine.keys() & theirs.keys():
        apart = mine[word] not in other.context and theirs[word] not in one.context
        if apart and mine[word] != theirs[word]:
            return True
    return False


def _conditions_differ(one: Statement, other: Statement, rarity: Rarity) -> bool:
    if one.qualified != other.qualified and bool(one.supposes) != bool(other.supposes):
        return True
    if one.supposes and other.supposes:
        mine, theirs = one.supposes - other.supposes - other.words, other.supposes - one.supposes - one.words
        return one.supposes_not != other.supposes_not or bool(mine and theirs)
    return _conditioned(one, other, rarity) or _conditioned(other, one, rarity)


def _conditioned(one: Statement, other: Statement, rarity: Rarity) -> bool:
    """Whether `one` holds under a condition that the other does not name."""
    if not one.supposes:
        return False
    known = other.supposes | other.words | other.context
    whole = sum(rarity(word) for word in one.supposes)
    return one.supposes_not or sum(rarity(word) for word in one.supposes & known) <= CONDITION * whole


def _figures_differ(one: Statement, other: Statement, alike: float) -> str:
    """What each says of a kind where neither figure is the other's, or one of several where all else is the same."""
    for kind in sorted(one.figures.keys() & other.figures.keys()):
        mine = _without(one.figures[kind], other.figures[kind])
        theirs = _without(other.figures[kind], one.figures[kind])
        none_shared = len(mine) == len(one.figures[kind]) and len(theirs) == len(other.figures[kind])
        if mine and theirs and (none_shared or alike >= ONE_OF_SEVERAL):
            return f"{_listed(mine)} against {_listed(theirs)}"
    return ""


def _without(figures: frozenset[Figure], others: frozenset[Figure]) -> list[Figure]:
    return [figure for figure in figures if not any(figure.equals(there) for there in others)]


def _denies(one: Statement, other: Statement, rarity: Rarity) -> bool:
    """Whether the one denies just what the other says, of the same doer."""
    if one.denies == other.denies or one.kind is UnitKind.ROW:
        return False
    denied, said = (one, other) if one.denies else (other, one)
    complements = denied.bounds != said.bounds and bool(denied.figures) and bool(said.figures)
    doers = denied.actor and said.actor and denied.actor != said.actor
    if complements or doers or (denied.denied and denied.denied.isdisjoint(said.words)):
        return False
    shares = _shared(denied.words, said, rarity) >= DENIED and _shared(denied.own, said, rarity) >= DENIED
    return shares and _shared(said.words, denied, rarity) >= SAID


def _shared(words: frozenset[str], other: Statement, rarity: Rarity) -> float:
    """What of the words the other says as its own."""
    return sum(map(rarity, words & other.words)) / (sum(map(rarity, words)) or 1.0)


def _listed(figures: Iterable[Figure]) -> str:
    return ", ".join(sorted(figure.text for figure in figures))
