"""Owns which episode of a conversation is over and may be asked about: a resolved ticket, or a question that the bot
answered alone. Refuses to ask: survey.py does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from bot.conversation import conversations, messages
from bot.conversation.conversations import State
from bot.conversation.language import detect
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker
from bot.decision.small_talk import kind_of
from bot.desk import tickets
from bot.handoff.policies import HandoffPolicies
from bot.handoff.shown_turns import citations_of
from bot.handoff.survey_policy import Helper
from bot.handoff.ticket import Ticket, TicketStatus
from bot.storage import clock

OF_BOT = "answer-"
"""How the ids of episodes begin that had no ticket; the number of the bot's last answer follows."""


@dataclass(frozen=True, slots=True)
class Episode:
    """What is asked about from `since` on; `message_id` is the bot's last answer, of one without a ticket.

    `language` is what the customer wrote in.
    """

    id: str
    conversation_id: str
    ticket_id: str | None
    message_id: int | None
    language: str
    since: str

    @property
    def helper(self) -> Helper:
        """Who helped in it."""
        return Helper.BOT if self.ticket_id is None else Helper.PERSON


def of_ticket(ticket: Ticket) -> Episode:
    """The episode that ended with the ticket."""
    over = ticket.closed_at or ticket.created_at
    return Episode(ticket.id, ticket.conversation_id, ticket.id, None, ticket.packet.language, over)


def last(tx: Connection, policies: HandoffPolicies, conversation_id: str, quiet: timedelta) -> Episode | None:
    """The conversation's last episode, if nothing is going on: one of the bot's is over when nothing was said for as
    long as `quiet`, or the customer said thanks or goodbye; until then `since` lies ahead."""
    conversation = conversations.load(tx, conversation_id)
    if conversation.erased_at is not None:
        return None
    ticket = tickets.latest(tx, conversation_id)
    if conversation.state is State.RESOLVED:
        return of_ticket(ticket) if ticket is not None and ticket.status is TicketStatus.RESOLVED else None
    if conversation.state is not State.OPEN:
        return None
    closed = (ticket.closed_at or "") if ticket else ""
    said = [one for one in messages.transcript(tx, conversation_id) if one.created_at > closed]
    return _of_bot(policies, said, conversation.language, quiet)


def _of_bot(policies: HandoffPolicies, said: Sequence[Message], language: str, quiet: timedelta) -> Episode | None:
    if not said or said[-1].role is not Speaker.BOT:
        return None
    over = False
    for at in range(len(said) - 1, -1, -1):
        message = said[at]
        if message.role is Speaker.CUSTOMER:
            kind = kind_of(message.text, policies.small_talk)
            if kind is None:
                return None  # what they asked last was not answered
            over = over or kind.id in policies.follow_ups.courtesies
        elif citations_of(message):
            asked = next((one.text for one in reversed(said[:at]) if one.role is Speaker.CUSTOMER), "")
            since = said[-1].created_at if over else clock.after(said[-1].created_at, quiet.total_seconds())
            spoken = detect(asked, language)
            return Episode(f"{OF_BOT}{message.id}", message.conversation_id, None, message.id, spoken, since)
    return None
