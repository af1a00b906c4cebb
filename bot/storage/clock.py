"""Owns how time is written: UTC ISO text with milliseconds, which sorts as text. Refuses local time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""What a caller may name as a moment: far from where a change of zone leaves the calendar."""


def write(moment: datetime) -> str:
    """`2026-11-22T08:00:00.000Z` for an aware datetime of any zone."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def read(text: str) -> datetime:
    """Aware UTC datetime of what `write` wrote; ValueError for anything else."""
    return datetime.fromisoformat(text)


def now() -> str:
    """The present moment."""
    return write(datetime.now(UTC))


def after(text: str, seconds: float) -> str:
    """The moment `seconds` after `text` (before it when negative)."""
    return write(read(text) + timedelta(seconds=seconds))
