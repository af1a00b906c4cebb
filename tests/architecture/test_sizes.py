"""Owns: files and functions stay small, and are named after what they hold. Refuses averages: the limits are hard."""

from __future__ import annotations

from pathlib import Path

from tests.architecture.conftest import ROOT, Plant
from tests.architecture.size_rules import (
    LONGEST_FUNCTION,
    LONGEST_MODULE,
    LONGEST_STORY,
    MEDIAN_FUNCTION,
    MEDIAN_MODULE,
    banned_names,
    long_functions,
    long_modules,
    median_function,
    median_module,
)
from tests.architecture.source import Module

Product = tuple[Module, ...]
STORIES = ("kb_ingest/build.py", "bot/turn.py", "eval/run.py")


def test_no_module_is_longer_than_400_lines(product: Product) -> None:
    assert long_modules(product) == []


def test_a_long_module_is_seen(plant: Plant) -> None:
    assert long_modules(plant({"bot/a.py": "x = 1\n" * LONGEST_MODULE})) == []
    assert long_modules(plant({"bot/a.py": "x = 1\n" * (LONGEST_MODULE + 1)})) == ["bot/a.py: 401 lines"]


def test_half_of_the_modules_have_at_most_120_lines(product: Product) -> None:
    assert median_module(product) <= MEDIAN_MODULE


def test_the_median_module_is_measured(plant: Plant) -> None:
    assert median_module(plant({"bot/a.py": "x\n" * 10, "bot/b.py": "x\n" * 130, "bot/c.py": "x\n" * 300})) == 130


def test_no_function_is_longer_than_60_lines(product: Product) -> None:
    assert long_functions(product) == []


def test_a_long_function_is_seen_async_and_inside_a_class_too(plant: Plant) -> None:
    body = "        x = 1\n" * LONGEST_FUNCTION
    planted = plant({"bot/a.py": f"class A:\n    async def f(self):\n{body}"})
    assert long_functions(planted) == ["bot/a.py:2: f has 61 lines"]


def test_half_of_the_functions_have_at_most_10_lines(product: Product) -> None:
    assert median_function(product) <= MEDIAN_FUNCTION


def test_the_median_function_is_measured(plant: Plant) -> None:
    planted = plant({"bot/a.py": "def f():\n" + "    x = 1\n" * 20})
    assert median_function(planted) == 21


def test_each_story_is_read_in_one_file() -> None:
    assert [name for name in STORIES if _lines(ROOT / name) > LONGEST_STORY] == []


def test_the_lines_of_a_story_are_counted(tmp_path: Path) -> None:
    (tmp_path / "turn.py").write_text("x = 1\n" * 201)
    assert _lines(tmp_path / "turn.py") == 201


def _lines(file: Path) -> int:
    return file.read_text(encoding="utf-8").count("\n")


def test_nothing_is_named_after_nothing(product: Product) -> None:
    assert banned_names(product) == []


def test_a_banned_name_is_seen_as_file_and_as_folder(plant: Plant) -> None:
    planted = plant({"bot/utils.py": "", "bot/core/thing.py": "", "bot/basement.py": ""})
    assert banned_names(planted) == ["bot/core/thing.py", "bot/utils.py"]
