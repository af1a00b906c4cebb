"""Owns what the ticket page shows. Refuses to change anything: the page calls /v1 for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.allowances import given
from bot.allowances.concession import Concession, Standing
from bot.answering.rendering import ShownBlock, render
from bot.api.mail_shapes import MailSideBody, mail_side
from bot.api.message_shapes import MessageBody, message_body
from bot.assist.extras import offered
from bot.complaints import ledger as complaints
from bot.complaints.complaint import Complaint
from bot.console import offers_view
from bot.console.offers_view import Offer
from bot.console.queue_view import Line, line
from bot.conversation import conversations, joins, messages, read_marks
from bot.conversation.conversations import Conversation
from bot.conversation.messages import Message
from bot.conversation.read_marks import Reader, ReadMark
from bot.conversation.utterance import Speaker
from bot.desk import (
    accounts,
    contacts,
    filled_macros,
    history,
    merges,
    notes,
    offers,
    record_of,
    take_back,
    tickets,
    timeline,
)
from bot.desk.accounts import Account
from bot.desk.contacts import Contact
from bot.desk.history import Entry
from bot.desk.notes import WrittenNote
from bot.desk.record_of import Record
from bot.feedback import survey
from bot.feedback.survey import Survey
from bot.handoff.complaint_policy import Remedy
from bot.handoff.facts import extract
from bot.handoff.macros import Filled
from bot.handoff.packet import Fact, FactKind
from bot.handoff.policies import HandoffPolicies
from bot.handoff.promise_policy import PromiseKind
from bot.handoff.ticket import OPEN, Ticket
from bot.promises import ledger
from bot.promises.promise import Promise
from bot.respond import Responder
from bot.storage import clock

# Of a long conversation the page shows this many messages, until its reader wants the rest.
SHOWN_MESSAGES = 200


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of a conversation is wanted: every message, or the newest; what the customer gave in it, or not."""

    whole: bool = False
    facts: bool = True


@dataclass(frozen=True, slots=True)
class LaidBefore:
    """Another ticket that waits for the reader, to be taken by `take_by` (ISO UTC)."""

    ticket: Ticket
    take_by: str


@dataclass(frozen=True, slots=True)
class Given:
    """A concession, with what and how much for people."""

    concession: Concession
    written: str


@dataclass(frozen=True, slots=True)
class TicketView:
    """One ticket with everything beside it.

    `read_by_customer` is the newest of the desk's messages that the customer was shown, 0 when none was;
    `read_by_desk` how far the desk has read. `facts` are those of the conversation as it is now: what was given since
    the handoff is not asked again either. `said` is what is shown, after `earlier` messages that are not.
    `reopen_until` is None for who cannot take back its closing.
    """

    line: Line
    ticket: Ticket
    conversation: Conversation
    known: Record | None
    contact: Contact | None
    said: tuple[MessageBody, ...]
    earlier: int
    offers: tuple[Offer, ...]
    draft: tuple[ShownBlock, ...]
    facts: tuple[Fact, ...]
    fact_names: Mapping[FactKind, str]
    is_open: bool
    snoozed: bool
    notes: tuple[WrittenNote, ...]
    mentioned: bool
    history: tuple[Entry, ...]
    macros: tuple[Filled, ...]
    greeting: str
    teams: Mapping[str, str]
    survey: Survey | None
    read_by_customer: int
    read_by_desk: int
    timeline: tuple[timeline.Contact, ...]
    mail: MailSideBody | None
    promises: tuple[Promise, ...]
    promise_kinds: tuple[PromiseKind, ...]
    promise_warning: int
    complaint: Complaint | None
    complaint_late: bool
    root_causes: Mapping[str, str]
    remedies: Mapping[str, Remedy]
    allowances: tuple[Standing, ...]
    allowance_days: int
    concessions: tuple[Given, ...]
    concession_kinds: Mapping[str, str]
    concession_reasons: Mapping[str, str]
    names: Mapping[str, str]
    colleagues: tuple[Account, ...]
    tier: str | None
    merged_into: Ticket | None
    joined: tuple[Ticket, ...]
    laid_before: tuple[LaidBefore, ...]
    reopen_until: str | None


