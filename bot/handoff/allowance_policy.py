"""Owns what may be given to a customer, by whom, up to what sum, read from `allowances.yaml`. Refuses to count what was
given: the room `allowances` does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from bot.access import Role
from bot.decision.policy import read_yaml
from bot.handoff.rules import Rule, conditions, decided
from bot.policy_node import Node

CONDITIONS = ("role", "region", "plan", "kind")
MOST_DIGITS = 4
_SUM = re.compile(r"\d{1,9}(?:\.\d{1,4})?")


@dataclass(frozen=True, slots=True)
class Currency:
    """A region's money; `digits` after the point make its minor unit."""

    code: str
    digits: int

    def written(self, amount: int) -> str:
        """`USD 12.50` for 1250."""
        return f"{self.code} {Decimal(amount).scaleb(-self.digits):.{self.digits}f}"


@dataclass(frozen=True, slots=True)
class Giver:
    """Who wants to give, to whom and what; None where unknown, which no condition matches."""

    role: str
    region: str
    plan: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class Limit:
    """How much, in major units as the file writes it; `rule` decided."""

    rule: str
    per_ticket: Decimal
    per_customer: Decimal
    times: int


NOTHING = Limit("none", Decimal(0), Decimal(0), 0)


@dataclass(frozen=True, slots=True)
class AllowancePolicy:
    """The rules in order, the names of what is given and why, and each region's currency."""

    rules: tuple[Rule[Limit], ...]
    kinds: Mapping[str, str]
    reasons: Mapping[str, str]
    currencies: Mapping[str, Currency]
    period_days: int

    def limit(self, giver: Giver) -> Limit:
        """What the first rule that holds says; nothing when none does."""
        return decided(self.rules, giver, NOTHING)


def read_allowances(path: Path, regions: Iterable[str]) -> AllowancePolicy:
    """The file, which must name the currency of each region; BadPolicy names the key that is wrong."""
    top = Node(path.name, "", read_yaml(path))
    fields = top.fields("version", "period_days", "currencies", "kinds", "reasons", "rules")
    kinds, reasons = _names(fields["kinds"]), _names(fields["reasons"])
    known: dict[str, set[str]] = {"role": set(Role), "region": set(regions), "kind": set(kinds)}
    return AllowancePolicy(
        rules=tuple(_rule(node, known) for node in fields["rules"].items()),
        kinds=kinds,
        reasons=reasons,
        currencies={key: _currency(node) for key, node in fields["currencies"].fields(*known["region"]).items()},
        period_days=fields["period_days"].whole(),
    )


def _names(node: Node) -> Mapping[str, str]:
    return {key: name.text() for key, name in node.mapping().items()}


def _currency(node: Node) -> Currency:
    fields = node.fields("code", "digits")
    digits = fields["digits"].value
    if not isinstance(digits, int) or isinstance(digits, bool) or not 0 <= digits <= MOST_DIGITS:
        raise fields["digits"].wrong(f"must be a whole number from 0 to {MOST_DIGITS}")
    return Currency(fields["code"].text(), digits)


def _rule(node: Node, known: Mapping[str, set[str]]) -> Rule[Limit]:
    fields = node.fields("id", "when", "per_ticket", "per_customer", "times")
    when = conditions(fields["when"], CONDITIONS, known)
    sums = {key: _sum(fields[key]) for key in ("per_ticket", "per_customer")}
    return Rule(when, Limit(fields["id"].text(), times=fields["times"].whole(), **sums))


def _sum(node: Node) -> Decimal:
    if not _SUM.fullmatch(node.text()):
        raise node.wrong('must be a sum in quotes, such as "50.00"')
    return Decimal(node.text())
