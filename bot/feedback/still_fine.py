"""Owns asking once, some days after a ticket was resolved, whether it is still fine, and what follows from the answer.

The question is recorded with the message that asks it, before anything is sent. Refuses to ask twice, outside opening
times, or somebody who wrote meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import Connection, select, update

from bot.conversation import conversations, messages
from bot.conversation.conversations import State
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Decision, HandOff, Reason
from bot.desk import customer_of, notices, tickets
from bot.desk.notices import Work
from bot.desk.reopen import reopen
from bot.errors import Conflict, NotFound
from bot.handoff.clock import is_open
from bot.handoff.policies import HandoffPolicies
from bot.handoff.still_fine_policy import StillFineWords
from bot.handoff.ticket import Ticket, TicketStatus, from_row
from bot.storage import clock
from bot.storage.care_tables import still_fine
from bot.storage.once import insert_once
from bot.storage.tables import conversations as conversation_rows
from bot.storage.tables import tickets as ticket_rows

MOST_AT_ONCE = 200
QUESTION = "still-fine:"
"""How the client ids of the messages that ask begin."""
NOT_FINE = "The customer was asked whether it is still fine, and it is not."
WANTS_PERSON = "The customer was asked whether it is still fine, and asked for a person."


class Answer(StrEnum):
    """What the customer said."""

    FINE = "fine"
    NOT_FINE = "not_fine"


@dataclass(frozen=True, slots=True)
class Answered:
    """What was said about which ticket, and false when it had been said before."""

    ticket_id: str
    answer: Answer
    created: bool


def due(tx: Connection, policies: HandoffPolicies, now: str) -> tuple[Ticket, ...]:
    """Whose customers are to be asked at `now`, the longest resolved first."""
    return tuple(ticket for ticket in _candidates(tx, policies, now) if _is_due(tx, policies, ticket, now))


def ask(tx: Connection, policies: HandoffPolicies, ticket: Ticket, now: str) -> Message | None:
    """Record the question and say it in the conversation; None when it was asked before or is not due any more."""
    if not _is_due(tx, policies, tickets.load(tx, ticket.id), now):
        return None
    row = {"ticket_id": ticket.id, "conversation_id": ticket.conversation_id, "asked_at": now}
    if not insert_once(tx, still_fine, row, "ticket_id"):
        return None
    question = words(policies, ticket).question
    asked = messages.append(
        tx, ticket.conversation_id, Speaker.SYSTEM, question, client_id=_key(ticket)
    ).message
    notices.worked(tx, ticket, None, Work.ASKED_STILL_FINE)
    return asked


def asks(message: Message) -> bool:
    """Whether it is the question."""
    return message.role is Speaker.SYSTEM and (message.client_id or "").startswith(QUESTION)


def open_question(tx: Connection, conversation_id: str) -> Ticket | None:
    """The ticket whose customer was asked and has not answered, while nothing else was said since."""
    resolved = conversations.load(tx, conversation_id).state is State.RESOLVED
    return _unanswered(tx, conversation_id) if resolved else None


def answer(tx: Connection, policies: HandoffPolicies, conversation_id: str, ticket_id: str, *, fine: bool) -> Answered:
    """Take the answer of a button: it stands in the conversation as the customer's. The same again changes nothing.

    NotFound for a ticket that was not asked about here, Conflict when it was answered otherwise or goes on elsewhere.
    """
    ticket = tickets.load(tx, ticket_id)
    before = tx.execute(select(still_fine).where(still_fine.c.ticket_id == ticket_id)).mappings().first()
    if before is None or ticket.conversation_id != conversation_id:
        raise NotFound("Nobody asked about this ticket.")
    said = Answer.FINE if fine else Answer.NOT_FINE
    if before["answer"] is not None:
        if before["answer"] != said:
            raise Conflict("This question was answered already; just write here.")
        return Answered(ticket_id, said, created=False)
    if open_question(tx, conversation_id) is None:
        raise Conflict("The conversation went on since; just write here.")
    spoken = words(policies, ticket)
    text = spoken.yes if fine else spoken.no
    message = messages.append(tx, conversation_id, Speaker.CUSTOMER, text).message
    _carry_out(tx, policies, ticket, said, message)
    return Answered(ticket_id, said, created=True)


def listen(tx: Connection, policies: HandoffPolicies, message: Message, *, unclear_is_no: bool) -> None:
    """An answer in the customer's own words to an open question ends the ticket, or opens the same one again."""
    asked = open_question(tx, message.conversation_id)
    if asked is not None:
        heard(tx, policies, asked, message, unclear_is_no=unclear_is_no)


def heard(
    tx: Connection, policies: HandoffPolicies, ticket: Ticket, message: Message, *, unclear_is_no: bool
) -> Answer | None:
    """Take an answer in the customer's own words to the question about `ticket`; None when it is none."""
    yes = policies.still_fine.is_yes(message.text)
    if yes is None and not unclear_is_no:
        return None
    said = Answer.FINE if yes else Answer.NOT_FINE
    _carry_out(tx, policies, ticket, said, message)
    return said