def look(
    tx: Connection, parts: Responder, policies: HandoffPolicies, account: Account, company: str, ticket_id: str,
    extent: Extent,
) -> TicketView:  # fmt: skip
    """The ticket as it is now; NotFound when there is none."""
    ticket = tickets.load(tx, ticket_id)
    conversation = conversations.load(tx, ticket.conversation_id)
    said = joins.transcript(tx, conversation.id)
    marks = read_marks.of_conversation(tx, conversation.id)
    complaint, known = complaints.find(tx, ticket_id), record_of.of_conversation(tx, conversation.id)
    earlier = 0 if extent.whole else max(0, len(said) - SHOWN_MESSAGES)
    return TicketView(
        line=line(tx, policies, ticket, account.id),
        ticket=ticket,
        conversation=conversation,
        known=known,
        contact=_reachable(tx, conversation.id),
        said=tuple(message_body(message) for message in said[earlier:]),
        earlier=earlier,
        offers=offers_view.shown((one.id, one.proposal, extra) for one, extra in offered(tx, parts, ticket)),
        draft=render(ticket.packet.draft_reply or ""),
        facts=extract(messages.utterances(said), policies.facts, conversation.region) if extent.facts else (),
        fact_names=policies.notes.fact_names,
        is_open=ticket.status in OPEN,
        snoozed=(ticket.snoozed_until or "") > clock.now(),
        notes=notes.of_ticket(tx, ticket),
        mentioned=notes.is_called(tx, ticket_id, account),
        history=history.of_ticket(tx, ticket),
        macros=filled_macros.filled(tx, policies.macros, ticket, account, company),
        greeting=filled_macros.greeting(tx, policies.macros, ticket, account, company),
        teams=policies.routing.teams,
        survey=survey.of_ticket(tx, ticket_id),
        read_by_customer=_read_by_customer(
            [one for one in said if one.conversation_id == conversation.id], marks.get(Reader.CUSTOMER)
        ),
        read_by_desk=marks[Reader.DESK].message_id if Reader.DESK in marks else 0,
        timeline=timeline.of_customer(tx, known.customer) if known else (),
        mail=mail_side(tx, conversation.id),
        promises=ledger.of_ticket(tx, ticket_id),
        promise_kinds=tuple(policies.promises.kinds.values()),
        promise_warning=policies.promises.warn_minutes,
        complaint=complaint,
        complaint_late=complaint is not None and complaint.overdue(clock.now()),
        root_causes=policies.complaints.root_causes,
        remedies=policies.complaints.remedies,
        allowances=_allowances(tx, policies, ticket, account),
        allowance_days=policies.allowances.period_days,
        concessions=_given(tx, policies, ticket_id),
        concession_kinds=policies.allowances.kinds,
        concession_reasons=policies.allowances.reasons,
        names={each.id: each.name for each in accounts.every(tx)},
        colleagues=_colleagues(tx, ticket, account),
        tier=policies.tier_label(known.tier) if known else None,
        merged_into=_merged_into(tx, ticket),
        joined=merges.every_joined(tx, ticket_id),
        laid_before=_laid_before(tx, account, ticket),
        reopen_until=take_back.until(tx, policies, ticket, account),
    )


def _colleagues(tx: Connection, ticket: Ticket, account: Account) -> tuple[Account, ...]:
    """Whom the ticket can be handed over to."""
    able = (one for one in accounts.every(tx) if one.viewer.may_work_tickets and not one.disabled)
    return tuple(one for one in able if one.id not in (account.id, ticket.assignee))


def _merged_into(tx: Connection, ticket: Ticket) -> Ticket | None:
    """Where it goes on, None for a ticket that was not merged."""
    surviving = merges.surviving(tx, ticket)
    return surviving if surviving.id != ticket.id else None


def _laid_before(tx: Connection, account: Account, ticket: Ticket) -> tuple[LaidBefore, ...]:
    """What else the reader is to take; the ticket itself says so in its head."""
    others = (one for one in offers.before(tx, account.id) if one.ticket_id != ticket.id)
    return tuple(LaidBefore(tickets.load(tx, one.ticket_id), one.take_by) for one in others)


def _allowances(
    tx: Connection, policies: HandoffPolicies, ticket: Ticket, account: Account
) -> tuple[Standing, ...]:
    return tuple(given.standing(tx, policies, ticket, account, kind) for kind in policies.allowances.kinds)


def _given(tx: Connection, policies: HandoffPolicies, ticket_id: str) -> tuple[Given, ...]:
    return tuple(Given(one, given.written(policies, one)) for one in given.of_ticket(tx, ticket_id))


def _reachable(tx: Connection, conversation_id: str) -> Contact | None:
    said = contacts.of(tx, conversation_id)
    return said if said and said.email else None


def _read_by_customer(said: Sequence[Message], mark: ReadMark | None) -> int:
    reach = mark.message_id if mark else 0
    return max((one.id for one in said if one.role is Speaker.AGENT and one.id <= reach), default=0)
