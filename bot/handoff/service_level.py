"""Owns how soon a priority must be answered and solved, read from `sla.yaml`. Refuses to pick one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from bot.decision.policy import read_yaml
from bot.handoff.business_hours import Region
from bot.handoff.clock import after_business_minutes
from bot.policy_node import Node


class Priority(StrEnum):
    """How urgent a ticket is, least first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


def higher(one: str, other: str) -> str:
    """The more urgent of two priorities."""
    return max(one, other, key=lambda priority: list(Priority).index(Priority(priority)))


class ClockKind(StrEnum):
    """What counts as time."""

    BUSINESS = "business"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """One priority's promise, in minutes of its clock; `warn_minutes` before a due time it is "due soon"."""

    first_response_minutes: int
    resolution_minutes: int
    warn_minutes: int
    clock: ClockKind


@dataclass(frozen=True, slots=True)
class Tier:
    """A group of customers with times of its own; a priority it does not name has everybody's."""

    label: str
    levels: Mapping[Priority, ServiceLevel]


@dataclass(frozen=True, slots=True)
class Due:
    """The two due times of a ticket, UTC, on full minutes."""

    first_response: datetime
    resolution: datetime


def read_service_levels(path: Path) -> Mapping[Priority, ServiceLevel]:
    """The four priorities of `sla.yaml`; BadPolicy names the key that is wrong."""
    entries = _top(path)["priorities"].fields(*Priority)
    return {priority: _service_level(entries[priority]) for priority in Priority}


def read_tiers(path: Path) -> Mapping[str, Tier]:
    """The tiers of `sla.yaml` by their name in small letters; none where the file names none."""
    fields = _top(path)
    return {key: _tier(key, node) for key, node in fields["tiers"].mapping().items()} if "tiers" in fields else {}


def _top(path: Path) -> Mapping[str, Node]:
    return Node(path.name, "", read_yaml(path)).fields("version", "priorities", optional=("tiers",))


def _tier(name: str, node: Node) -> Tier:
    if name != name.casefold().strip():
        raise node.wrong("must be named in small letters: the customer's record may have it in any")
    fields = node.fields("label", "priorities")
    levels = fields["priorities"].fields(optional=tuple(Priority))
    return Tier(fields["label"].text(), {Priority(key): _service_level(each) for key, each in levels.items()})


def due(level: ServiceLevel, region: Region, start: datetime) -> Due:
    """When a ticket opened at `start` is due. Rounded down to the minute, as it is told."""
    return Due(
        _after(level, region, start, level.first_response_minutes),
        _after(level, region, start, level.resolution_minutes),
    )


def _after(level: ServiceLevel, region: Region, start: datetime, minutes: int) -> datetime:
    if level.clock is ClockKind.ALWAYS:
        moment = start + timedelta(minutes=minutes)
    else:
        moment = after_business_minutes(region, start, minutes)
    return moment.replace(second=0, microsecond=0)


def _service_level(node: Node) -> ServiceLevel:
    fields = node.fields("first_response_minutes", "resolution_minutes", "clock", "warn_minutes")
    first, resolution = fields["first_response_minutes"].minutes(), fields["resolution_minutes"].minutes()
    if resolution < first:
        raise fields["resolution_minutes"].wrong("must not be shorter than first_response_minutes")
    try:
        clock = ClockKind(fields["clock"].text())
    except ValueError as error:
        raise fields["clock"].wrong(f"must be one of {', '.join(ClockKind)}") from error
    return ServiceLevel(first, resolution, fields["warn_minutes"].minutes(), clock)
