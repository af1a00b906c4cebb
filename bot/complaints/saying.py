"""Owns when a complaint's stage is due and the sentence that tells it, in their language. Refuses to send it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.complaints.complaint import Complaint, Step
from bot.desk import accounts
from bot.desk.accounts import Account
from bot.desk.customer_of import TicketCustomer
from bot.handoff.clock import after_business_minutes
from bot.handoff.complaint_policy import GOING_ON, Stage
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket
from bot.storage import clock


def received(policies: HandoffPolicies, customer: TicketCustomer, ticket: Ticket, now: str) -> Complaint:
    """A new complaint, as it is before anybody is in charge."""
    due = _due(policies, customer, Stage.RECEIVED, clock.read(now))
    return Complaint(
        ticket_id=ticket.id, conversation_id=ticket.conversation_id, stage=Stage.RECEIVED, stage_since=now, due_at=due,
        owner=None, root_cause=None, remedy=None, opened_at=now, closed_at=None, version=1,
    )  # fmt: skip


def received_again(policies: HandoffPolicies, customer: TicketCustomer, complaint: Complaint, now: str) -> Complaint:
    """A complaint that was over, before somebody is in charge of it again."""
    due, version = _due(policies, customer, Stage.RECEIVED, clock.read(now)), complaint.version + 1
    return replace(
        complaint, stage=Stage.RECEIVED, stage_since=now, due_at=due, owner=None, closed_at=None, version=version
    )


def said_again(policies: HandoffPolicies, customer: TicketCustomer, complaint: Complaint) -> str:
    """What the customer reads of it."""
    policy, wording = policies.complaints, policies.wording
    language = customer.language if customer.language in policy.again else wording.default_language
    by = wording.phrases(language).by_day(customer.region, clock.read(complaint.due_at or complaint.stage_since))
    return policy.again[language].format(number=complaint.number, by=by)


def after(
    policies: HandoffPolicies, customer: TicketCustomer, complaint: Complaint, step: Step, account: Account, now: str
) -> Complaint:
    """The complaint after the step. Who acknowledges it is in charge, or the lead who takes up an escalated one."""
    return replace(
        complaint,
        stage=step.stage,
        stage_since=now,
        due_at=_due(policies, customer, step.stage, clock.read(now)),
        owner=_in_charge(complaint, step, account),
        root_cause=step.root_cause or complaint.root_cause,
        remedy=step.remedy or complaint.remedy,
        closed_at=None if step.stage in GOING_ON else now,
        version=complaint.version + 1,
    )


def sentence(tx: Connection, policies: HandoffPolicies, customer: TicketCustomer, complaint: Complaint) -> str:
    """What the customer reads of the stage, with the due time it is measured by."""
    policy, wording = policies.complaints, policies.wording
    language = customer.language if customer.language in policy.says else wording.default_language
    due = clock.read(complaint.due_at) if complaint.due_at else None
    remedy = policy.remedies.get(complaint.remedy or "")
    return policy.says[language][complaint.stage].format(
        number=complaint.number,
        by=wording.phrases(language).by_day(customer.region, due) if due else "",
        name=accounts.load(tx, complaint.owner).name if complaint.owner else "",
        remedy=remedy.says[language] if remedy else "",
    )


def _in_charge(complaint: Complaint, step: Step, account: Account) -> str | None:
    if step.stage is Stage.ESCALATED:
        return account.id if account.viewer.may_lead else None
    if step.stage is Stage.ACKNOWLEDGED or complaint.stage is Stage.ESCALATED:
        return account.id
    return complaint.owner


def _due(policies: HandoffPolicies, customer: TicketCustomer, stage: Stage, now: datetime) -> str | None:
    """On a full minute, as it is told; None when nothing follows."""
    minutes = policies.complaints.minutes.get(stage)
    if minutes is None:
        return None
    return clock.write(after_business_minutes(customer.region, now, minutes).replace(second=0, microsecond=0))
