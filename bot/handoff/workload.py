"""Owns how much work a ticket is and how soon it must be taken (`assignment.yaml`). Refuses to choose who takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.decision.policy import read_yaml
from bot.handoff.service_level import Priority
from bot.policy_node import Node


@dataclass(frozen=True, slots=True)
class Share:
    """One ticket's part of somebody's work, and the minutes they have to take it."""

    points: int
    take_minutes: int


@dataclass(frozen=True, slots=True)
class Workload:
    """What everybody holds at once unless their own number says otherwise, and what each priority counts.

    Nobody has more than `untaken_at_once` offers; priorities `beyond_capacity` wait for nobody's room.
    """

    capacity: int
    away_after_missed: int
    untaken_at_once: int
    beyond_capacity: frozenset[Priority]
    shares: Mapping[Priority, Share]

    @property
    def smallest_capacity(self) -> int:
        """With less, somebody could never be given the heaviest ticket."""
        return max(share.points for share in self.shares.values())


def read_workload(path: Path) -> Workload:
    """What `assignment.yaml` says; BadPolicy names the key that is wrong."""
    fields = Node(path.name, "", read_yaml(path)).fields(
        "version", "capacity", "away_after_missed", "untaken_at_once", "beyond_capacity", "priorities"
    )
    entries = fields["priorities"].fields(*Priority)
    shares = {priority: _share(entries[priority]) for priority in Priority}
    beyond = fields["beyond_capacity"].items()
    read = Workload(
        capacity=fields["capacity"].whole(),
        away_after_missed=fields["away_after_missed"].whole(),
        untaken_at_once=fields["untaken_at_once"].whole(),
        beyond_capacity=frozenset(Priority(node.one_of(tuple(Priority), "priorities")) for node in beyond),
        shares=shares,
    )
    if read.capacity < read.smallest_capacity:
        raise fields["capacity"].wrong(f"must be at least {read.smallest_capacity}, the points of one ticket")
    return read


def _share(node: Node) -> Share:
    fields = node.fields("points", "take_minutes")
    return Share(fields["points"].whole(), fields["take_minutes"].minutes())
