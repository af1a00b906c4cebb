"""Owns the JSON of what customers are given beyond the policy. Refuses to be sent to a visitor."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from bot.allowances.concession import Concession, ConcessionStatus, Standing
from bot.allowances.give import LONGEST_NOTE
from bot.api.conversation_shapes import ClientId, Sent
from bot.api.field_types import PolicyKey

MOST_AMOUNT = 10**9


class ConcessionPost(Sent):
    """`amount` in the smallest unit of the currency (cents). `ask`: above the limit it waits for a lead."""

    client_id: ClientId
    kind: PolicyKey
    amount: Annotated[int, Field(strict=True, ge=1, le=MOST_AMOUNT)]
    reason: PolicyKey
    note: Annotated[str, StringConstraints(max_length=LONGEST_NOTE)] = ""
    ask: bool = False


class DecisionPost(Sent):
    """A lead's answer; whoever asked reads the reason."""

    approve: bool
    reason: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NOTE)]


class ConcessionBody(BaseModel):
    """Something given or asked for; `decided_by` is null for what was within the giver's own limit."""

    id: str
    ticket_id: str
    kind: str
    amount: int
    currency: str
    reason: str
    note: str
    status: ConcessionStatus
    asked_by: str
    asked_at: str
    decided_by: str | None
    decided_at: str | None
    answer: str


class AllowanceBody(BaseModel):
    """What the caller may give of one kind on this ticket, and what was given, in the currency's smallest unit."""

    kind: str
    title: str
    currency: str
    digits: int
    per_ticket: int
    per_customer: int
    times: int
    on_ticket: int
    to_customer: int
    times_given: int
    left: int


class ConcessionsBody(BaseModel):
    """The allowances of the caller and everything given or asked for on the ticket, oldest first."""

    allowances: list[AllowanceBody]
    concessions: list[ConcessionBody]


def concession_body(concession: Concession) -> ConcessionBody:
    """A stored concession."""
    return ConcessionBody.model_validate(concession, from_attributes=True)


def allowance_body(standing: Standing, title: str) -> AllowanceBody:
    """The allowance of one kind."""
    sums = ("kind", "per_ticket", "per_customer", "times", "on_ticket", "to_customer", "times_given", "left")
    told = {name: getattr(standing, name) for name in sums}
    return AllowanceBody(title=title, currency=standing.currency.code, digits=standing.currency.digits, **told)
