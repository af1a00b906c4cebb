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
    WRITTEN = "written, sensitive"
    WRITTEN_LOOKALIKE = "written, look-alikes"
    FOLLOW_UPS = "follow-ups"
    HEADINGS = "headings"
    FORESEEN = "authors' questions"


@dataclass(frozen=True, slots=True)
class Row:
    """One text; `category` is the policy's it speaks for, None when it is harmless; `weight` 0: only measured."""

    text: str
    group: Group
    category: str | None
    weight: float = 1.0

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
    """What each row says about each category: a harmless one speaks against all, a sensitive one for its own only.

    Sensitive texts that also spoke against the other categories held those down.
    """
    column = {category: place for place, category in enumerate(categories)}
    wanted = np.zeros((len(rows), len(categories)), np.float32)
    weights = np.zeros_like(wanted)
    for place, row in enumerate(rows):
        if row.category is None:
            weights[place] = row.weight
        elif row.category in column:
            wanted[place, column[row.category]], weights[place, column[row.category]] = 1.0, row.weight
    return Targets(wanted, weights)


def distinct(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The first row of each text."""
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(normalise(row.text).strip(), row)
    return tuple(found.values())
