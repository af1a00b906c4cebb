"""Owns the JSON of evaluation cases and of changes proposed to them. Refuses to be sent to a visitor."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from bot.api.conversation_shapes import Sent
from bot.casebook.case import Kind, Voice
from bot.casebook.case_line import CaseLine
from bot.casebook.proposals import Proposal, ProposalStatus, Source
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Verdict
from bot.storage.clean_text import storable

MOST_TURNS, MOST_LISTED = 20, 30
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]
Long = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Names = Annotated[tuple[Short, ...], Field(max_length=MOST_LISTED)]
Quotes = Annotated[tuple[Long, ...], Field(max_length=MOST_LISTED)]
CaseId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]


class CaseTurn(Sent):
    """One turn before the message."""

    role: Speaker
    text: Long


class CaseBody(Sent):
    """A case; empty texts mean that nothing is known or wanted."""

    id: CaseId
    kind: Kind
    voice: Voice = Voice.PLAIN
    area: Short
    text: Long
    context: Annotated[tuple[CaseTurn, ...], Field(max_length=MOST_TURNS)] = ()
    region: Short = ""
    plan: Short = ""
    product: Short = ""
    decisions: Annotated[tuple[Verdict, ...], Field(max_length=len(Verdict))] = ()
    articles: Names = ()
    spans: Quotes = ()
    sensitive: Short = ""
    must_not: Quotes = ()
    internal_articles: Names = ()
    reason: Long
    pinned: bool = False


class ProposalPost(Sent):
    """A case to propose; `of` is the id of the case that it changes, null for a new one."""

    case: CaseBody
    of: CaseId | None = None


class AcceptPost(Sent):
    """The case as it is accepted."""

    case: CaseBody


class RefusePost(Sent):
    """Why it is refused."""

    why: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class ProposedBody(BaseModel):
    """How many cases were proposed that were not before."""

    proposed: int


class FaultsBody(BaseModel):
    """What is wrong with a case, in sentences; empty when it can be used."""

    faults: list[str]


class ProposalBody(BaseModel):
    """Where a proposal stands."""

    id: str
    source: Source
    status: ProposalStatus
    case_id: str
    proposed_by: str
    proposed_at: str
    decided_by: str | None
    decided_at: str | None
    decided_why: str | None


def case_line(body: CaseBody) -> CaseLine:
    """The body as a line."""
    return CaseLine(
        id=body.id,
        kind=body.kind,
        area=storable(body.area),
        text=storable(body.text),
        context=tuple((turn.role.value, storable(turn.text)) for turn in body.context),
        region=storable(body.region) or None,
        plan=storable(body.plan) or None,
        decisions=tuple(verdict for verdict in Verdict if verdict in body.decisions),
        sensitive=storable(body.sensitive) or None,
        reason=storable(body.reason),
        articles=_listed(body.articles),
        spans=_listed(body.spans),
        voice=body.voice,
        product=storable(body.product) or None,
        must_not=_listed(body.must_not),
        internal_articles=_listed(body.internal_articles),
        pinned=body.pinned,
    )


def proposal_body(proposal: Proposal) -> ProposalBody:
    """The proposal as JSON."""
    return ProposalBody(
        id=proposal.id,
        source=proposal.source,
        status=proposal.status,
        case_id=proposal.line.id,
        proposed_by=proposal.proposed_by,
        proposed_at=proposal.proposed_at,
        decided_by=proposal.decided_by,
        decided_at=proposal.decided_at,
        decided_why=proposal.decided_why,
    )


def _listed(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(kept for text in texts if (kept := storable(text).strip()))
