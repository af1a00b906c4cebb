"""Of two answers every word that differs is shown, with the words around it and no others."""

from __future__ import annotations

from bot.publishing.words import AROUND, compared, shortened
from kb_ingest.words import Piece

LONG = " ".join(f"word{at}" for at in range(60))


def near(old: str, new: str) -> tuple[str, str]:
    left, right = ("".join(piece.text for piece in shortened(side)) for side in compared(old, new))
    return left, right


def test_what_is_far_from_a_change_is_left_out_on_both_sides() -> None:
    old, new = near(f"{LONG} ten {LONG}", f"{LONG} fifteen {LONG}")
    assert old == new.replace("fifteen", "ten")
    assert old.split() == ["…", *LONG.split()[-AROUND:], "ten", *LONG.split()[:AROUND], "…"]


def test_what_stands_between_two_changes_keeps_both_ends() -> None:
    old, _ = near(f"a {LONG} b", f"c {LONG} d")
    words = LONG.split()
    assert old.split() == ["a", *words[:AROUND], "…", *words[-AROUND:], "b"]


def test_no_word_that_differs_is_lost_and_short_answers_stay_whole() -> None:
    old, new = "Hold it for 10 seconds.\nThen wait.", f"Hold it for 15 seconds. {LONG}"
    left, right = compared(old, new)
    for side in (left, right):
        assert [each for each in shortened(side) if each.differs] == [each for each in side if each.differs]
    assert near("Hold it for 10 seconds.", "Hold it for 15 seconds.")[0] == "Hold it for 10 seconds."


def test_a_part_that_only_one_answer_has_shows_in_the_other_where_it_is_missing() -> None:
    words = LONG.split()
    old, new = near(LONG, " ".join([*words[:30], "new", *words[30:]]))
    assert old.split() == ["…", *words[30 - AROUND : 30], *words[30 : 30 + AROUND], "…"]
    assert new.split() == ["…", *words[30 - AROUND : 30], "new", *words[30 : 30 + AROUND], "…"]


def test_answers_without_a_difference_have_nothing_to_show() -> None:
    assert [piece.text.strip() for piece in shortened((Piece(LONG, differs=False),))] == ["…"]
