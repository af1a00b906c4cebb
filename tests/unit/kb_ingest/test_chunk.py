"""Passages: exact spans, nothing lost, both limits kept, steps and rows whole."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb_ingest.article import Article
from kb_ingest.chunk import Chunk, Limits, split
from kb_ingest.units import UnitKind, units


class Words:
    """Counts words as both measures, so that a test can reckon."""

    def tokens(self, text: str) -> int:
        return len(text.split())

    def word_pieces(self, text: str) -> int:
        return len(text.split())


LIMITS = Limits(tokens=20, word_pieces=40)
WORD = st.sampled_from(["Reset", "the", "hub.", "Wait!", "E-107", "light", "10", "(see", "below)", "Ünïcode."])
SENTENCE = st.lists(WORD, min_size=1, max_size=30).map(" ".join)
BLOCK = st.one_of(
    SENTENCE,
    SENTENCE.map(lambda text: f"## {text[:40].strip()}"),
    SENTENCE.map(lambda text: f"### {text[:40].strip()}"),
    st.lists(SENTENCE, min_size=1, max_size=4).map(
        lambda found: "\n".join(f"{number}. {text}\n   - more {text}" for number, text in enumerate(found, 1))
    ),
    st.lists(SENTENCE, min_size=1, max_size=4).map(lambda found: "\n".join(f"- {text}" for text in found)),
    st.lists(SENTENCE, min_size=1, max_size=6).map(
        lambda found: "| a | b |\n|---|---|\n" + "\n".join(f"| {text} | x |" for text in found)
    ),
    SENTENCE.map(lambda text: f"```\n{text}\n\n# {text}\n```"),
)
TEXT = st.lists(BLOCK, min_size=1, max_size=8).map("\n\n".join)


def passages(text: str, title: str = "Title") -> tuple[Chunk, ...]:
    return split(Article("a", title, text), LIMITS, Words())


@settings(max_examples=150, deadline=None)
@given(TEXT)
def test_every_character_outside_headings_is_in_exactly_one_passage(text: str) -> None:
    found = passages(text)
    covered = [0] * len(text)
    for passage in found:
        assert passage.text == text[passage.start : passage.end]
        for at in range(passage.start, passage.end):
            covered[at] += 1
    headings = [unit for unit in units(text) if unit.kind is UnitKind.HEADING]
    if len(headings) == len(list(units(text))):
        return
    heads = {at for unit in headings for at in range(unit.start, unit.end)}
    for at, character in enumerate(text):
        if not character.isspace():
            assert covered[at] == (0 if at in heads else 1), (at, text)


@settings(max_examples=150, deadline=None)
@example("\n\n".join(["## " + "Reset " * 6] * 5))
@given(TEXT)
def test_both_limits_hold_but_for_single_steps_and_rows(text: str) -> None:
    for passage in passages(text):
        over = Words().tokens(passage.text) > LIMITS.tokens
        over |= Words().word_pieces(passage.embedded_text) + 2 > LIMITS.word_pieces
        if over:
            inside = list(units(passage.text))
            assert len(inside) == 1, passage.text
            assert re.match(r"\s*(\d+[.)]|\|)", passage.text), passage.text


def test_numbered_step_keeps_its_sub_bullets() -> None:
    long = " ".join(["word"] * 15)
    text = f"1. First {long}\n   - sub one {long}\n   - sub two\n\n   more of one\n2. Second {long}"
    assert [passage.text[:2] for passage in passages(text)] == ["1.", "2."]
    assert "more of one" in passages(text)[0].text


def test_long_table_splits_between_rows_and_repeats_the_header() -> None:
    rows = "\n".join(f"| row {number} | {' '.join(['x'] * 6)} |" for number in range(6))
    first, second, *_ = passages(f"| name | value |\n|---|---|\n{rows}")
    assert first.text.startswith("| name | value |")
    assert second.text.startswith("| row")
    assert second.embedded_text.startswith("Title\n| name | value |\n|---|---|\n| row")


def test_heading_path_is_in_front_and_never_in_the_text() -> None:
    found = passages("Intro.\n\n## Reset\nPress it.\n\n### Hub 2\nHold it.\n\n## Other\nNothing.")
    assert [passage.embedded_text.split("\n")[0] for passage in found] == [
        "Title", "Title › Reset", "Title › Reset › Hub 2", "Title › Other",
    ]  # fmt: skip
    assert [passage.text for passage in found] == ["Intro.", "Press it.", "Hold it.", "Nothing."]


def test_long_paragraph_is_cut_between_sentences() -> None:
    text = " ".join(f"Sentence {number} has exactly six words." for number in range(9))
    assert all(passage.text.endswith("words.") for passage in passages(text))


def test_abbreviation_does_not_end_a_sentence() -> None:
    text = "Use a cable, e.g. " + "the Long one. " * 8
    assert not any(passage.text.endswith("e.g.") for passage in passages(text.strip()))


def test_giant_word_and_giant_title_still_end() -> None:
    text = "x" * 5_000 + " " + "word " * 200
    found = passages(text.strip(), title="word " * 100)
    assert "".join(passage.text for passage in found).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("text", ["", "   \n"])
def test_empty_article_has_no_passage(text: str) -> None:
    assert passages(text) == ()


def test_article_of_headings_only_is_one_passage() -> None:
    assert [passage.text for passage in passages("## One\n## Two")] == ["## One\n## Two"]
