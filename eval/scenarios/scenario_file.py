"""Owns reading scenarios from JSONL, strictly. Refuses a file with any fault: each is named with file and line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.casebook import line_file
from bot.casebook.fields import BadField, keys, member, one_of, text, texts
from bot.casebook.line_file import BadCases, value_of
from bot.handoff.packet import FactKind
from bot.retrieval.question import Known
from eval.scenarios.grid import Cell, Inquiry, Mind, Objective, Touchpoint
from eval.scenarios.scenario import Act, Expected, Scenario, Told, Turn

REQUIRED = ("id", "touchpoint", "inquiry", "mind", "objective", "goal", "turns", "model_answer")
OPTIONAL = ("customer", "told", "falls_short")
CUSTOMER_KEYS = ("region", "plan")
EXPECT_OPTIONAL = ("mention", "articles", "must_not")


def read(paths: Sequence[Path]) -> tuple[Scenario, ...]:
    """The scenarios of all files (a folder stands for its *.jsonl). Raises BadCases with every fault."""
    return line_file.read("scenario", paths, parse)


def chosen(scenarios: Sequence[Scenario], only: Sequence[str]) -> tuple[Scenario, ...]:
    """Those of these ids, all without ids. Raises BadCases for an id that no scenario has."""
    unknown = sorted({*only} - {each.id for each in scenarios})
    if unknown:
        raise BadCases([f"there is no scenario {', '.join(unknown)}"])
    return tuple(each for each in scenarios if not only or each.id in only)


def parse(line: str, file: str = "", number: int = 0) -> Scenario:
    """One line as a scenario. Raises BadField."""
    value = value_of(line)
    keys("the scenario", value, REQUIRED, OPTIONAL)
    assert isinstance(value, dict)
    customer = value.get("customer") or {}
    keys("customer", customer, (), CUSTOMER_KEYS)
    return Scenario(
        id=text(value, "id"),
        cell=_cell(value),
        goal=text(value, "goal"),
        turns=_turns(value["turns"]),
        model_answer=text(value, "model_answer"),
        known=Known(**{name: text(customer, name) for name in customer}),
        told=tuple(_told(each) for each in _listed(value.get("told", []), "told")),
        falls_short=text(value, "falls_short") if "falls_short" in value else "",
        file=file,
        line=number,
    )


def _cell(value: Mapping[str, Any]) -> Cell:
    return Cell(
        member(Touchpoint, value, "touchpoint"),
        member(Inquiry, value, "inquiry"),
        member(Mind, value, "mind"),
        member(Objective, value, "objective"),
    )


def _turns(value: object) -> tuple[Turn, ...]:
    turns = tuple(_turn(each, at) for at, each in enumerate(_listed(value, "turns")))
    if not turns:
        raise BadField("turns is empty; a customer says at least one thing")
    return turns


def _turn(value: object, at: int) -> Turn:
    keys(f"turns[{at}]", value, ("says", "expect"), ())
    assert isinstance(value, dict)
    expect = value["expect"]
    keys(f"turns[{at}].expect", expect, ("act",), EXPECT_OPTIONAL)
    acts = frozenset(one_of(Act, name) for name in texts(expect, "act"))
    if not acts:
        raise BadField(f"turns[{at}].expect.act is empty; name every act a fair person would accept")
    given = {name: texts(expect, name) for name in EXPECT_OPTIONAL if name in expect}
    return Turn(text(value, "says"), Expected(acts, **given))


def _told(value: object) -> Told:
    keys("told", value, ("kind", "value"), ())
    assert isinstance(value, dict)
    return Told(member(FactKind, value, "kind"), text(value, "value"))


def _listed(value: object, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise BadField(f"{name} must be a list")
    return value
