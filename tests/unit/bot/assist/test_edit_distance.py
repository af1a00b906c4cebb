"""The edit distance is Levenshtein's, and quick on long replies."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assist.edit_distance import edit_distance


def by_the_book(a: str, b: str) -> int:
    above = list(range(len(b) + 1))
    for row, left in enumerate(a, start=1):
        line = [row]
        for column, right in enumerate(b, start=1):
            line.append(min(above[column] + 1, line[-1] + 1, above[column - 1] + (left != right)))
        above = line
    return above[-1]


@given(st.text("abcü ", max_size=40), st.text("abcü ", max_size=40))
def test_it_is_the_textbook_distance(a: str, b: str) -> None:
    assert edit_distance(a, b) == by_the_book(a, b)


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("same", "same", 0)],
)
def test_known_distances(a: str, b: str, distance: int) -> None:
    assert edit_distance(a, b) == distance


def test_the_longest_replies_take_a_fraction_of_a_second() -> None:
    started = time.thread_time()
    assert edit_distance("ab" * 2000, "ba" * 2000) == 2
    assert time.thread_time() - started < 1
