"""Owns the table the screen is fitted and measured on: a text, what it speaks for, how much it counts.

Refuses to read files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bot.decision.normalise import normalise

FOLDS = 5
SILENT = 0.0
"""Weight of a sensitive text against the other categories; at 0.1 they held each other down."""


class Group(StrEnum):
    """What a row is counted as when the screen is measured."""

    SELF_HARM = "self_harm"
    DISTRESS = "distress"
    VIOLENCE = "violence"
    PRIVACY = "privacy"
    HATE = "hate"
    ADVICE = "advice"
    ACCOUNT_SECURITY = "account_security"
    ORDINARY = "ordinary"
    LOOKALIKE = "xstest harmless"
    CONTRAST = "xstest harmful"
    OTHER_TOPICS = "other topics"
    CUSTOMERS = "customers elsewhere"
    SHOP = "shop, tune"
    SHOP_SENSITIVE = "shop sensitive, tune"
    SHOP_PERSON = "shop asks for a person, tune"
    OWN_PERSON = "policy, asks for a person"
    OWN_COMPLAINT = "policy, complaints"
    OWN = "policy, other categories"
    OWN_LOOKALIKE = "policy, look-alikes"
    HEADINGS = "headings"


@dataclass(frozen=True, slots=True)
class Row:
    """One text; `category` is the policy's it speaks for, None when it is harmless; `weight` 0: only measured.

    `silent` names categories of which the text says nothing either way.
    """

    text: str
    group: Group
    category: str | None
    weight: float = 1.0
    silent: frozenset[str] = frozenset()

    @property
    def fold(self) -> int:
        """The part it is left out with: the same text always falls into the same part."""
        return int(hashlib.sha256(normalise(self.text).strip().encode()).hexdigest(), 16) % FOLDS


@dataclass(frozen=True, slots=True)
class Targets:
    """`wanted` 1 where a row belongs to a category, `weights` how much that counts; both (rows, categories)."""

    wanted: NDArray[np.float32]
    weights: NDArray[np.float32]


def targets(rows: Sequence[Row], categories: Sequence[str]) -> Targets:
    """What each row says about each category."""
    wanted = np.zeros((len(rows), len(categories)), np.float32)
    weights = np.zeros_like(wanted)
    for place, row in enumerate(rows):
        weights[place] = row.weight if row.category is None else SILENT * row.weight
        for column, category in enumerate(categories):
            if category == row.category:
                wanted[place, column], weights[place, column] = 1.0, row.weight
            elif category in row.silent:
                weights[place, column] = 0.0
    return Targets(wanted, weights)


def distinct(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The first row of each text."""
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(normalise(row.text).strip(), row)
    return tuple(found.values())
