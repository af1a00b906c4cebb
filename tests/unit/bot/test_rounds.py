"""A background thread's rounds: when they come, what they survive, how they end."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from structlog.testing import capture_logs

from bot.errors import DeskError
from bot.rounds import Pace, PutOff, Rounds, stop_together
from tests.patience import until

pytestmark = pytest.mark.usefixtures("every_line")
PATIENCE_SECONDS = 10.0
NEVER = 600.0


class Counted(Rounds):
    """Counts its rounds; `does` is called in each with its number and says whether there is more."""

    def __init__(self, pace: Pace, does: Callable[[int], bool] = lambda _number: False) -> None:
        super().__init__("counted", pace, PutOff("counted_put_off", level=logging.ERROR))
        self.count = 0
        self.began: list[float] = []
        self._does = does

    def look(self) -> bool:
        self.began.append(time.monotonic())
        self.count += 1
        return self._does(self.count)

    def reaches(self, count: int) -> bool:
        return until(lambda: self.count >= count)


@contextmanager
def going(rounds: Counted) -> Iterator[Counted]:
    rounds.start()
    try:
        yield rounds
    finally:
        rounds.stop()


def test_the_first_round_is_at_once_and_the_next_when_woken() -> None:
    with going(Counted(Pace(every=NEVER))) as rounds:
        assert rounds.reaches(1)
        time.sleep(0.05)
        assert rounds.count == 1
        rounds.wake()
        assert rounds.reaches(2)


def test_it_comes_by_itself_too_and_not_before_its_time() -> None:
    before = time.monotonic()
    with going(Counted(Pace(every=0.02, first=0.3))) as rounds:
        assert rounds.reaches(3)
    assert rounds.began[0] - before >= 0.3


def test_a_first_round_that_waits_comes_when_woken() -> None:
    with going(Counted(Pace(every=NEVER, first=NEVER))) as rounds:
        rounds.wake()
        assert rounds.reaches(1)


def test_while_there_is_more_to_do_no_round_waits() -> None:
    with going(Counted(Pace(every=NEVER), lambda number: number < 5)) as rounds:
        assert rounds.reaches(5)
        time.sleep(0.05)
        assert rounds.count == 5


def test_a_wake_during_a_round_is_not_lost() -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow(_number: int) -> bool:
        entered.set()
        return not leave.wait(PATIENCE_SECONDS)

    with going(Counted(Pace(every=NEVER), slow)) as rounds:
        assert entered.wait(PATIENCE_SECONDS)
        rounds.wake()
        leave.set()
        assert rounds.reaches(2)


def test_however_often_it_is_woken_there_is_a_pause() -> None:
    with going(Counted(Pace(every=NEVER, pause=NEVER))) as rounds:
        assert rounds.reaches(1)
        rounds.wake()
        time.sleep(0.1)
        assert rounds.count == 1


def test_what_the_next_round_can_mend_is_one_line_in_the_log() -> None:
    def busy(number: int) -> bool:
        if number == 1:
            raise DeskError("the database is busy")
        return False

    with capture_logs() as lines, going(Counted(Pace(every=0.01), busy)) as rounds:
        assert rounds.reaches(2)
    assert lines == [{"event": "counted_put_off", "error": "DeskError", "log_level": "error"}]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_defect_is_not_swept_under_the_carpet() -> None:
    def defect(_number: int) -> bool:
        raise KeyError("nobody foresaw it")

    with capture_logs() as lines, going(Counted(Pace(every=0.01), defect)) as rounds:
        assert rounds.reaches(1)
        time.sleep(0.05)
    assert (rounds.count, lines) == (1, [])


def test_stop_waits_for_the_round_but_not_for_ever() -> None:
    leave = threading.Event()
    rounds = Counted(Pace(every=0.01, stop=0.1), lambda _number: not leave.wait(PATIENCE_SECONDS))
    rounds.start()
    assert rounds.reaches(1)
    before = time.monotonic()
    rounds.stop()
    assert 0.1 <= time.monotonic() - before < PATIENCE_SECONDS / 2
    leave.set()
    time.sleep(0.05)
    assert rounds.count == 1, "no other round after the stop"


def test_a_stop_is_heard_at_any_moment() -> None:
    """A stop that falls between two steps of the loop must not wait for the next round."""
    before = time.monotonic()
    for _ in range(300):
        with going(Counted(Pace(every=NEVER, stop=PATIENCE_SECONDS))):
            pass
    assert time.monotonic() - before < PATIENCE_SECONDS


def test_threads_end_together_and_not_one_after_the_other() -> None:
    all_told = threading.Barrier(3)

    def stop() -> None:
        all_told.wait(PATIENCE_SECONDS)

    stop_together([stop] * 3)
