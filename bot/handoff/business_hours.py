"""Owns when people are at their desks, read from `business_hours.yaml`. Refuses to count time: clock.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.decision.policy import read_yaml
from bot.policy_node import Node

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = "24:00"


@dataclass(frozen=True, slots=True)
class Opening:
    """Local opening time, `start` inclusive to `end` exclusive, in minutes after midnight (0 to 1440)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Region:
    """One region's desk; a holiday replaces the weekday, with no openings when it is closed. It serves those who write
    one of `languages` and are not known to be of another region."""

    id: str
    label: str
    zone: ZoneInfo
    week: tuple[tuple[Opening, ...], ...]
    holidays: Mapping[date, tuple[Opening, ...]]
    languages: tuple[str, ...] = ()

    def openings(self, day: date) -> tuple[Opening, ...]:
        """The opening times of a local day, earliest first."""
        return self.holidays.get(day, self.week[day.weekday()])


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """Every region's hours."""

    regions: Mapping[str, Region]
    default_region: str

    def region(self, identifier: str | None, language: str | None = None) -> Region:
        """The region of that id; when it is unknown the one that serves who writes that language, else the default."""
        serving = (region for region in self.regions.values() if language in region.languages)
        return self.regions.get(identifier or "") or next(serving, self.regions[self.default_region])


def read_business_hours(path: Path) -> BusinessHours:
    """The hours in `business_hours.yaml`; BadPolicy names the key that is wrong."""
    fields = Node(path.name, "", read_yaml(path)).fields("version", "default_region", "regions")
    regions = {key: _region(key, node) for key, node in fields["regions"].mapping().items()}
    default = fields["default_region"].one_of(regions, "regions")
    return BusinessHours(regions, default)


def _region(identifier: str, node: Node) -> Region:
    fields = node.fields("label", "time_zone", "week", optional=("holidays", "languages"))
    week = fields["week"].fields(*DAYS)
    openings = tuple(_openings(week[day]) for day in DAYS)
    if not any(openings):
        raise fields["week"].wrong("a region must be open at some time of the week")
    holidays = _holidays(fields["holidays"]) if "holidays" in fields else {}
    zone = _zone(fields["time_zone"])
    languages = fields["languages"].texts() if "languages" in fields else ()
    return Region(identifier, fields["label"].text(), zone, openings, holidays, languages)


def _holidays(node: Node) -> dict[date, tuple[Opening, ...]]:
    holidays: dict[date, tuple[Opening, ...]] = {}
    for entry in node.items():
        day, openings = _holiday(entry)
        if day in holidays:
            raise entry.wrong(f"{day} is there twice")
        holidays[day] = openings
    return holidays


def _holiday(node: Node) -> tuple[date, tuple[Opening, ...]]:
    fields = node.fields("date", "name", optional=("hours",))
    fields["name"].text()
    try:
        day = date.fromisoformat(fields["date"].text())
    except ValueError as error:
        raise fields["date"].wrong('must be a date in quotes, such as "2026-12-25"') from error
    return day, _openings(fields["hours"]) if "hours" in fields else ()


def _openings(node: Node) -> tuple[Opening, ...]:
    openings: list[Opening] = []
    for entry in node.items():
        times = entry.texts()
        if len(times) != 2:
            raise entry.wrong('must be two times, such as ["08:00", "18:00"]')
        opening = Opening(_minutes(entry, times[0]), _minutes(entry, times[1]))
        if opening.start >= opening.end or (openings and opening.start < openings[-1].end):
            raise entry.wrong("times must run forwards and not overlap")
        openings.append(opening)
    return tuple(openings)


def _minutes(node: Node, text: str) -> int:
    if text == MIDNIGHT:
        return 24 * 60
    try:
        moment = time.fromisoformat(text)
    except ValueError as error:
        raise node.wrong(f'{text!r} is not a time such as "08:00"') from error
    return moment.hour * 60 + moment.minute


def _zone(node: Node) -> ZoneInfo:
    try:
        return ZoneInfo(node.text())
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise node.wrong(f"{node.value!r} is not an IANA time zone") from error
