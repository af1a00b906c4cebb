"""Owns Zendesk as a help desk: one ticket per ticket, transcript and context as private comments. Refuses public ones.

A ticket is found by its external id and made under an idempotency key; each later comment carries our key in the
metadata of its audit, where it is looked for whenever it may have been sent before. A public comment of ours could be
mailed to somebody nobody has verified; what an agent there writes in public comes back by webhook (outside_reply.py).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from pydantic import SecretStr

from bot.conversation.utterance import Speaker
from bot.desk.notices import TicketNotice
from bot.events.outbox import Topic
from bot.handoff.hand_off import TicketCreated
from bot.integrations.desk_calls import DeskCalls, Nothing
from bot.integrations.packet_text import SPEAKERS, context_note, parts, transcript_parts
from bot.integrations.ticket_events import CLOSING, OPENING, TicketMessage, file_note, read, told
from bot.integrations.ticketing import Claimed, Sent, Undelivered
from bot.integrations.webhook import gone_note

if TYPE_CHECKING:
    from bot.integrations.http_call import Client

NAME = "zendesk"
KEY = "answerdesk_key"
# A comment has 64 KiB; some room for what Zendesk adds.
MOST_COMMENT_BYTES = 60_000
LONGEST_SUBJECT = 150
PRIORITIES = {"urgent": "urgent", "high": "high", "low": "low"}


@dataclass(frozen=True, slots=True)
class _Ticket:
    id: int


@dataclass(frozen=True, slots=True)
class _Tickets:
    tickets: tuple[_Ticket, ...]


@dataclass(frozen=True, slots=True)
class _Made:
    ticket: _Ticket


@dataclass(frozen=True, slots=True)
class _Metadata:
    custom: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Audit:
    metadata: _Metadata = field(default_factory=_Metadata)


@dataclass(frozen=True, slots=True)
class _Page:
    has_more: bool = False
    after_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class _Audits:
    audits: tuple[_Audit, ...]
    meta: _Page = field(default_factory=_Page)


@dataclass(frozen=True, slots=True)
class Comment:
    """One private comment to be on the ticket, under its key."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Zendesk:
    """One Zendesk, as the user whose API token it is."""

    url: str
    email: str
    token: SecretStr

    @property
    def gone_note(self) -> str:
        """See Ticketing."""
        return gone_note(self.url)

    def deliver(self, client: Client, at: datetime, row: Claimed) -> Sent:  # noqa: ARG002 - the port's
        """See Ticketing."""
        user = f"{self.email}/token:{self.token.get_secret_value()}".encode()
        calls = DeskCalls(client, f"{self.url}/api/v2", {"authorization": f"Basic {base64.b64encode(user).decode()}"})
        event = read(row.event)
        try:
            if isinstance(event, TicketCreated):
                _create(calls, row, event)
            else:
                _follow(calls, row, event)
        except Undelivered as failure:
            return failure.sent
        return Sent(200)


def _create(calls: DeskCalls, row: Claimed, created: TicketCreated) -> None:
    first, *rest = _comments(row.event.key, created)
    ticket = _find(calls, created.ticket_id)
    there = _keys(calls, ticket) if ticket else frozenset()
    ticket = ticket or _new(calls, row, created, first)
    _comment_missing(calls, ticket, rest, there)


def _follow(calls: DeskCalls, row: Claimed, event: TicketMessage | TicketNotice) -> None:
    ticket = _find(calls, event.ticket_id)
    if ticket is None:
        raise Undelivered(Sent(None, "NoSuchTicketThere"))
    there = frozenset() if row.fresh else _keys(calls, ticket)
    _comment_missing(calls, ticket, _follow_up(row, event), there, _status_after(row.event.topic))


def _status_after(topic: str) -> Mapping[str, str]:
    if topic in CLOSING:
        return {"status": "solved"}
    return {"status": "open"} if topic in OPENING else {}


def _find(calls: DeskCalls, ticket_id: str) -> int | None:
    found = calls.get(_Tickets, f"/tickets.json?external_id={quote(ticket_id)}").tickets
    return found[0].id if found else None


def _new(calls: DeskCalls, row: Claimed, created: TicketCreated, first: Comment) -> int:
    ticket = {
        "subject": " ".join(created.goal.split())[:LONGEST_SUBJECT] or f"Answerdesk {created.ticket_id}",
        "external_id": created.ticket_id,
        "priority": PRIORITIES.get(created.priority, "normal"),
        "tags": ["answerdesk", *(_tag(tag) for tag in (created.reason, created.team, created.category) if tag)],
        **_said(first),
    }
    key = {"idempotency-key": row.event.key}
    return calls.write(_Made, "POST", "/tickets.json", {"ticket": ticket}, key).ticket.id


def _keys(calls: DeskCalls, ticket: int) -> frozenset[str]:
    """The keys of every change of the ticket."""
    keys: set[str] = set()
    cursor = ""
    while True:
        page = calls.get(_Audits, f"/tickets/{ticket}/audits.json?page[size]=100{cursor}")
        keys |= {str(audit.metadata.custom.get(KEY)) for audit in page.audits}
        if not (page.meta.has_more and page.meta.after_cursor):
            return frozenset(keys)
        cursor = f"&page[after]={quote(page.meta.after_cursor)}"


def _comments(key: str, created: TicketCreated) -> Iterator[Comment]:
    for number, part in enumerate(transcript_parts(created.packet.transcript, MOST_COMMENT_BYTES)):
        yield Comment(f"{key}:{number}", part)
    for number, part in enumerate(parts(context_note(created), MOST_COMMENT_BYTES)):
        yield Comment(f"{key}:note{number}", part)


def _follow_up(row: Claimed, event: TicketMessage | TicketNotice) -> Iterator[Comment]:
    if isinstance(event, TicketMessage):
        text = f"{SPEAKERS[Speaker.CUSTOMER]}:\n{event.text}"
        text += f"\n\n{file_note(event, event.file)}" if event.file else ""
    elif row.event.topic == Topic.TICKET_REPLIED:
        text = f"{event.by} (Answerdesk) to the customer:\n{event.text}"
    else:
        text = told(row.event.topic, event)
    for number, part in enumerate(parts(text, MOST_COMMENT_BYTES)):
        yield Comment(f"{row.event.key}:{number}", part)


def _comment_missing(
    calls: DeskCalls,
    ticket: int,
    comments: Iterable[Comment],
    there: frozenset[str],
    change: Mapping[str, str] | None = None,
) -> None:
    for comment in comments:
        if comment.key not in there:
            body = {"ticket": {**_said(comment), **(change or {})}}
            calls.write(Nothing, "PUT", f"/tickets/{ticket}.json", body)


def _said(comment: Comment) -> Mapping[str, object]:
    return {"comment": {"body": comment.text, "public": False}, "metadata": {KEY: comment.key}}


def _tag(text: str) -> str:
    """Zendesk's tags have no spaces."""
    return "_".join(text.split())
