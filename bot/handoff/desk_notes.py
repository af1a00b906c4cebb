"""Owns the packet's sentences for agents (`desk_notes.yaml`). Refuses customers' sentences: wording.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.decision.outcome import Reason
from bot.decision.policy import read_yaml
from bot.handoff.packet import FactKind
from bot.policy_node import Node


class Risk(StrEnum):
    """What an agent is warned of."""

    SENSITIVE = "sensitive"
    SECRET = "secret"  # noqa: S105 - the name of a warning
    UPSET = "upset"
    ATTACK = "attack"
    UNVERIFIED = "unverified"
    FAILURE = "failure"


RISK_PLACES = {Risk.SENSITIVE: ("label",), Risk.SECRET: ("kind",)}


@dataclass(frozen=True, slots=True)
class DeskNotes:
    """The sentences; `ask_for` by area, `missing` and `next_steps` for every reason. Tickets about `no_precedents`,
    sensitive categories, are not shown beside others, nor others beside them."""

    goal_unsaid: str
    missing: Mapping[Reason, str]
    closest: str
    terms: str
    next_steps: Mapping[Reason, tuple[str, ...]]
    already_given: str
    ask_for: Mapping[str, tuple[FactKind, ...]]
    ask: str
    fact_names: Mapping[FactKind, str]
    risks: Mapping[Risk, str]
    corrected: str
    withdrawn: str
    draft_withdrawn: str
    no_precedents: frozenset[str]


def read_desk_notes(path: Path) -> DeskNotes:
    """The sentences of `desk_notes.yaml`; BadPolicy names the key that is wrong."""
    fields = Node(path.name, "", read_yaml(path)).fields(
        "version", "goal_unsaid", "missing", "closest", "terms", "next_steps", "already_given", "ask_for",
        "ask", "fact_names", "risks", "corrected", "withdrawn", "draft_withdrawn", "no_precedents",
    )  # fmt: skip
    missing = fields["missing"].fields(*Reason)
    steps = fields["next_steps"].fields(*Reason)
    names = fields["fact_names"].fields(*FactKind)
    risks = fields["risks"].fields(*Risk)
    return DeskNotes(
        goal_unsaid=fields["goal_unsaid"].text(),
        missing={reason: missing[reason].text() for reason in Reason},
        closest=fields["closest"].sentence("article"),
        terms=fields["terms"].sentence("terms"),
        next_steps={reason: steps[reason].texts() for reason in Reason},
        already_given=fields["already_given"].sentence("facts"),
        ask_for={area: _kinds(node) for area, node in fields["ask_for"].mapping().items()},
        ask=fields["ask"].sentence("facts"),
        fact_names={kind: names[kind].text() for kind in FactKind},
        risks={risk: risks[risk].sentence(*RISK_PLACES.get(risk, ())) for risk in Risk},
        corrected=fields["corrected"].sentence("article", "day", "old", "new"),
        withdrawn=fields["withdrawn"].sentence("article", "day"),
        draft_withdrawn=fields["draft_withdrawn"].sentence("article"),
        no_precedents=frozenset(fields["no_precedents"].texts()),
    )


def _kinds(node: Node) -> tuple[FactKind, ...]:
    try:
        return tuple(FactKind(text) for text in node.texts())
    except ValueError as error:
        raise node.wrong(f"must be some of {', '.join(FactKind)}") from error
