"""Owns: one place catches everything, one reads the environment, few are asynchronous. Refuses a second."""

from __future__ import annotations

import pytest

from tests.architecture.conftest import Plant
from tests.architecture.failure_rules import (
    asynchronous,
    broad_excepts,
    readers_of_the_environment,
    writers_of_the_environment,
)
from tests.architecture.order import ASYNC_EDGES
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


def test_only_the_streaming_edges_are_asynchronous(product: Product) -> None:
    assert asynchronous(product, ASYNC_EDGES) == []


@pytest.mark.parametrize("text", ["async def f(): ...", "class A:\n    async def f(self): ..."])
def test_asynchronous_inner_code_is_seen(plant: Plant, text: str) -> None:
    planted = plant({"bot/desk/a.py": text, "bot/api/b.py": text})
    assert asynchronous(planted, ASYNC_EDGES) == ["bot/desk/a.py"]
