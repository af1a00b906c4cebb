"""Owns the routes of what customers are given beyond the policy. Refuses to decide what is allowed: allowances does."""

from __future__ import annotations

from fastapi import APIRouter

from bot.allowances import approve, given
from bot.allowances.concession import Concession, Wish
from bot.allowances.give import give
from bot.api import callers
from bot.api.callers import Caller, Credentials
from bot.api.concession_shapes import (
    ConcessionBody,
    ConcessionPost,
    ConcessionsBody,
    DecisionPost,
    allowance_body,
    concession_body,
)
from bot.api.service import Service, Serving
from bot.desk import tickets

router = APIRouter(tags=["desk"])


@router.get("/v1/tickets/{ticket_id}/concessions")
def list_concessions(ticket_id: str, service: Serving, caller: Caller) -> ConcessionsBody:
    """What the caller may give on this ticket, and what was given or asked for already."""
    policies = service.assistant.policies
    with service.assistant.database.snapshot() as tx:
        account = callers.desk(tx, caller)
        ticket = tickets.load(tx, ticket_id)
        standings = [given.standing(tx, policies, ticket, account, kind) for kind in policies.allowances.kinds]
        found = given.of_ticket(tx, ticket_id)
    return ConcessionsBody(
        allowances=[allowance_body(standing, policies.allowances.kinds[standing.kind]) for standing in standings],
        concessions=[concession_body(concession) for concession in found],
    )


@router.post("/v1/tickets/{ticket_id}/concessions")
def give_concession(ticket_id: str, body: ConcessionPost, service: Serving, caller: Caller) -> ConcessionBody:
    """Give within one's limit; above it refused (`over_allowance`), or with `ask` put before a lead."""
    wish = Wish(body.kind, body.amount, body.reason, body.note, body.client_id)
    concession = _given(service, caller, ticket_id, wish, ask=body.ask)
    service.committed(concession.conversation_id)
    return concession_body(concession)


@router.post("/v1/concessions/{concession_id}/decide")
def decide(concession_id: str, body: DecisionPost, service: Serving, caller: Caller) -> ConcessionBody:
    """Approve or deny what an agent asked for, within one's own limit."""
    policies = service.assistant.policies
    with service.assistant.database.transaction() as tx:
        account = callers.lead(tx, caller, changes=True)
        decided = approve.decide(tx, policies, concession_id, account, approve=body.approve, reason=body.reason)
    service.committed(decided.conversation_id)
    return concession_body(decided)


def _given(service: Service, caller: Credentials, ticket_id: str, wish: Wish, *, ask: bool) -> Concession:
    """Sums and grant in one transaction: between two, somebody else could give the same money once more."""
    with service.assistant.database.transaction() as tx:
        account = callers.desk(tx, caller, changes=True)
        return give(tx, service.assistant.policies, ticket_id, account, wish, ask=ask)
