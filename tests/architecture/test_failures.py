"""Owns: one place catches everything, one place reads the environment. Refuses a second of either."""

from __future__ import annotations

import pytest

from tests.architecture.conftest import Plant
from tests.architecture.failure_rules import (
    broad_excepts,
    readers_of_the_environment,
    writers_of_the_environment,
)
from tests.architecture.source import Module

Product = tuple[Module, ...]


def test_only_the_turn_catches_everything_and_once(product: Product) -> None:
    assert broad_excepts(product) == ["bot/turn.py"]


@pytest.mark.parametrize("caught", ["", " Exception", " (ValueError, Exception) as error", " builtins.BaseException"])
def test_a_broad_except_is_seen(plant: Plant, caught: str) -> None:
    planted = plant({"bot/a.py": f"try:\n    f()\nexcept{caught}:\n    pass\n"})
    assert broad_excepts(planted) == ["bot/a.py"]


def test_only_the_settings_read_the_environment(product: Product) -> None:
    assert readers_of_the_environment(product) == ["bot/settings.py"]


@pytest.mark.parametrize("text", ["import os\nos.environ['X']", "from os import getenv", "import os\nos.getenv('X')"])
def test_a_reader_of_the_environment_is_seen(plant: Plant, text: str) -> None:
    assert readers_of_the_environment(plant({"bot/a.py": text})) == ["bot/a.py"]


def test_only_the_copilot_writes_the_environment(product: Product) -> None:
    assert writers_of_the_environment(product) == ["bot/copilot/home.py"]


@pytest.mark.parametrize("text", ["import os\nos.environ['X'] = '1'", "import os\nos.environ.update(X='1')"])
def test_a_writer_of_the_environment_is_seen(plant: Plant, text: str) -> None:
    planted = plant({"bot/a.py": text})
    assert writers_of_the_environment(planted) == ["bot/a.py"]
    assert readers_of_the_environment(planted) == []
