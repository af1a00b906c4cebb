"""Owns the rules of a policy, of which the first that holds decides. Refuses to know what they are about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.policy_node import Node

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


def conditions(
    when: Node, names: tuple[str, ...], known: Mapping[str, Collection[str]]
) -> Mapping[str, frozenset[str]]:
    """The values of each condition, which has one of these names; BadPolicy for a value that is not among the `known`
    ones of its condition."""
    read = {key: frozenset(entry.texts()) for key, entry in when.fields(optional=names).items()}
    for key, values in read.items():
        for value in sorted(values.difference(known.get(key, values))):
            raise when.wrong(f"{key}: {value!r} does not exist; there are {', '.join(sorted(known[key]))}")
    return read
