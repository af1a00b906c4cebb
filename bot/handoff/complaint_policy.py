"""Owns the stages of a complaint, their times, its closed sets and what the customer is told, read from
`complaints.yaml`. Refuses to move one: the room `complaints` does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.decision.policy import read_yaml
from bot.policy_node import Node


class Stage(StrEnum):
    """Where a complaint stands; CLOSED and WITHDRAWN are final."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    INVESTIGATING = "investigating"
    PROPOSED = "proposed"
    ESCALATED = "escalated"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


LEGAL: Mapping[Stage, tuple[Stage, ...]] = {
    Stage.RECEIVED: (Stage.ACKNOWLEDGED, Stage.WITHDRAWN),
    Stage.ACKNOWLEDGED: (Stage.INVESTIGATING, Stage.WITHDRAWN),
    Stage.INVESTIGATING: (Stage.PROPOSED, Stage.ESCALATED, Stage.WITHDRAWN),
    Stage.PROPOSED: (Stage.CLOSED, Stage.ESCALATED, Stage.WITHDRAWN),
    Stage.ESCALATED: (Stage.PROPOSED, Stage.WITHDRAWN),
    Stage.CLOSED: (),
    Stage.WITHDRAWN: (),
}
"""What may follow. An escalated one goes through a new proposal: nobody closes it over the customer's head."""
GOING_ON = tuple(stage for stage, following in LEGAL.items() if following)
PLACES = {
    Stage.RECEIVED: ("number", "by"),
    Stage.ACKNOWLEDGED: ("number", "by", "name"),
    Stage.INVESTIGATING: ("number", "by"),
    Stage.PROPOSED: ("number", "by", "remedy"),
    Stage.ESCALATED: ("number", "by"),
    Stage.CLOSED: ("number",),
    Stage.WITHDRAWN: ("number",),
}


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way to put it right; `says` by language."""

    title: str
    says: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ComplaintPolicy:
    """Times by stage, closed sets by id, sentences by language and stage; `again` of one that was over, by language.

    `warn_minutes` of opening time before a stage is due somebody is called; `after_reply` are the remedies that speak
    of what a person wrote before.
    """

    opened_by: frozenset[str]
    minutes: Mapping[Stage, int]
    warn_minutes: int
    root_causes: Mapping[str, str]
    remedies: Mapping[str, Remedy]
    after_reply: frozenset[str]
    says: Mapping[str, Mapping[Stage, str]]
    again: Mapping[str, str]


def read_complaints(path: Path, languages: Iterable[str]) -> ComplaintPolicy:
    """The file, with every sentence in each of `languages`; BadPolicy names the key that is wrong."""
    spoken, top = tuple(languages), Node(path.name, "", read_yaml(path))
    fields = top.fields(
        "version", "opened_by", "minutes", "warn_minutes", "root_causes", "remedies", "after_reply", "says", "again"
    )
    remedies = {key: _remedy(node, spoken) for key, node in fields["remedies"].mapping().items()}
    minutes, again = fields["minutes"].fields(*GOING_ON), fields["again"].fields(*spoken)
    return ComplaintPolicy(
        opened_by=frozenset(fields["opened_by"].texts()),
        minutes={stage: minutes[stage].minutes() for stage in GOING_ON},
        warn_minutes=fields["warn_minutes"].whole(),
        root_causes={key: node.text() for key, node in fields["root_causes"].mapping().items()},
        remedies=remedies,
        after_reply=frozenset(node.one_of(remedies, "remedies") for node in fields["after_reply"].items()),
        says={language: _sentences(node) for language, node in fields["says"].fields(*spoken).items()},
        again={language: node.sentence(*PLACES[Stage.RECEIVED]) for language, node in again.items()},
    )


def _remedy(node: Node, languages: tuple[str, ...]) -> Remedy:
    fields = node.fields("title", "says")
    says = {language: entry.sentence() for language, entry in fields["says"].fields(*languages).items()}
    return Remedy(fields["title"].text(), says)


def _sentences(node: Node) -> Mapping[Stage, str]:
    entries = node.fields(*Stage)
    return {stage: entries[stage].sentence(*PLACES[stage]) for stage in Stage}
