"""Owns reading what a help desk reports: a reply, a ticket solved or opened again. Refuses what is not signed.

Chatwoot's account webhook and Zendesk's event webhook are verified over the raw bytes; notes for the desk, and whatever
else they report, are left aside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr, ValidationError

from bot.errors import BadRequest
from bot.integrations import chatwoot, zendesk
from bot.integrations.signatures import check_chatwoot, check_zendesk
from bot.storage.clean_text import storable
from bot.storage.record import decode

T = TypeVar("T")
SOLVED = frozenset({"solved", "closed"})
UNNAMED = "Support"
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class OutsideReply:
    """What an agent outside said to the customer; `key` names it for ever. Of files that came with it, the names."""

    ticket_id: str
    key: str
    author: str
    text: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutsideSolved:
    """An agent outside closed the ticket."""

    ticket_id: str
    author: str


@dataclass(frozen=True, slots=True)
class OutsideReopened:
    """An agent outside opened the ticket again."""

    ticket_id: str
    author: str


Reported = OutsideReply | OutsideSolved | OutsideReopened | None


STATUS_IN_CHATWOOT: Mapping[str, type[OutsideSolved | OutsideReopened]] = {
    "resolved": OutsideSolved,
    "open": OutsideReopened,
}


@dataclass(frozen=True, slots=True)
class _Named:
    name: str | None = None


@dataclass(frozen=True, slots=True)
class _Talk:
    custom_attributes: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class _File:
    data_url: str | None = None


@dataclass(frozen=True, slots=True)
class _ChatwootEvent:
    event: str
    id: int | str = ""
    content: str | None = None
    message_type: str = ""
    private: bool = False
    content_attributes: Mapping[str, object] | None = None
    conversation: _Talk = field(default_factory=_Talk)
    sender: _Named | None = None
    status: str = ""
    custom_attributes: Mapping[str, object] | None = None
    attachments: tuple[_File, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Author:
    is_staff: bool = False
    name: str | None = None


@dataclass(frozen=True, slots=True)
class _Comment:
    id: str
    body: str
    is_public: bool
    author: _Author


@dataclass(frozen=True, slots=True)
class _Change:
    comment: _Comment | None = None
    current: str | None = None
    previous: str | None = None


@dataclass(frozen=True, slots=True)
class _Detail:
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class _ZendeskEvent:
    type: str
    detail: _Detail = field(default_factory=_Detail)
    event: _Change = field(default_factory=_Change)


def from_chatwoot(secret: SecretStr, headers: Mapping[str, str], content: bytes, now: datetime) -> Reported:
    """What `message_created` or `conversation_status_changed` says; None when it is not for us.

    What we posted ourselves carries our key and does not come back.
    """
    timestamp, signature = headers.get("x-chatwoot-timestamp", ""), headers.get("x-chatwoot-signature", "")
    check_chatwoot(secret, timestamp, signature, content, now)
    event = _read(_ChatwootEvent, content)
    if event.event == "conversation_status_changed":
        ticket = _ticket(event.custom_attributes)
        kind = STATUS_IN_CHATWOOT.get(event.status)
        return kind(ticket, UNNAMED) if ticket and kind else None
    ours = chatwoot.KEY in (event.content_attributes or {})
    ticket = _ticket(event.conversation.custom_attributes)
    said = event.event == "message_created" and event.message_type == "outgoing" and not event.private and not ours
    files = tuple(_name(file) for file in event.attachments or ())
    if not (said and ticket and (event.content or files)):
        return None
    author = (event.sender and event.sender.name) or UNNAMED
    return OutsideReply(ticket, f"{chatwoot.NAME}:{event.id}", author, event.content or "", files)


def from_zendesk(secret: SecretStr, headers: Mapping[str, str], content: bytes, now: datetime) -> Reported:
    """What `ticket.comment_added` or `ticket.status_changed` says; None when it is not for us.

    Our own comments are private, and what is private stays there.
    """
    name = "x-zendesk-webhook-signature"
    check_zendesk(secret, headers.get(f"{name}-timestamp", ""), headers.get(name, ""), content, now)
    event = _read(_ZendeskEvent, content)
    ticket, comment = event.detail.external_id, event.event.comment
    if not ticket:
        return None
    if event.type == "zen:event-type:ticket.status_changed":
        kind = _moved(event.event)
        return kind(ticket, UNNAMED) if kind else None
    if event.type != "zen:event-type:ticket.comment_added" or comment is None:
        return None
    if not (comment.is_public and comment.author.is_staff and comment.body):
        return None
    return OutsideReply(ticket, f"{zendesk.NAME}:{comment.id}", comment.author.name or UNNAMED, comment.body)


def _moved(change: _Change) -> type[OutsideSolved | OutsideReopened] | None:
    after, before = ((status or "").lower() for status in (change.current, change.previous))
    if after in SOLVED:
        return OutsideSolved
    return OutsideReopened if before in SOLVED else None


def _name(file: _File) -> str:
    """As its address ends; Chatwoot says no other name."""
    last = unquote(urlsplit(file.data_url or "").path.rpartition("/")[2])
    return storable(last)[:LONGEST_NAME] or "a file"


def _ticket(attributes: Mapping[str, object] | None) -> str:
    found = (attributes or {}).get(chatwoot.TICKET)
    return found if isinstance(found, str) else ""


def _read(kind: type[T], content: bytes) -> T:
    try:
        return decode(kind, content.decode())
    except (ValidationError, UnicodeDecodeError) as error:
        raise BadRequest("The event cannot be read.") from error
