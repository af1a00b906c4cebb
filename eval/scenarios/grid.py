"""Owns the grid of situations: where a customer writes, about what, in which state of mind, and what for.

All four together are 700 cells. Faults mostly need two things to come together, so every pair of values must be
played (a covering array of strength two). Refuses to know a scenario.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, product


class Touchpoint(StrEnum):
    """Where the customer writes."""

    WEBSITE_CHAT = "website_chat"
    PHONE_CHAT = "phone_chat"
    HELP_CENTRE = "help_centre"
    EMAIL = "email"


class Inquiry(StrEnum):
    """What it is about."""

    HOW_TO = "how_to"
    FAULT = "fault"
    ORDER = "order"
    RETURN = "return"
    BILLING = "billing"
    ACCOUNT = "account"
    BUYING = "buying"


class Mind(StrEnum):
    """The state of mind, as it shows in the wording."""

    CALM = "calm"
    HURRIED = "hurried"
    CONFUSED = "confused"
    FRUSTRATED = "frustrated"
    WORRIED = "worried"


class Objective(StrEnum):
    """What the customer wants to have at the end."""

    KNOW_A_FACT = "know_a_fact"
    GET_IT_DONE = "get_it_done"
    CHOOSE = "choose"
    REACH_A_PERSON = "reach_a_person"
    BE_HEARD = "be_heard"


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One situation."""

    touchpoint: Touchpoint
    inquiry: Inquiry
    mind: Mind
    objective: Objective

    @property
    def values(self) -> tuple[StrEnum, ...]:
        """The four values, in the order of the dimensions."""
        return self.touchpoint, self.inquiry, self.mind, self.objective

    @property
    def pairs(self) -> frozenset[Pair]:
        """Each two of the four values."""
        return frozenset(combinations(self.values, 2))


Pair = tuple[StrEnum, StrEnum]
DIMENSIONS: tuple[type[StrEnum], ...] = (Touchpoint, Inquiry, Mind, Objective)


def cells() -> tuple[Cell, ...]:
    """Every situation, in the order of the enums."""
    return tuple(Cell(*values) for values in product(Touchpoint, Inquiry, Mind, Objective))


def pairs() -> frozenset[Pair]:
    """Every two values of different dimensions."""
    return frozenset(pair for one, other in combinations(DIMENSIONS, 2) for pair in product(one, other))


def covering() -> tuple[Cell, ...]:
    """A small set of situations with every pair in one of them: each time the first cell with most pairs not had yet.

    The same on every machine: no chance and no set order takes part.
    """
    every, left, chosen = cells(), set(pairs()), []
    while left:
        best = max(every, key=lambda cell: len(cell.pairs & left))
        chosen.append(best)
        left -= best.pairs
    return tuple(chosen)


def missing(covered: Iterable[Cell]) -> tuple[Pair, ...]:
    """The pairs that none of these situations has, in the order of the enums."""
    had = {pair for cell in covered for pair in cell.pairs}
    wanted = (pair for one, other in combinations(DIMENSIONS, 2) for pair in product(one, other))
    return tuple(pair for pair in wanted if pair not in had)
