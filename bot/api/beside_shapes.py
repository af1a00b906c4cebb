"""Owns the JSON of what stands beside a ticket: similar tickets, playbooks, facts. Refuses a visitor."""

from __future__ import annotations

from pydantic import BaseModel

from bot.handoff.packet import Fact, FactKind
from bot.handoff.policies import HandoffPolicies
from bot.precedents.beside import Beside
from kb_ingest.article import Visibility


class PlaybookBody(BaseModel):
    """An internal article that says how to go on, at its best passage."""

    article_id: str
    title: str
    version: str
    start: int
    end: int


class HelpfulSourceBody(PlaybookBody):
    """The article whose suggestion was sent."""

    visibility: Visibility


class SimilarBody(BaseModel):
    """A resolved ticket and what helped there, without the customer's personal data: the last reply, the closing note,
    the source of it. Empty or null where there was none."""

    ticket_id: str
    goal: str
    closed_at: str
    reply: str
    note: str
    source: HelpfulSourceBody | None


class BesideBody(BaseModel):
    """`similar`: resolved tickets like this one, the most alike first; for signed-in agents alone."""

    similar: list[SimilarBody]
    playbooks: list[PlaybookBody]


class GivenBody(BaseModel):
    """Something that the customer gave, what it is called, and its place in the context, from 0."""

    kind: FactKind
    name: str
    value: str
    turn: int


def given_body(policies: HandoffPolicies, fact: Fact) -> GivenBody:
    """The fact as JSON."""
    return GivenBody(kind=fact.kind, name=policies.notes.fact_names[fact.kind], value=fact.value, turn=fact.turn)


def beside_body(found: Beside) -> BesideBody:
    """The same as JSON."""
    return BesideBody(
        similar=[SimilarBody.model_validate(each, from_attributes=True) for each in found.tickets],
        playbooks=[PlaybookBody.model_validate(each, from_attributes=True) for each in found.playbooks],
    )
