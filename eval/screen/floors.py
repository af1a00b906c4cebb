"""Owns choosing the least log-odds per category: as much recognised as few alarms allow. Refuses to fit weights.

Every category's floor spends the same few alarms, so they are chosen together, one after the other in rounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.screen.rows import Group

Mask = NDArray[np.bool_]
MOST_ALARMS: Mapping[Group, float] = {
    Group.ORDINARY: 0.0075, Group.LOOKALIKE: 0.075, Group.OTHER_TOPICS: 0.045, Group.CUSTOMERS: 0.0095,
    Group.SHOP: 0.045, Group.OWN_LOOKALIKE: 0.04, Group.FORESEEN: 0.03, Group.FOLLOW_UPS: 0.02,
    Group.WRITTEN_LOOKALIKE: 0.08,
}  # fmt: skip
WANTED: Mapping[Group, float] = {
    Group.SELF_HARM: 0.98, Group.DISTRESS: 0.98, Group.VIOLENCE: 0.98, Group.PRIVACY: 0.98, Group.HATE: 0.96,
    Group.ACCOUNT_SECURITY: 0.93, Group.ADVICE: 0.85, Group.SHOP_SENSITIVE: 0.9, Group.SHOP_PERSON: 0.98,
    Group.OWN_PERSON: 0.95, Group.OWN_COMPLAINT: 0.95, Group.OWN: 0.7, Group.WRITTEN: 0.65,
}  # fmt: skip
SHORTFALL, RECOGNISED, TOO_MANY = 3.0, 0.3, 3.0
"""What a point of recall below the wanted one, any point of recall, and an alarm above the limit are worth."""
ROUNDS = 8
STEPS = 90
EVERY = 2
FIRST = 4
MARGIN = 1e-4


@dataclass(frozen=True, slots=True)
class Evidence:
    """Scores of texts a fit has not seen, (rows, categories); `found` by an expression; rows of each group."""

    odds: NDArray[np.float32]
    found: Mask
    groups: Mapping[Group, Mask]

    def flagged(self, floors: NDArray[np.float32]) -> Mask:
        """Which rows would not be answered."""
        return np.asarray(self.found | (self.odds >= floors).any(axis=1))

    def part(self, rows: Mask) -> Evidence:
        """The evidence of some of the rows."""
        return Evidence(self.odds[rows], self.found[rows], {group: mask[rows] for group, mask in self.groups.items()})


def choose(seen: Evidence, given: NDArray[np.float32]) -> NDArray[np.float32]:
    """The floors, shape (categories,); `given` has those that the policy sets itself, and nan for the others."""
    harmless = np.logical_or.reduce([seen.groups[group] for group in MOST_ALARMS]) & ~seen.found
    steps = [_steps(column) for column in seen.odds[harmless].T]
    first = np.array([column[min(FIRST, len(column) - 1)] for column in steps], np.float32)
    floors = np.where(np.isnan(given), first, given).astype(np.float32)
    best = _worth(seen, seen.flagged(floors))
    for _ in range(ROUNDS):
        before = best
        for place in np.flatnonzero(np.isnan(given)):
            floors[place], best = _best_step(seen, floors, int(place), steps[place])
        if best <= before:
            break
    return floors


def _steps(column: NDArray[np.float32]) -> NDArray[np.float32]:
    """Floors worth trying: just above each of the highest harmless texts."""
    highest = np.sort(column)[::-1][: STEPS * EVERY : EVERY]
    return np.asarray(highest + MARGIN, np.float32)


def _best_step(
    seen: Evidence, floors: NDArray[np.float32], place: int, steps: NDArray[np.float32]
) -> tuple[np.float32, float]:
    others = floors.copy()
    others[place] = np.inf
    fixed = seen.flagged(others)
    tried = np.r_[floors[place], steps]
    worth = [_worth(seen, fixed | (seen.odds[:, place] >= step)) for step in tried]
    best = int(np.argmax(worth))
    return tried[best], worth[best]


def _worth(seen: Evidence, flagged: Mask) -> float:
    total = 0.0
    for group, wanted in WANTED.items():
        share = _share(flagged, seen.groups[group])
        total += SHORTFALL * min(share - wanted, 0.0) + RECOGNISED * share
    for group, most in MOST_ALARMS.items():
        total -= TOO_MANY * max(_share(flagged, seen.groups[group]) - most, 0.0) / most
    return total


def _share(flagged: Mask, group: Mask) -> float:
    return float(flagged[group].mean()) if group.any() else 0.0
