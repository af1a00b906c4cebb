"""Owns: each module says what it is for, and holds no prompt and no unfinished work. Refuses to judge the style."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.conftest import ROOT, Plant
from tests.architecture.source import Module
from tests.architecture.wording_rules import prompts_in_code, silent_about_themselves, unfinished

Product = tuple[Module, ...]


def test_every_module_says_what_it_owns_and_refuses(product: Product) -> None:
    assert silent_about_themselves(product) == []


@pytest.mark.parametrize("text", ["x = 1", '"""Owns the queue."""\nx = 1', '"""Refuses dicts."""\nx = 1'])
def test_a_module_that_does_not_say_it_is_seen(plant: Plant, text: str) -> None:
    assert len(silent_about_themselves(plant({"bot/desk/queue.py": text}))) == 1


def test_a_folder_says_it_too(plant: Plant) -> None:
    assert silent_about_themselves(plant({"bot/desk/__init__.py": '"""Owns desks. Refuses chairs."""\n'})) == []
    assert len(silent_about_themselves(plant({"bot/desk/__init__.py": ""}))) == 1


def test_no_prompt_is_written_in_code(product: Product) -> None:
    assert prompts_in_code(product) == []


@pytest.mark.parametrize(
    "text",
    ["You are a friendly assistant.", "Rewrite the following answer.", "Do not invent anything.", "Respond in JSON."],
)
def test_a_prompt_in_code_is_seen(plant: Plant, text: str) -> None:
    assert len(prompts_in_code(plant({"bot/answering/rewrite.py": f"P = f'{{1}} {text}'"}))) == 1


def test_a_docstring_may_speak_of_prompts(plant: Plant) -> None:
    planted = plant({"bot/a.py": '"""Owns it. Refuses it."""\ndef f():\n    """You are a reader."""\n'})
    assert prompts_in_code(planted) == []


def test_no_work_is_left_in_a_note(product: Product) -> None:
    assert unfinished(ROOT, product) == []


def test_a_note_about_unfinished_work_is_seen(plant: Plant, tmp_path: Path) -> None:
    assert unfinished(tmp_path, plant({"bot/a.py": "x = 1  # TODO later\n"})) == ["bot/a.py:1"]