def wants_person(
    tx: Connection, policies: HandoffPolicies, ticket: Ticket, noted: Message | None, why: str = WANTS_PERSON
) -> None:
    """Who asks for a person while the question about `ticket` is open has said no; `noted` is what they wrote."""
    _keep(tx, ticket, Answer.NOT_FINE)
    key = messages.reply_key(noted) if noted and messages.reply_to(tx, noted) is None else None
    reopen(tx, policies, ticket, why, client_id=key)


def answered_by(tx: Connection, policies: HandoffPolicies, message: Message, decision: Decision) -> bool:
    """True when what was decided about the message makes it a no: it asks for a person, or goes on about the ticket."""
    match decision:
        case HandOff(reason=Reason.ASKED_FOR_PERSON):
            return answered_by_wish(tx, policies, message)
        case HandOff(reason=Reason.FOLLOW_UP):
            return answered_by_wish(tx, policies, message, NOT_FINE)
        case _:
            return False


def answered_by_wish(
    tx: Connection, policies: HandoffPolicies, message: Message, why: str = WANTS_PERSON
) -> bool:
    """The wish for a person in words is a no as well, if it is the first thing that was said after the question."""
    ticket = _unanswered(tx, message.conversation_id)
    if ticket is None:
        return False
    said = messages.transcript(tx, message.conversation_id)
    asked = next((one.id for one in said if one.client_id == _key(ticket)), None)
    if asked is None or any(one.role is Speaker.CUSTOMER and asked < one.id < message.id for one in said):
        return False
    wants_person(tx, policies, ticket, message, why)
    return True


def words(policies: HandoffPolicies, ticket: Ticket) -> StillFineWords:
    """What is said, in the language that the customer wrote in when the ticket was opened."""
    language, _ = policies.wording.spoken(ticket.packet.language)
    return policies.still_fine.says[language]


def _carry_out(
    tx: Connection, policies: HandoffPolicies, ticket: Ticket, said: Answer, message: Message
) -> None:
    _keep(tx, ticket, said)
    key = messages.reply_key(message)
    if said is Answer.NOT_FINE:
        reopen(tx, policies, ticket, NOT_FINE, client_id=key)
        return
    thanks = words(policies, ticket).thanks
    messages.append(tx, ticket.conversation_id, Speaker.SYSTEM, thanks, client_id=key)
    notices.worked(tx, ticket, None, Work.SAID_FINE)


def _keep(tx: Connection, ticket: Ticket, said: Answer) -> None:
    values = {"answer": said, "answered_at": clock.now()}
    tx.execute(update(still_fine).where(still_fine.c.ticket_id == ticket.id).values(values))


def _key(ticket: Ticket) -> str:
    """The client id of the message that asks."""
    return f"{QUESTION}{ticket.id}"


def _unanswered(tx: Connection, conversation_id: str) -> Ticket | None:
    ticket = tickets.latest(tx, conversation_id)
    if ticket is None or ticket.status is not TicketStatus.RESOLVED:
        return None
    asked = select(still_fine.c.ticket_id).where(still_fine.c.ticket_id == ticket.id, still_fine.c.answer.is_(None))
    return ticket if tx.execute(asked).first() is not None else None


def _candidates(tx: Connection, policies: HandoffPolicies, now: str) -> Iterator[Ticket]:
    policy = policies.still_fine
    if not policy.ask:
        return
    newest, oldest = (_days_before(now, days) for days in (policy.shortest_wait_days, policy.longest_wait_days))
    query = (
        select(ticket_rows)
        .join(conversation_rows, conversation_rows.c.id == ticket_rows.c.conversation_id)
        .where(
            ticket_rows.c.status == TicketStatus.RESOLVED,
            ticket_rows.c.closed_at.between(oldest, newest),
            ticket_rows.c.id.not_in(select(still_fine.c.ticket_id)),
            conversation_rows.c.state == State.RESOLVED,
            conversation_rows.c.erased_at.is_(None),
        )
        .order_by(ticket_rows.c.closed_at, ticket_rows.c.id)
    )
    yield from (from_row(row) for row in tx.execute(query).mappings())


def _is_due(tx: Connection, policies: HandoffPolicies, ticket: Ticket, now: str) -> bool:
    policy, days = policies.still_fine, policies.still_fine.wait_days(ticket)
    if days is None or ticket.status is not TicketStatus.RESOLVED or ticket.closed_at is None:
        return False
    if not _days_before(now, days + policy.late_days) <= ticket.closed_at <= _days_before(now, days):
        return False
    last = tickets.latest(tx, ticket.conversation_id)
    if last is None or last.id != ticket.id:
        return False
    if conversations.load(tx, ticket.conversation_id).state is not State.RESOLVED:
        return False
    return is_open(customer_of.of_ticket(tx, policies, ticket).region, clock.read(now))


def _days_before(now: str, days: int) -> str:
    return clock.write(clock.read(now) - timedelta(days=days))
