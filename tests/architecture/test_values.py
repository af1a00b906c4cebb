"""Owns: what passes between rooms is frozen and typed, and closed sets are enums. Refuses what mypy checks already."""

from __future__ import annotations

import pytest

from tests.architecture.conftest import Plant
from tests.architecture.order import UNTYPED_BY_NATURE
from tests.architecture.source import Module
from tests.architecture.value_rules import dicts_across_rooms, magic_strings, thawed_values

Product = tuple[Module, ...]
USER = {"bot/api/tickets.py": "from bot.desk.queue import Row, rows"}


def test_the_values_between_rooms_are_frozen(product: Product) -> None:
    assert thawed_values(product) == []


@pytest.mark.parametrize("options", ["", "(slots=True)", "(frozen=True)", "(frozen=False, slots=True)"])
def test_a_value_that_can_change_is_seen(plant: Plant, options: str) -> None:
    text = f"from dataclasses import dataclass\n@dataclass{options}\nclass Row:\n    x: int\n"
    assert thawed_values(plant({"bot/desk/queue.py": text, **USER})) == [
        "bot/desk/queue.py:3: Row is not a frozen dataclass with slots"
    ]


def test_a_working_value_that_stays_in_its_room_may_change(plant: Plant) -> None:
    text = "from dataclasses import dataclass\n@dataclass(slots=True)\nclass Row:\n    x: int\n"
    assert thawed_values(plant({"bot/desk/queue.py": text, "bot/desk/view.py": USER["bot/api/tickets.py"]})) == []


def test_a_resource_may_change(plant: Plant) -> None:
    text = "from dataclasses import dataclass\n@dataclass\nclass Row:\n    def __exit__(self): ...\n"
    assert thawed_values(plant({"bot/desk/queue.py": text, **USER})) == []


def test_no_dict_passes_between_rooms(product: Product) -> None:
    assert dicts_across_rooms(product, UNTYPED_BY_NATURE) == []


@pytest.mark.parametrize(
    "signature",
    ["rows() -> dict[str, int]", "rows(x: list[dict]) -> None", "rows(*, x: Mapping[str, Any]) -> None"],
)
def test_a_dict_between_rooms_is_seen(plant: Plant, signature: str) -> None:
    planted = plant({"bot/desk/queue.py": f"def {signature}: ...", **USER})
    assert len(dicts_across_rooms(planted)) == 1


def test_a_typed_mapping_may_pass(plant: Plant) -> None:
    planted = plant({"bot/desk/queue.py": "def rows(x: Mapping[str, Article]) -> Verdict: ...", **USER})
    assert dicts_across_rooms(planted) == []


def test_nothing_is_steered_by_the_text_of_an_enum(product: Product) -> None:
    assert magic_strings(product) == []


@pytest.mark.parametrize("comparison", ["s == 'open'", "s in ('open', 'shut')", "'open' != s"])
def test_a_magic_string_is_seen(plant: Plant, comparison: str) -> None:
    planted = plant(
        {
            "bot/desk/state.py": "from enum import StrEnum\nclass State(StrEnum):\n    OPEN = 'open'\n",
            "bot/api/desk.py": f"from bot.desk.state import State\ndef f(s): return {comparison}\n",
        }
    )
    assert magic_strings(planted) == ["bot/api/desk.py:2: compares with 'open' instead of a member of State"]
