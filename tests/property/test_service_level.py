"""The business clock against one that looks at every minute, over zones, summer time, holidays and odd weeks; and what
the customer is told against what the desk is measured on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from bot.handoff.business_hours import BusinessHours, Opening, Region
from bot.handoff.clock import after_business_minutes, business_minutes, is_open, next_opening
from bot.handoff.policies import HandoffPolicies, read_policies
from bot.handoff.routing import Case, Mood
from bot.handoff.service_level import ClockKind, Priority, ServiceLevel, due
from bot.handoff.target import SOON_MINUTES, service_target
from bot.storage import clock

SEED = 2026_11_26
POLICIES = read_policies(Path(__file__).parents[2] / "data" / "policies")
# Half hours, quarters, summer time of 30 minutes, at midnight, in the south, none at all, and a day left out.
ZONES = (
    "America/New_York", "Europe/London", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu",
    "Pacific/Chatham", "America/Santiago", "Africa/Cairo", "Asia/Beirut", "America/Havana", "Africa/Casablanca",
    "Pacific/Apia", "Asia/Kolkata", "UTC", "America/Sao_Paulo", "Pacific/Auckland", "Asia/Tehran", "Atlantic/Azores",
)  # fmt: skip
# Days on which clocks were changed somewhere in the list, and some on which nothing happens.
DAYS = tuple(
    date.fromisoformat(day)
    for day in (
        "2026-03-08", "2026-11-01", "2026-03-29", "2026-10-25", "2026-04-05", "2026-10-04", "2026-09-27", "2026-09-06",
        "2026-04-24", "2026-10-29", "2026-03-21", "2026-02-15", "2011-12-30", "2026-12-24", "2026-07-15", "2028-02-29",
    )
)  # fmt: skip
STEP = 15
DAYS_LOOKED_AT = 9


def _openings(times: list[int]) -> tuple[Opening, ...]:
    """Openings that run forwards and do not overlap, from sorted times."""
    return tuple(Opening(start, end) for start, end in zip(times[::2], times[1::2], strict=False))


def _day(sizes: tuple[int, ...]) -> st.SearchStrategy[tuple[Opening, ...]]:
    times = st.lists(st.integers(0, 1440 // STEP), unique=True, min_size=min(sizes), max_size=max(sizes))
    chosen = times.map(lambda found: _openings([STEP * step for step in sorted(found)]))
    return st.one_of(chosen, st.just((Opening(0, 1440),)), st.just((Opening(480, 1080),)))


@st.composite
def _regions(draw: st.DrawFn, identifier: str = "us") -> tuple[Region, datetime]:
    """A desk somewhere, and a minute near a day on which something may happen."""
    day = draw(st.sampled_from(DAYS))
    week = [draw(_day((0, 6))) for _ in range(6)]
    week.append(draw(_day((2, 6))))
    holidays = {
        day + timedelta(days=draw(st.integers(-1, 7))): draw(_day((0, 4))) for _ in range(draw(st.integers(0, 3)))
    }
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    region = Region(identifier, "Somewhere", zone, tuple(draw(st.permutations(week))), holidays)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=draw(st.integers(-1440, 2880)))
    return region, start


def _minutes(region: Region, start: datetime) -> Iterator[bool]:
    """Whether somebody is there, minute by minute from `start`.

    It only ever turns UTC into local time. A desk opens when the wall clock first shows its opening time or more, and
    closes when it first shows its closing time or more: clocks that go back open and close nothing.
    """
    begin = start - timedelta(days=2)
    first = begin.astimezone(region.zone).date()
    days = [first + timedelta(days=offset) for offset in range(-1, DAYS_LOOKED_AT + 4)]
    marks = [
        [(day, opening.start), (day + timedelta(days=1), 0) if opening.end == 1440 else (day, opening.end)]
        for day in days
        for opening in region.openings(day)
    ]
    waiting, there = sorted(marks), []
    for number in range(DAYS_LOOKED_AT * 1440):
        moment = begin + timedelta(minutes=number)
        local = moment.astimezone(region.zone)
        now = (local.date(), local.hour * 60 + local.minute)
        while waiting and waiting[0][0] <= now:
            there.append(waiting.pop(0))
        there = [mark for mark in there if mark[1] > now]
        if moment >= start:
            yield bool(there)


def _slowly_after(region: Region, start: datetime, minutes: int) -> datetime | None:
    """When so many minutes with somebody there are over; None beyond the days looked at."""
    passed = 0
    for number, there in enumerate(_minutes(region, start)):
        passed += there
        if passed == minutes:
            return start + timedelta(minutes=number + 1)
    return None


def _examples(amount: int):  # type: ignore[no-untyped-def]
    phases = (Phase.explicit, Phase.generate, Phase.shrink)
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    chosen = settings(max_examples=amount, deadline=None, phases=phases, suppress_health_check=slow, database=None)

    def both(test):  # type: ignore[no-untyped-def]
        return seed(SEED)(chosen(test))

    return both


def _agrees(place: tuple[Region, datetime], minutes: int, span: int) -> None:
    region, start = place
    there = list(_minutes(region, start))
    assert is_open(region, start) == there[0]
    if True in there:
        assert next_opening(region, start) == start + timedelta(minutes=there.index(True))
    end = start + timedelta(minutes=span)
    assert business_minutes(region, start, end) == sum(there[:span])
    wanted = _slowly_after(region, start, minutes)
    if wanted is not None:
        found = after_business_minutes(region, start, minutes)
        assert found == wanted
        assert business_minutes(region, start, found) == minutes, "the clock stands still outside opening times"


PLACES, MINUTES, SPANS = _regions(), st.integers(1, 900), st.integers(0, 5000)


@_examples(40)
@given(PLACES, MINUTES, SPANS)
def test_the_clock_agrees_with_one_that_looks_at_every_minute(
    place: tuple[Region, datetime], minutes: int, span: int
) -> None:
    _agrees(place, minutes, span)


@pytest.mark.full
@pytest.mark.timeout(600)
@_examples(1500)
@given(PLACES, MINUTES, SPANS)
def test_the_clock_agrees_at_length(place: tuple[Region, datetime], minutes: int, span: int) -> None:
    _agrees(place, minutes, span)


def test_a_time_that_the_clock_skips_is_the_moment_of_the_skip() -> None:
    night = (Opening(0, 150), Opening(180, 480))
    region = Region("eu", "Berlin", ZoneInfo("Europe/Berlin"), (night,) * 7, {})
    midnight = datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
    # 00:00 to 02:00, where the clock jumps to 03:00, and on to 08:00: seven hours, none of them twice.
    assert business_minutes(region, midnight, midnight + timedelta(hours=8)) == 7 * 60


def _policies(region: Region, levels: dict[Priority, ServiceLevel]) -> HandoffPolicies:
    return replace(POLICIES, hours=BusinessHours({region.id: region}, region.id), levels=levels)


_LEVELS = st.builds(
    ServiceLevel,
    first_response_minutes=st.integers(1, 700),
    resolution_minutes=st.integers(700, 900),
    warn_minutes=st.just(1),
    clock=st.sampled_from(ClockKind),
)


def _told_is_measured(
    place: tuple[Region, datetime], level: ServiceLevel, language: str, mood: Mood, seconds: float
) -> None:
    region, minute = place
    now = minute + timedelta(seconds=seconds)
    policies = _policies(region, dict.fromkeys(Priority, level))
    target = service_target(policies, Case(language=language, sentiment=mood), now)
    times = due(level, region, now)
    assert target.first_response_due == clock.write(times.first_response)
    assert target.resolution_due == clock.write(times.resolution)
    exact = _slowly_after(region, minute, level.first_response_minutes)
    if level.clock is ClockKind.ALWAYS:
        assert times.first_response == minute + timedelta(minutes=level.first_response_minutes)
    elif exact is not None and is_open(region, minute) == is_open(region, now):
        assert times.first_response in (exact, *_within_a_minute(region, exact, seconds))
    _states(target.told_customer, policies, region, language, now, times.first_response)


def _within_a_minute(region: Region, exact: datetime, seconds: float) -> tuple[datetime, ...]:
    """Seconds into a minute, the last of them may fall into the next opening."""
    return (next_opening(region, exact),) if seconds else ()


def _states(told: str, policies: HandoffPolicies, region: Region, language: str, now: datetime, at: datetime) -> None:
    """The time, and the day when it is another one; the minutes when they are few; when a desk that is shut opens."""
    phrases = policies.wording.phrases(language)
    local, today = at.astimezone(region.zone), now.astimezone(region.zone).date()
    times = re.findall(r"\b\d\d:\d\d\b", told)
    assert times[-1] == f"{local:%H:%M}"
    if local.date() != today:
        assert phrases.weekdays[local.weekday()] in told
        assert phrases.months[local.month - 1] in told
    few = re.search(r"\b(\d+) (?:minutes|Minuten|minutos)\b", told)
    if few:
        assert 0 <= (now + timedelta(minutes=int(few[1])) - at).total_seconds() < 60
        assert int(few[1]) <= SOON_MINUTES
    if len(times) == 2:
        opens = next_opening(region, now).astimezone(region.zone)
        assert times[0] == f"{opens:%H:%M}"
        assert not is_open(region, now)


LANGUAGES, MOODS = st.sampled_from(sorted(POLICIES.wording.languages)), st.sampled_from(Mood)
SECONDS = st.sampled_from((0.0, 0.001, 29.5, 59.999))


@_examples(80)
@given(PLACES, _LEVELS, LANGUAGES, MOODS, SECONDS)
def test_the_wait_that_is_told_is_the_wait_that_is_measured(
    place: tuple[Region, datetime], level: ServiceLevel, language: str, mood: Mood, seconds: float
) -> None:
    _told_is_measured(place, level, language, mood, seconds)


@pytest.mark.full
@pytest.mark.timeout(600)
@_examples(2000)
@given(PLACES, _LEVELS, LANGUAGES, MOODS, SECONDS)
def test_the_wait_told_is_measured_at_length(
    place: tuple[Region, datetime], level: ServiceLevel, language: str, mood: Mood, seconds: float
) -> None:
    _told_is_measured(place, level, language, mood, seconds)
