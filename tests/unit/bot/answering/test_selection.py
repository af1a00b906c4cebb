"""What is shown of an article: the remedy for a bare code or symptom, and what a sentence points at."""

from __future__ import annotations

import pytest

from bot.answering.extract import MAX_ROWS, Foreign, extract, never
from bot.retrieval.passage import ArticleHit, Passage
from kb_ingest.article import Article
from kb_ingest.chunk import Chunk

CODE = """X-17 means that the pump has no water.

## Check the level

1. Open the lid.
2. Look at the mark.

## Fix it

- Fill the tank.
- Bleed the pump.

Do not run it dry.

## What still works with X-17

The clock."""

MODELS = """X-20 asks for calibration.

## Model US

1. Press once.

## Model EU

1. Press twice.

## Parts

A cable."""

CODES = """The app shows codes.

## X-31: empty

1. Fill the tank.

## X-32: dirty

1. Rinse the filter."""


def shown(
    title: str, text: str, *parts: str, named: float = 0.0, codes: tuple[str, ...] = (), foreign: Foreign = never
) -> str:
    """The answer from the article as found by passages that hold these pieces of its text, best first."""
    article = Article("it", title, text)
    passages = []
    for ordinal, part in enumerate(parts):
        start = text.index(part)
        chunk = Chunk("it", article.version, ordinal, title, (), start, start + len(part), part)
        passages.append(Passage(chunk, article, 0.9 - ordinal / 10, 0.9, 0.9, codes=float(bool(codes))))
    draft = extract(ArticleHit(article, 0.9, tuple(passages), named=named, codes=codes), foreign)
    assert draft is not None
    return draft.text


def test_a_bare_code_is_told_what_it_means_and_how_to_fix_it() -> None:
    title, found = "X-17: no water", ("The clock.", "1. Open the lid.")
    answer = shown(title, CODE, *found, named=1.0, codes=("x17",))
    assert answer.startswith("X-17 means that the pump has no water.")
    assert "## Fix it\n\n- Fill the tank.\n- Bleed the pump.\n\nDo not run it dry." in answer
    assert "1. Open the lid." not in answer
    assert "Fill the tank." not in shown(title, CODE, *found, named=0.3, codes=("x17",))


def test_a_bare_symptom_is_told_what_to_do_beside_what_was_found() -> None:
    answer = shown("The pump has no water", CODE, "The clock.", "X-17 means", named=1.0)
    assert "Fill the tank." in answer
    assert "The clock." in answer


def test_a_symptom_that_found_a_procedure_needs_no_other() -> None:
    answer = shown("The pump has no water", CODE, "1. Open the lid.", "The clock.", named=1.0)
    assert "Fill the tank." not in answer
    table = CODE.replace("The clock.", "| Seen | Fix |\n|---|---|\n| Rust | Oil it |")
    assert "Fill the tank." not in shown("The pump has no water", table, "Rust", "X-17 means", named=1.0)


def test_without_such_a_heading_the_procedures_are_the_remedy() -> None:
    asked = {"named": 1.0, "codes": ("x20",)}
    both = shown("X-20: calibration", MODELS, "A cable.", **asked)
    assert "1. Press once." in both
    assert "1. Press twice." in both
    european = shown("X-20: calibration", MODELS, "A cable.", **asked, foreign=lambda name: "US" in name)
    assert "1. Press once." not in european
    assert "1. Press twice." in european


def test_a_long_section_gives_its_procedure_alone() -> None:
    text = f"{CODE.replace('- Fill the tank.', '1. Fill the tank.')}".replace("Do not run it dry.", "Word. " * 300)
    answer = shown("X-17: no water", text, "The clock.", named=1.0, codes=("x17",))
    assert "1. Fill the tank." in answer
    assert "Word." not in answer


@pytest.mark.parametrize(("code", "told"), [("x31", "1. Fill the tank."), ("x32", "1. Rinse the filter.")])
def test_an_article_on_several_codes_gives_the_section_of_the_one_asked_for(code: str, told: str) -> None:
    answer = shown("Codes X-31 and X-32", CODES, "The app shows codes.", named=1.0, codes=(code,))
    assert [step in answer for step in ("1. Fill the tank.", "1. Rinse the filter.")].count(True) == 1
    assert told in answer


TABLE = "| Where | Price |\n|---|---|\n| US | $9 |\n| UK | £8 |"


@pytest.mark.parametrize(
    "pointing",
    [
        "Prices differ, so look at the line for your address.",
        "Find your message below. It is short.",
        "Here is what it costs.",
        "Look it up in the table below.",
        "What it costs depends on the country.",
        "These are the prices:",
    ],
)
def test_a_sentence_that_points_at_a_table_is_shown_with_it(pointing: str) -> None:
    text = f"{pointing}\n\n## Overview\n\n{TABLE}\n\n## Late\n\nWe pay it back."
    assert "| UK | £8 |" in shown("Express", text, pointing, "We pay it back.")
    assert "| UK | £8 |" in shown("Express", f"{pointing}\n\n{TABLE}", pointing)


@pytest.mark.parametrize("plain", ["Frost below -5 °C harms it.", "Open the list under Settings.", "It is cheap."])
def test_a_sentence_that_points_at_nothing_brings_nothing(plain: str) -> None:
    assert "£8" not in shown("Express", f"{plain}\n\n## Overview\n\n{TABLE}", plain)


def test_a_step_by_its_number_is_shown_with_its_procedure() -> None:
    text = "Intro.\n\n## Do it\n\n1. Unplug it.\n2. Wait.\n\n## Special cases\n\n- New router: go straight to step 2."
    assert "1. Unplug it.\n2. Wait." in shown("Help", text, "New router")


def test_of_a_long_table_the_rows_that_fit_are_shown() -> None:
    rows = [f"| R{number} | {number} W |" for number in range(40)]
    text = "\n".join(["See the lines below:", "", "| Name | Power |", "|---|---|", *rows])
    answer = shown("Power", text, "| R30 | 30 W |")
    assert "| Name | Power |" in answer
    assert "| R30 | 30 W |" in answer
    assert "| R29 |" not in answer
    first = shown("Power", text, "See the lines below:")
    assert f"| R{MAX_ROWS - 1} |" in first
    assert f"| R{MAX_ROWS} |" not in first
