"""Owns Chatwoot as a help desk: one conversation per ticket in an API inbox. Refuses to trust a first try.

Chatwoot has no idempotency keys. So whatever is made carries our key, and what may have been tried before is looked for
first: the contact by its identifier, the conversation and each message by a key in their attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.conversation.utterance import Speaker
from bot.desk.notices import TicketNotice
from bot.events.outbox import Topic
from bot.handoff.hand_off import TicketCreated
from bot.integrations.desk_calls import DeskCalls, Nothing
from bot.integrations.packet_text import context_note
from bot.integrations.ticket_events import CLOSING, OPENING, TicketMessage, file_note, read, told
from bot.integrations.ticketing import Claimed, Sent, Undelivered
from bot.integrations.webhook import gone_note

if TYPE_CHECKING:
    from bot.integrations.http_call import Client

NAME = "chatwoot"
TICKET, KEY = "answerdesk_ticket", "answerdesk_key"
PAGE = 100


@dataclass(frozen=True, slots=True)
class _Contact:
    id: int
    identifier: str | None = None


@dataclass(frozen=True, slots=True)
class _Contacts:
    payload: tuple[_Contact, ...]


@dataclass(frozen=True, slots=True)
class _NewContact:
    contact: _Contact


@dataclass(frozen=True, slots=True)
class _ContactMade:
    payload: _NewContact


@dataclass(frozen=True, slots=True)
class _Conversation:
    id: int
    custom_attributes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Conversations:
    payload: tuple[_Conversation, ...]


@dataclass(frozen=True, slots=True)
class _Message:
    id: int
    content_attributes: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class _Messages:
    payload: tuple[_Message, ...]


@dataclass(frozen=True, slots=True)
class Post:
    """One message to be in the conversation, under its key."""

    key: str
    text: str
    by: Speaker = Speaker.SYSTEM
    private: bool = False


@dataclass(frozen=True, slots=True)
class Chatwoot:
    """One API inbox of one account."""

    url: str
    account: int
    inbox: int
    token: SecretStr

    @property
    def gone_note(self) -> str:
        """See Ticketing."""
        return gone_note(self.url)

    def deliver(self, client: Client, at: datetime, row: Claimed) -> Sent:  # noqa: ARG002 - the port's
        """See Ticketing."""
        root = f"{self.url}/api/v1/accounts/{self.account}"
        calls = DeskCalls(client, root, {"api_access_token": self.token.get_secret_value()})
        event = read(row.event)
        try:
            if isinstance(event, TicketCreated):
                self._create(calls, row, event)
            else:
                self._follow(calls, row, event)
        except Undelivered as failure:
            return failure.sent
        return Sent(200)

    def _create(self, calls: DeskCalls, row: Claimed, created: TicketCreated) -> None:
        contact = self._contact(calls, created) or self._new_contact(calls, created)
        talk = _talk(calls, contact, created.ticket_id)
        there = _keys(calls, talk) if talk else frozenset()
        talk = talk or self._new_talk(calls, contact, created)
        _post_missing(calls, talk, _posts(row.event.key, created), there)

    def _follow(self, calls: DeskCalls, row: Claimed, event: TicketMessage | TicketNotice) -> None:
        contact = self._contact(calls, event)
        talk = _talk(calls, contact, event.ticket_id) if contact else None
        if talk is None:
            raise Undelivered(Sent(None, "NoSuchTicketThere"))
        there = frozenset() if row.fresh else _keys(calls, talk)
        _post_missing(calls, talk, _follow_up(row, event), there)
        if row.event.topic in CLOSING | OPENING:
            status = "resolved" if row.event.topic in CLOSING else "open"
            calls.write(Nothing, "POST", f"/conversations/{talk}/toggle_status", {"status": status})

    def _contact(self, calls: DeskCalls, event: TicketCreated | TicketMessage | TicketNotice) -> int | None:
        name = _identifier(event)
        found = calls.get(_Contacts, f"/contacts/search?q={name}").payload
        return next((contact.id for contact in found if contact.identifier == name), None)

    def _new_contact(self, calls: DeskCalls, created: TicketCreated) -> int:
        name = created.customer.name if created.customer else ""
        body = {
            "inbox_id": self.inbox,
            "identifier": _identifier(created),
            "name": name or f"Visitor {created.conversation_id[:6]}",
            "custom_attributes": _known(created),
        }
        try:
            return calls.write(_ContactMade, "POST", "/contacts", body).payload.contact.id
        except Undelivered as failure:
            # Taken: an earlier try of ours was carried out late, after we had looked.
            made = self._contact(calls, created) if failure.sent.refused else None
            if made is None:
                raise
            return made

    def _new_talk(self, calls: DeskCalls, contact: int, created: TicketCreated) -> int:
        attributes = {TICKET: created.ticket_id, "team": created.team, "priority": created.priority}
        body = {
            "source_id": _identifier(created),
            "inbox_id": self.inbox,
            "contact_id": contact,
            "status": "open",
            "custom_attributes": attributes,
        }
        return calls.write(_Conversation, "POST", "/conversations", body).id


def _identifier(event: TicketCreated | TicketMessage | TicketNotice) -> str:
    """A contact for each of our conversations: an e-mail that somebody typed must not join two people."""
    return f"answerdesk-{event.conversation_id}"


def _known(created: TicketCreated) -> Mapping[str, str]:
    customer = created.customer
    if customer is None:
        return {}
    given = {"customer_number": customer.external_id, "plan": customer.plan, "region": customer.region}
    return {name: value for name, value in (given | {"tier": customer.tier}).items() if value}


def _talk(calls: DeskCalls, contact: int, ticket_id: str) -> int | None:
    found = calls.get(_Conversations, f"/contacts/{contact}/conversations").payload
    return next((talk.id for talk in found if talk.custom_attributes.get(TICKET) == ticket_id), None)


def _keys(calls: DeskCalls, talk: int) -> frozenset[str]:
    """The keys of everything in the conversation, read page by page from the beginning."""
    keys: set[str] = set()
    after = 0
    while page := calls.get(_Messages, f"/conversations/{talk}/messages?after={after}").payload:
        keys |= {str((message.content_attributes or {}).get(KEY)) for message in page}
        after = max(message.id for message in page)
        if len(page) < PAGE:
            break
    return frozenset(keys)


def _posts(key: str, created: TicketCreated) -> Iterator[Post]:
    for number, one in enumerate(created.packet.transcript):
        yield Post(f"{key}:{number}", one.text, one.speaker)
    yield Post(f"{key}:note", context_note(created), private=True)


def _follow_up(row: Claimed, event: TicketMessage | TicketNotice) -> Iterator[Post]:
    if isinstance(event, TicketMessage):
        yield Post(row.event.key, event.text, Speaker.CUSTOMER)
        if event.file is not None:
            yield Post(f"{row.event.key}:file", file_note(event, event.file), private=True)
    elif row.event.topic == Topic.TICKET_REPLIED:
        yield Post(row.event.key, event.text, Speaker.AGENT)
    else:
        yield Post(row.event.key, told(row.event.topic, event), private=True)


def _post_missing(calls: DeskCalls, talk: int, posts: Iterable[Post], there: frozenset[str]) -> None:
    """In order, so that what is missing after a broken try is the end of it."""
    for post in posts:
        if post.key not in there:
            body = {
                "content": post.text,
                "message_type": "incoming" if post.by is Speaker.CUSTOMER else "outgoing",
                "private": post.private,
                "content_attributes": {KEY: post.key},
            }
            calls.write(Nothing, "POST", f"/conversations/{talk}/messages", body)
