"""Owns which team gets a ticket and how urgent it is, read from `routing.yaml`. Refuses due times."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.decision.policy import read_yaml
from bot.handoff.rules import Rule, conditions, decided
from bot.handoff.service_level import Priority
from bot.policy_node import Node


class Mood(StrEnum):
    """The customer's sentiment in three steps."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


@dataclass(frozen=True, slots=True)
class Case:
    """What is known when a ticket is routed; None where unknown, which no condition matches."""

    category: str | None = None
    plight: str | None = None
    area: str | None = None
    plan: str | None = None
    tier: str | None = None
    region: str | None = None
    language: str | None = None
    sentiment: Mood = Mood.NEUTRAL


CONDITIONS = ("category", "plight", "area", "plan", "tier", "region", "language", "sentiment")


@dataclass(frozen=True, slots=True)
class Routed:
    """Who gets the ticket; `rule` is the id of the rule that decided, `default` when none did."""

    team: str
    priority: Priority
    rule: str


@dataclass(frozen=True, slots=True)
class Routing:
    """The rules in order, the default, the teams' names, and the words of each plight a customer may be in."""

    teams: Mapping[str, str]
    plights: Mapping[str, tuple[re.Pattern[str], ...]]
    rules: tuple[Rule[Routed], ...]
    default: Routed

    def plight(self, said: str) -> str | None:
        """The first plight that the customer's words tell of."""
        return next((name for name, words in self.plights.items() if any(way.search(said) for way in words)), None)

    def route(self, case: Case) -> Routed:
        """What the first rule that holds says."""
        return decided(self.rules, case, self.default)


def read_routing(path: Path) -> Routing:
    """The rules of `routing.yaml`; BadPolicy names the key that is wrong."""
    fields = Node(path.name, "", read_yaml(path)).fields("version", "teams", "plights", "rules", "default")
    teams = {key: node.text() for key, node in fields["teams"].mapping().items()}
    plights = {key: node.expressions() for key, node in fields["plights"].mapping().items()}
    rules = tuple(_rule(node, teams, plights) for node in fields["rules"].items())
    _check_ids(fields["rules"], rules)
    default = fields["default"].fields("team", "priority")
    return Routing(teams, plights, rules, _routed(default, teams, "default"))


def _check_ids(node: Node, rules: Sequence[Rule[Routed]]) -> None:
    """A ticket names the rule that routed it: each needs a name of its own."""
    seen: set[str] = set()
    for rule in rules:
        if rule.then.rule in seen:
            raise node.wrong(f"the id {rule.then.rule!r} is there twice")
        seen.add(rule.then.rule)


def _rule(node: Node, teams: Mapping[str, str], plights: Collection[str]) -> Rule[Routed]:
    fields = node.fields("id", "when", "team", "priority")
    when = conditions(fields["when"], CONDITIONS, {"sentiment": set(Mood), "plight": plights})
    if not when:
        raise fields["when"].wrong("needs a condition; use `default` for what always holds")
    return Rule(when, _routed(fields, teams, fields["id"].text()))


def _routed(fields: Mapping[str, Node], teams: Mapping[str, str], rule: str) -> Routed:
    team = fields["team"].one_of(teams, "teams")
    try:
        return Routed(team, Priority(fields["priority"].text()), rule)
    except ValueError as error:
        raise fields["priority"].wrong(f"must be one of {', '.join(Priority)}") from error
