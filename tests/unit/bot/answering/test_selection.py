"""What is shown of an article: what a sentence points at."""

from __future__ import annotations

import pytest

from bot.answering.extract import MAX_ROWS, extract
from bot.retrieval.passage import ArticleHit, Passage
from kb_ingest.article import Article
from kb_ingest.chunk import Chunk


def shown(title: str, text: str, *parts: str) -> str:
    """The answer from the article as found by passages that hold these pieces of its text, best first."""
    article = Article("it", title, text)
    passages = []
    for ordinal, part in enumerate(parts):
        start = text.index(part)
        chunk = Chunk("it", article.version, ordinal, title, (), start, start + len(part), part)
        passages.append(Passage(chunk, article, 0.9 - ordinal / 10, 0.9, 0.9))
    draft = extract(ArticleHit(article, 0.9, tuple(passages)))
    assert draft is not None
    return draft.text


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
