"""Owns reading the events of the outbox back as what they were, and saying in a sentence what was done.

Refuses topics that are not about tickets.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.desk.contacts import TicketContact
from bot.desk.notices import THE_CUSTOMER, THE_DESK, SentFile, TicketMerge, TicketMessage, TicketNotice
from bot.desk.outside import in_console
from bot.events.outbox import EVENTS, Topic
from bot.handoff.hand_off import TicketCreated
from bot.handoff.ticket import TicketStatus
from bot.integrations.ticketing import Event
from bot.promises.promise import PromiseNotice
from bot.storage.record import decode

__all__ = ["CLOSING", "OPENING", "PAYLOADS", "TicketMessage", "file_note", "read", "told"]

Payload = TicketCreated | TicketMessage | TicketContact | PromiseNotice | TicketNotice
PAYLOADS: Mapping[Topic, type[Payload]] = {
    **dict.fromkeys(EVENTS, TicketNotice),
    Topic.TICKET_CREATED: TicketCreated,
    Topic.TICKET_MESSAGE: TicketMessage,
    Topic.TICKET_CONTACT: TicketContact,
    Topic.TICKET_MERGED: TicketMerge,
    Topic.TICKET_JOINED: TicketMerge,
    Topic.PROMISE_DUE: PromiseNotice,
    Topic.PROMISE_BROKEN: PromiseNotice,
}
"""What `data` of each event is; docs/webhooks.md says it to receivers."""
CLOSING = frozenset({Topic.TICKET_RETURNED, Topic.TICKET_RESOLVED, Topic.TICKET_MERGED})
OPENING = frozenset({Topic.TICKET_REOPENED, Topic.TICKET_KEPT_OPEN})
_DONE = {
    Topic.TICKET_CLAIMED: "took the ticket",
    Topic.TICKET_TRANSFERRED: "gave the ticket to another team",
    Topic.TICKET_UNASSIGNED: "gave the ticket back to the queue",
    Topic.TICKET_RETURNED: "closed the ticket; the assistant goes on with the customer",
    Topic.TICKET_RESOLVED: "resolved the ticket",
    Topic.TICKET_CONTACT: "can be reached",
    Topic.PROMISE_DUE: "warns of a promise that is due soon",
    Topic.PROMISE_BROKEN: "marked a promise as not kept",
    Topic.TICKET_REOPENED: "opened the ticket again",
    Topic.TICKET_MERGED: "merged the ticket into another one",
    Topic.TICKET_JOINED: "merged another ticket into this one",
    Topic.TICKET_NOTED: "says",
    Topic.TICKET_KEPT_OPEN: "keeps the ticket open",
}


def read(event: Event) -> TicketCreated | TicketMessage | TicketNotice:
    """The value that was queued; what is neither of the first two, as a notice for the desk's eyes."""
    value = decode(PAYLOADS[Topic(event.topic)], event.payload)
    if isinstance(value, TicketContact):
        return _reachable(value)
    return _promise(value, event.occurred_at) if isinstance(value, PromiseNotice) else value


def _reachable(contact: TicketContact) -> TicketNotice:
    proven = "proven by a code" if contact.verified else "not proven, do not mail there"
    text = f"{contact.name} {contact.email}".strip() + f" ({proven})"
    return TicketNotice(
        contact.ticket_id, contact.conversation_id, TicketStatus.WAITING, 0, THE_CUSTOMER, text, contact.at
    )


def _promise(promise: PromiseNotice, at: str) -> TicketNotice:
    text = f"“{promise.sentence}”, by {promise.due_at}"
    return TicketNotice(promise.ticket_id, promise.conversation_id, TicketStatus.CLAIMED, 0, "The clock", text, at)


def told(topic: str, notice: TicketNotice) -> str:
    """What was done in Answerdesk, for the desk's eyes: `Maya (Answerdesk) resolved the ticket: …`."""
    done = _DONE.get(Topic(topic), str(notice.status))
    by = THE_DESK if notice.by == THE_DESK else f"{notice.by} ({THE_DESK})"
    return f"{by} {done}" + (f": {notice.text}" if notice.text else ".")


def file_note(message: TicketMessage, file: SentFile) -> str:
    """What the desk has to know of a file that the customer sent: its bytes stay in Answerdesk."""
    told = f"The customer sent a file: {file.name} ({file.media_type}, {file.size} bytes)."
    return f"{told} {in_console(message.ticket_id)}"
