"""Owns what people are shown of played scenarios: how many went well for each value of the grid. Refuses markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from eval.scenarios import grid
from eval.scenarios.grid import Pair
from eval.scenarios.played import Played, Rule, Standing, failures


@dataclass(frozen=True, slots=True)
class ValueCount:
    """One value of a dimension: scenarios played, and those in which every rule was kept."""

    dimension: str
    value: StrEnum
    passed: int
    played: int


@dataclass(frozen=True, slots=True)
class RuleCount:
    """One rule: times it applied, and times it was kept."""

    rule: Rule
    kept: int
    applied: int


@dataclass(frozen=True, slots=True)
class Summary:
    """All of a run; `pairs` of the grid in all, of which `missing` are played by no scenario."""

    played: tuple[Played, ...]
    values: tuple[ValueCount, ...]
    rules: tuple[RuleCount, ...]
    pairs: int
    missing: tuple[Pair, ...]

    @property
    def passed(self) -> int:
        """Scenarios in which every rule was kept."""
        return sum(each.passed for each in self.played)

    @property
    def failed(self) -> tuple[Played, ...]:
        """Those that make the run fail."""
        return failures(self.played)

    @property
    def dimensions(self) -> tuple[tuple[str, tuple[ValueCount, ...]], ...]:
        """The counts by dimension, in the order of the grid."""
        names = dict.fromkeys(each.dimension for each in self.values)
        return tuple((name, tuple(each for each in self.values if each.dimension == name)) for name in names)

    @property
    def groups(self) -> tuple[tuple[Standing, tuple[Played, ...]], ...]:
        """The scenarios by how they went, what needs work first."""
        order = (Standing.FAILED, Standing.MENDED, Standing.KNOWN, Standing.WELL)
        found = ((standing, tuple(p for p in self.played if p.standing is standing)) for standing in order)
        return tuple((standing, group) for standing, group in found if group)

    @property
    def turns(self) -> int:
        """Customer messages in all."""
        return sum(len(each.turns) for each in self.played)


def summary(played: Sequence[Played]) -> Summary:
    """The counts of a run."""
    values = [_value(dimension, value, played) for dimension in grid.DIMENSIONS for value in dimension]
    missing = grid.missing(each.scenario.cell for each in played)
    return Summary(tuple(played), tuple(values), _rules(played), len(grid.pairs()), missing)


def _value(dimension: type[StrEnum], value: StrEnum, played: Sequence[Played]) -> ValueCount:
    mine = [each for each in played if value in each.scenario.cell.values]
    return ValueCount(dimension.__name__, value, sum(each.passed for each in mine), len(mine))


def _rules(played: Sequence[Played]) -> tuple[RuleCount, ...]:
    checks = [check for each in played for turn in each.turns for check in turn.checks]
    mine = {rule: [check.passed for check in checks if check.rule is rule] for rule in Rule}
    return tuple(RuleCount(rule, sum(kept), len(kept)) for rule, kept in mine.items())
