"""Owns when a customer is asked whether it is still fine, in which words, and what an answer sounds like, read from
`still_fine.yaml`. Refuses to ask: the room `feedback` does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.decision.policy import read_yaml
from bot.handoff.rules import Rule, conditions, decided
from bot.handoff.service_level import Priority
from bot.handoff.ticket import Ticket
from bot.policy_node import Node

CONDITIONS = ("priority", "category", "topic", "team")
LONGEST_WAIT_DAYS = 90


@dataclass(frozen=True, slots=True)
class StillFineWords:
    """One language's words."""

    question: str
    yes: str
    no: str
    thanks: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the rules look at of a ticket; None where unknown, which no condition matches."""

    priority: str
    category: str | None
    topic: str | None
    team: str


@dataclass(frozen=True, slots=True)
class StillFinePolicy:
    """The whole file; of a rule, and where none holds, 0 days: not asked."""

    ask: bool
    rules: tuple[Rule[int], ...]
    days: int
    late_days: int
    says: Mapping[str, StillFineWords]
    yes: tuple[re.Pattern[str], ...]
    no: tuple[re.Pattern[str], ...]

    def wait_days(self, ticket: Ticket) -> int | None:
        """After how many days the ticket's customer is asked, None for never."""
        if not self.ask:
            return None
        resolved = Resolved(ticket.priority, ticket.category, ticket.packet.topic, ticket.team)
        return decided(self.rules, resolved, self.days) or None

    @property
    def shortest_wait_days(self) -> int:
        """No ticket is due before so many days."""
        return min(days for days in (self.days, *(rule.then for rule in self.rules), LONGEST_WAIT_DAYS) if days)

    @property
    def longest_wait_days(self) -> int:
        """No ticket is due after so many days, a late question included."""
        return max(self.days, *(rule.then for rule in self.rules), 0) + self.late_days

    def is_yes(self, text: str) -> bool | None:
        """What an answer in free words says; None when it says neither."""
        if any(expression.search(text) for expression in self.yes):
            return True
        return False if any(expression.search(text) for expression in self.no) else None


def read_still_fine(path: Path, languages: Iterable[str], teams: Iterable[str]) -> StillFinePolicy:
    """The file, with its words in each of `languages`; BadPolicy names the key that is wrong."""
    top = Node(path.name, "", read_yaml(path))
    fields = top.fields("version", "ask", "days", "late_days", "rules", "says", "heard")
    if not isinstance(fields["ask"].value, bool):
        raise fields["ask"].wrong("must be true or false")
    known: dict[str, set[str]] = {"priority": {str(each) for each in Priority}, "team": set(teams)}
    heard = fields["heard"].fields("yes", "no")
    return StillFinePolicy(
        ask=fields["ask"].value,
        rules=tuple(_rule(node, known) for node in fields["rules"].items()),
        days=_days(fields["days"]),
        late_days=fields["late_days"].whole("a whole number of days"),
        says={
            key: StillFineWords(**node.sentences(*StillFineWords.__slots__))
            for key, node in fields["says"].fields(*languages).items()
        },
        yes=heard["yes"].expressions(),
        no=heard["no"].expressions(),
    )


def _rule(node: Node, known: Mapping[str, set[str]]) -> Rule[int]:
    fields = node.fields("when", "days")
    when = conditions(fields["when"], CONDITIONS, known)
    if not when:
        raise fields["when"].wrong("needs a condition; `days` above is for what always holds")
    return Rule(when, _days(fields["days"]))


def _days(node: Node) -> int:
    days = node.value
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= LONGEST_WAIT_DAYS:
        raise node.wrong(f"must be a whole number of days from 0 (never) to {LONGEST_WAIT_DAYS}")
    return days
