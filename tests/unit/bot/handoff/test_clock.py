"""The business clock stands still outside opening times, over weekends, holidays and summer time."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from bot.handoff.business_hours import Region
from bot.handoff.clock import after_business_minutes, business_minutes, is_open, next_opening
from bot.handoff.policies import HandoffPolicies

SEED = 81


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.fixture
def uk(policies: HandoffPolicies) -> Region:
    return policies.hours.region("uk")


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-23T09:00+00:00", 240, "2026-11-23T13:00+00:00"),  # a Monday morning
        ("2026-11-23T17:00+00:00", 240, "2026-11-24T11:00+00:00"),  # one hour today, three tomorrow
        ("2026-11-23T17:00+00:00", 60, "2026-11-23T18:00+00:00"),  # to the very end of the day
        ("2026-11-20T17:30+00:00", 60, "2026-11-23T08:30+00:00"),  # over a weekend
        ("2026-11-22T03:00+00:00", 15, "2026-11-23T08:15+00:00"),  # from a Sunday night
        ("2026-12-24T17:00+00:00", 120, "2026-12-29T09:00+00:00"),  # Christmas, weekend, substitute day
        ("2026-07-06T09:00+01:00", 600, "2026-07-07T09:00+01:00"),  # more than a day, in summer time
    ],
)
def test_due_times_in_london(uk: Region, start: str, minutes: int, end: str) -> None:
    assert after_business_minutes(uk, _at(start), minutes) == _at(end)


def test_short_holiday_hours_count(policies: HandoffPolicies) -> None:
    us = policies.hours.region("us")
    due = after_business_minutes(us, _at("2026-12-24T14:30-05:00"), 60)
    assert due == _at("2026-12-26T08:30-05:00")


def test_opening_hours_follow_summer_time(uk: Region) -> None:
    assert is_open(uk, _at("2026-07-06T07:30+00:00"))  # 08:30 in London
    assert not is_open(uk, _at("2026-11-23T07:30+00:00"))
    assert not is_open(uk, _at("2026-11-23T18:00+00:00"))


def test_next_opening_is_now_while_open(uk: Region) -> None:
    now = _at("2026-11-23T09:00+00:00")
    assert next_opening(uk, now) == now
    assert next_opening(uk, _at("2026-11-21T12:00+00:00")) == _at("2026-11-23T08:00+00:00")


def test_counting_forwards_and_back_agree(policies: HandoffPolicies) -> None:
    rng = random.Random(SEED)
    for region in policies.hours.regions.values():
        for _ in range(150):
            start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(2 * 365 * 24 * 60))
            minutes = rng.randrange(1, 3000)
            due = after_business_minutes(region, start, minutes)
            assert business_minutes(region, start, due) == pytest.approx(minutes), (
                f"seed {SEED} {region.id} {start}"
            )
            assert is_open(region, due - timedelta(seconds=1))
