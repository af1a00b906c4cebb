"""Owns what the ticket page shows. Refuses to change anything: the page calls /v1 for that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.answering.rendering import ShownBlock, render
from bot.api.message_shapes import MessageBody, message_body
from bot.assist import record
from bot.assist.record import Suggestion
from bot.console.queue_view import Line, line
from bot.conversation import conversations, messages
from bot.conversation.conversations import Conversation
from bot.customers import records
from bot.customers.records import Customer
from bot.desk import contacts, filled_macros, history, notes, tickets
from bot.desk.accounts import Account
from bot.desk.contacts import Contact
from bot.desk.history import Entry
from bot.desk.notes import WrittenNote
from bot.events import log
from bot.feedback import survey
from bot.feedback.survey import Survey
from bot.handoff.facts import extract
from bot.handoff.macros import Macro
from bot.handoff.packet import Fact, FactKind
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import OPEN, Ticket
from bot.storage import clock
from kb_ingest.article import Visibility


@dataclass(frozen=True, slots=True)
class Offer:
    """A suggestion with its text as blocks; `place` is 1 for the best."""

    place: int
    suggestion: Suggestion
    blocks: tuple[ShownBlock, ...]
    internal: bool


@dataclass(frozen=True, slots=True)
class TicketView:
    """One ticket with everything beside it; `after` is the event up to which it is complete.

    `facts` are those of the conversation as it is now: what was given since the handoff is not asked again either.
    """

    line: Line
    ticket: Ticket
    conversation: Conversation
    customer: Customer | None
    contact: Contact | None
    said: tuple[MessageBody, ...]
    offers: tuple[Offer, ...]
    draft: tuple[ShownBlock, ...]
    facts: tuple[Fact, ...]
    fact_names: Mapping[FactKind, str]
    is_open: bool
    snoozed: bool
    notes: tuple[WrittenNote, ...]
    history: tuple[Entry, ...]
    macros: tuple[Macro, ...]
    teams: Mapping[str, str]
    survey: Survey | None
    after: int


def look(
    tx: Connection, policies: HandoffPolicies, account: Account, company: str, ticket_id: str
) -> TicketView:
    """The ticket as it is now; NotFound when there is none."""
    ticket = tickets.load(tx, ticket_id)
    conversation = conversations.load(tx, ticket.conversation_id)
    said = messages.transcript(tx, conversation.id)
    offered = record.current(tx, conversation.id)
    return TicketView(
        line=line(tx, policies, ticket, account.id),
        ticket=ticket,
        conversation=conversation,
        customer=records.load(tx, conversation.customer_id) if conversation.customer_id else None,
        contact=_reachable(tx, conversation.id),
        said=tuple(message_body(message) for message in said),
        offers=tuple(_offer(place, suggestion) for place, suggestion in enumerate(offered, 1)),
        draft=render(ticket.packet.draft_reply or ""),
        facts=extract(messages.utterances(said), policies.facts, conversation.region),
        fact_names=policies.notes.fact_names,
        is_open=ticket.status in OPEN,
        snoozed=(ticket.snoozed_until or "") > clock.now(),
        notes=notes.of_ticket(tx, ticket),
        history=history.of_ticket(tx, ticket),
        macros=filled_macros.filled(tx, policies.macros, ticket, account, company),
        teams=policies.routing.teams,
        survey=survey.of_ticket(tx, ticket_id),
        after=log.last_id(tx),
    )


def _reachable(tx: Connection, conversation_id: str) -> Contact | None:
    said = contacts.of(tx, conversation_id)
    return said if said and said.email else None


def _offer(place: int, suggestion: Suggestion) -> Offer:
    proposal = suggestion.proposal
    return Offer(place, suggestion, render(proposal.text), proposal.visibility is not Visibility.PUBLIC)
