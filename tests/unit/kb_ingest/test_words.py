"""Text is the same when its words are the same, as whole sentences; layout does not count."""

from __future__ import annotations

import pytest

from kb_ingest.words import compared, stands_in


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("You have 30 days.", "Intro. You  have\n**30** days! More."),
        ("1. Open it.\n2. Wait.", "1) Sit down.\n2) Open it.\n3) Wait."),
        ("- It's free.", "* It’s free.\n* Not this."),
        ("| Basic | $5.50 |", "|Plan|Price|\n|:--|--:|\n| Basic | $5.50 |\n| Plus | $9 |"),
        ("5–8 days", "It takes: 5-8 days"),
        ("", "anything"),
    ],
)
def test_layout_is_no_change(quote: str, text: str) -> None:
    assert stands_in(quote, text)


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("It is free.", "It is free in the EU only."),
        ("It is free.", "Only on Mondays it is free."),
        ("You have 30 days.", "You have 3 days. 0 more."),
        ("It costs $5.50.", "It costs $550."),
        ("It costs $5.", "It costs €5."),
        ("Set it to -5 degrees.", "Set it to 5 degrees."),
        ("Keep it above > 5 bar.", "Keep it above < 5 bar."),
        ("You can return it.", "You can't return it."),
        ("Open it. Wait.", "Open it. Sit down. Wait."),
        ("Wait. Open it.", "Open it. Wait."),
    ],
)
def test_other_words_are_a_change(quote: str, text: str) -> None:
    assert not stands_in(quote, text)


def test_both_texts_are_kept_whole_when_they_are_compared() -> None:
    old, new = compared("You have **30 days** in the US.", "You have 14 days, in the US and the UK.")
    assert "".join(piece.text for piece in old) == "You have **30 days** in the US."
    assert [piece.text for piece in old if piece.differs] == ["30"]
    assert [piece.text for piece in new if piece.differs] == ["14", "and the UK"]
