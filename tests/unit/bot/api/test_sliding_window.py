"""The window counts what it says, by a clock that the test moves."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.api.sliding_window import SECONDS, SlidingWindow


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 7 * SECONDS

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_limit_is_reached_and_another_name_has_its_own(clock: Clock) -> None:
    window = SlidingWindow(3, clock)
    assert [window.use("a") for _ in range(3)] == [0, 0, 0]
    assert window.use("a") > 0
    assert window.use("b") == 0


def test_uses_over_the_limit_are_not_counted(clock: Clock) -> None:
    window = SlidingWindow(3, clock)
    for _ in range(50):
        refused = window.use("a")
    clock.now += refused
    assert window.use("a") == 0


def test_the_last_minute_counts_by_the_share_still_in_sight(clock: Clock) -> None:
    window = SlidingWindow(10, clock)
    assert not any(window.use("a") for _ in range(10))
    clock.now += 1.5 * SECONDS
    assert [window.use("a") == 0 for _ in range(6)] == [True] * 5 + [False]


def test_after_two_quiet_minutes_all_is_free(clock: Clock) -> None:
    window = SlidingWindow(2, clock)
    assert not any(window.use("a") for _ in range(2))
    clock.now += 2 * SECONDS
    assert [window.use("a") == 0 for _ in range(3)] == [True, True, False]


@given(st.integers(1, 20), st.lists(st.floats(0, 2 * SECONDS), max_size=60))
def test_who_waits_as_long_as_told_has_room(limit: int, pauses: list[float]) -> None:
    clock = Clock()
    window = SlidingWindow(limit, clock)
    for pause in pauses:
        told = max(window.use("a") for _ in range(limit + 1))
        assert 0 < told <= 2 * SECONDS
        clock.now += told + 1e-6
        assert window.use("a") == 0
        clock.now += pause


def test_names_not_used_any_more_are_forgotten(clock: Clock) -> None:
    window = SlidingWindow(5, clock)
    for number in range(1000):
        window.use(str(number))
    clock.now += 2 * SECONDS
    window.use("new")
    assert set(window._uses) == {"new"}


def test_threads_together_do_not_exceed_the_limit() -> None:
    window = SlidingWindow(500)
    with ThreadPoolExecutor(8) as pool:
        free = sum(seconds == 0 for seconds in pool.map(lambda _: window.use("a"), range(2000)))
    assert free == 500


def test_counting_starts_no_thread() -> None:
    before = threading.active_count()
    window = SlidingWindow(10_000)
    for _ in range(5000):
        window.use("a")
    assert threading.active_count() == before
