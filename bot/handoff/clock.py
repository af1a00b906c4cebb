"""Owns counting business time: the clock stands still outside opening times. Refuses to set a limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.handoff.business_hours import Opening, Region

# A year without an opening would be a broken policy; the search must end all the same.
MOST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Shift:
    """One stretch of opening time in UTC, `start` inclusive to `end` exclusive."""

    start: datetime
    end: datetime


def shifts(region: Region, moment: datetime) -> Iterator[Shift]:
    """Opening times that end after `moment`, in order, for MOST_DAYS days."""
    today = moment.astimezone(region.zone).date()
    for offset in range(-1, MOST_DAYS):
        day = today + timedelta(days=offset)
        for opening in region.openings(day):
            shift = _shift(region, day, opening)
            if shift.end > moment:
                yield shift


def is_open(region: Region, moment: datetime) -> bool:
    """True when somebody is at the desk."""
    return next(shifts(region, moment)).start <= moment


def next_opening(region: Region, moment: datetime) -> datetime:
    """The moment itself while open, else when the desk opens next (UTC)."""
    return max(moment, next(shifts(region, moment)).start)


def after_business_minutes(region: Region, moment: datetime, minutes: int) -> datetime:
    """When `minutes` of opening time have passed since `moment` (UTC)."""
    left = timedelta(minutes=minutes)
    for shift in shifts(region, moment):
        start = max(moment, shift.start)
        if shift.end - start >= left:
            return start + left
        left -= shift.end - start
    raise AssertionError("unreachable: a region is open at some time of the week")


def business_minutes(region: Region, start: datetime, end: datetime) -> float:
    """Opening time between two moments, in minutes: how long a ticket has really waited."""
    total = timedelta()
    for shift in shifts(region, start):
        if shift.start >= end:
            break
        total += min(end, shift.end) - max(start, shift.start)
    return total.total_seconds() / 60


def _shift(region: Region, day: date, opening: Opening) -> Shift:
    return Shift(_moment(region, day, opening.start), _moment(region, day, opening.end))


def _moment(region: Region, day: date, minutes: int) -> datetime:
    """A local wall-clock time as UTC, so that differences are real time across a change to summer time.

    Of a time that comes twice the first, of one that the clock skips the moment of the skip.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=region.zone)
    local = midnight + timedelta(minutes=minutes)  # wall-clock arithmetic, as aware datetimes of one zone do
    moment = local.astimezone(UTC)
    skipped = local.replace(fold=1).astimezone(UTC)
    return moment if skipped >= moment else _change(region, skipped, moment)


def _change(region: Region, before: datetime, after: datetime) -> datetime:
    """The minute between the two at which the zone's offset becomes that of `after`."""
    offset = after.astimezone(region.zone).utcoffset()
    low, high = 0, int((after - before).total_seconds()) // 60
    while low < high:
        middle = (low + high) // 2
        if (before + timedelta(minutes=middle)).astimezone(region.zone).utcoffset() == offset:
            high = middle
        else:
            low = middle + 1
    return before + timedelta(minutes=low)
