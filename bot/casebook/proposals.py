"""Owns changes to cases that people propose, as stored: proposed → accepted or refused, each by a named person.

Refuses to touch the folder of cases: what was accepted leaves as a patch or as lines, and a person commits it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, func, select, update

from bot.casebook.case_line import CaseLine, of_json, to_json
from bot.errors import Conflict
from bot.storage import clock
from bot.storage.knowledge_tables import case_proposals
from bot.storage.once import insert_once
from bot.storage.one_row import one_row


class Source(StrEnum):
    """Where a proposal comes from."""

    EDITED = "edited"
    NEW = "new"
    HARVESTED = "harvested"


class ProposalStatus(StrEnum):
    """Where it stands; the last two are final."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal. `line` may be incomplete until it is accepted; times are ISO UTC."""

    id: str
    source: Source
    status: ProposalStatus
    line: CaseLine
    conversation_id: str | None
    proposed_by: str
    proposed_at: str
    decided_by: str | None = None
    decided_at: str | None = None
    decided_why: str | None = None


def propose(
    tx: Connection,
    source: Source,
    line: CaseLine,
    by: str,
    *,
    conversation_id: str | None = None,
    key: str | None = None,
) -> Proposal | None:
    """Store a proposal; None when one of this `key` came before, whatever became of it."""
    identifier = key or f"proposal-{secrets.token_hex(6)}"
    proposal = Proposal(identifier, source, ProposalStatus.PROPOSED, line, conversation_id, by, clock.now())
    return proposal if insert_once(tx, case_proposals, _values(proposal), "id") else None


def every(tx: Connection, status: ProposalStatus | None = None) -> tuple[Proposal, ...]:
    """All of them, or those of one status, newest first."""
    query = select(case_proposals).order_by(case_proposals.c.proposed_at.desc(), case_proposals.c.id)
    if status is not None:
        query = query.where(case_proposals.c.status == status)
    return tuple(_proposal(row) for row in tx.execute(query).mappings())


def counts(tx: Connection) -> Mapping[ProposalStatus, int]:
    """How many stand how; every status is there."""
    table = case_proposals.c
    found = {row[0]: row[1] for row in tx.execute(select(table.status, func.count()).group_by(table.status))}
    return {status: found.get(status, 0) for status in ProposalStatus}


def load(tx: Connection, proposal_id: str) -> Proposal:
    """One of them; NotFound without it."""
    row = one_row(tx, select(case_proposals).where(case_proposals.c.id == proposal_id), "There is no such proposal.")
    return _proposal(row)


def accept(tx: Connection, proposal_id: str, line: CaseLine, by: str) -> Proposal:
    """Accept it as `line`, which the person may have completed and which is known to be right. Conflict if decided."""
    return _decide(tx, replace(load(tx, proposal_id), line=line), ProposalStatus.ACCEPTED, by, None)


def refuse(tx: Connection, proposal_id: str, by: str, why: str) -> Proposal:
    """Refuse it and say why. Conflict if decided."""
    return _decide(tx, load(tx, proposal_id), ProposalStatus.REFUSED, by, why)


def _decide(tx: Connection, proposal: Proposal, status: ProposalStatus, by: str, why: str | None) -> Proposal:
    decided = replace(proposal, status=status, decided_by=by, decided_at=clock.now(), decided_why=why)
    table = case_proposals.c
    still_open = (table.id == proposal.id) & (table.status == ProposalStatus.PROPOSED)
    if tx.execute(update(case_proposals).where(still_open).values(_values(decided))).rowcount == 0:
        raise Conflict(f"This proposal was {proposal.status} by {proposal.decided_by} already.")
    return decided


def _values(proposal: Proposal) -> dict[str, str | None]:
    return {
        "id": proposal.id,
        "source": proposal.source,
        "status": proposal.status,
        "content": to_json(proposal.line),
        "conversation_id": proposal.conversation_id,
        "proposed_by": proposal.proposed_by,
        "proposed_at": proposal.proposed_at,
        "decided_by": proposal.decided_by,
        "decided_at": proposal.decided_at,
        "decided_why": proposal.decided_why,
    }


def _proposal(row: RowMapping) -> Proposal:
    return Proposal(
        id=row["id"],
        source=Source(row["source"]),
        status=ProposalStatus(row["status"]),
        line=of_json(row["content"]),
        conversation_id=row["conversation_id"],
        proposed_by=row["proposed_by"],
        proposed_at=row["proposed_at"],
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        decided_why=row["decided_why"],
    )
