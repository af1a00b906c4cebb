"""Owns the rules of a policy, of which the first that holds decides. Refuses to know what they are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Then = TypeVar("Then")


@dataclass(frozen=True, slots=True)
class Rule(Generic[Then]):
    """One rule: every condition must hold, and any of a condition's values will do."""

    when: Mapping[str, frozenset[str]]
    then: Then

    def holds(self, case: object) -> bool:
        """True when all conditions are met; they are named as the fields of the case."""
        return all(getattr(case, field) in values for field, values in self.when.items())


def decided(rules: Iterable[Rule[Then]], case: object, otherwise: Then) -> Then:
    """What the first rule that holds says, or what is to be `otherwise`."""
    return next((rule.then for rule in rules if rule.holds(case)), otherwise)
