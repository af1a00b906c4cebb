"""Blocks of cleaned Markdown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.answering.linked_words import Lead
from bot.answering.rendering import BlockType, ShownBlock, plain, render
from kb_ingest import library

ROOT = Path(__file__).parents[4]


@dataclass(frozen=True)
class Quote:
    number: int
    quote: str
    leads: tuple[Lead, ...] = ()


def test_steps_with_their_sub_items_are_one_list_that_starts_at_its_number() -> None:
    text = "3. Hold **Reset**\n   - for 5 seconds\n   - until it blinks\n4. Let go"
    assert render(text) == (
        ShownBlock(
            BlockType.STEPS,
            items=("Hold **Reset**\n• for 5 seconds\n• until it blinks", "Let go"),
            start=3,
        ),
    )


def test_a_table_is_rows_of_cells_without_its_rule() -> None:
    text = "| Light | Meaning |\n|---|:-:|\n| red \\| blinking | a |\n| off | |"
    (table,) = render(text)
    assert table.type is BlockType.TABLE
    assert table.rows == (("Light", "Meaning"), ("red | blinking", "a"), ("off", ""))


def test_headings_paragraphs_bullets_and_code_keep_their_order() -> None:
    text = "## Title\nOne.\n\n- a\n- b\n\n```\nx = 1\n  y\n```\n\nTwo."
    assert [block.type for block in render(text)] == ["h", "p", "ul", "pre", "p"]
    assert render(text)[3].text == "x = 1\n  y"


def test_a_new_first_number_begins_a_new_list() -> None:
    assert [block.start for block in render("1. a\n2. b\n\n1. c")] == [1, 1]


def test_each_block_carries_the_number_of_the_citation_it_stands_in() -> None:
    text = "Before.\n\n1. Press\n2. Wait\n\n- other"
    quotes = [Quote(1, "Before.\n\n1. Press\n2. Wait"), Quote(2, "- other")]
    assert [block.cite for block in render(text, quotes)] == [1, 1, 2]
    assert [block.cite for block in render("Invented.", quotes)] == [None]


@pytest.mark.parametrize("text", ["<b>x</b>", "![x](https://evil.example/x.png)", "[x](javascript:alert(1))"])
def test_markup_stays_text(text: str) -> None:
    assert render(text) == (ShownBlock(BlockType.PARAGRAPH, text),)


def test_what_a_person_typed_is_one_paragraph_as_typed() -> None:
    assert plain("1. a\n# b") == (ShownBlock(BlockType.PARAGRAPH, "1. a\n# b"),)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _shown(blocks: tuple[ShownBlock, ...]) -> str:
    parts = []
    for block in blocks:
        numbers = [str((block.start or 1) + at) for at in range(len(block.items)) if block.start is not None]
        parts += [*numbers, block.text, *block.items, *(cell for row in block.rows for cell in row)]
    return " ".join(parts)


def test_every_word_of_every_sample_article_is_shown() -> None:
    """Numbers of steps are the list's own; everything else must be there."""
    from datetime import date

    articles = library.read([ROOT / "data" / "kb" / "hub"], date(2026, 1, 1)).articles
    assert len(articles) > 10
    for article in articles:
        missing = set(_words(article.text)) - set(_words(_shown(render(article.text))))
        assert not missing, (article.id, missing)


@example("|-")
@given(st.text(alphabet="ab1.|-`#* \n\t<&", max_size=200))
def test_any_text_renders(text: str) -> None:
    for block in render(text):
        assert block.text or block.items or block.rows or block.type is BlockType.CODE
