"""Owns reading the events of the outbox back as what they were, and saying in a sentence what was done.

Refuses topics that are not about tickets.
"""

from __future__ import annotations

from bot.desk.notices import TicketMessage, TicketNotice
from bot.events.outbox import Topic
from bot.handoff.hand_off import TicketCreated
from bot.integrations.ticketing import Event
from bot.storage.record import decode

__all__ = ["CLOSING", "TicketMessage", "read", "told"]

CLOSING = frozenset({Topic.TICKET_RETURNED, Topic.TICKET_RESOLVED, Topic.TICKET_MERGED})
_DONE = {
    Topic.TICKET_CLAIMED: "took the ticket",
    Topic.TICKET_TRANSFERRED: "gave the ticket to another team",
    Topic.TICKET_RETURNED: "closed the ticket; the assistant goes on with the customer",
    Topic.TICKET_RESOLVED: "resolved the ticket",
    Topic.TICKET_REOPENED: "opened the ticket again",
    Topic.TICKET_MERGED: "merged the ticket into another one",
    Topic.TICKET_JOINED: "merged another ticket into this one",
}


def read(event: Event) -> TicketCreated | TicketMessage | TicketNotice:
    """The value that was queued."""
    if event.topic == Topic.TICKET_CREATED:
        return decode(TicketCreated, event.payload)
    if event.topic == Topic.TICKET_MESSAGE:
        return decode(TicketMessage, event.payload)
    return decode(TicketNotice, event.payload)


def told(topic: str, notice: TicketNotice) -> str:
    """What was done in Answerdesk, for the desk's eyes: `Maya (Answerdesk) resolved the ticket: …`."""
    done = _DONE.get(Topic(topic), str(notice.status))
    return f"{notice.by} (Answerdesk) {done}" + (f": {notice.text}" if notice.text else ".")
