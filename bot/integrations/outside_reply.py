"""Owns reading what a help desk reports: an agent's reply, a ticket solved. Refuses what is not signed.

Chatwoot's account webhook and Zendesk's event webhook are verified over the raw bytes; notes for the desk, and whatever
else they report, are left aside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from pydantic import SecretStr, ValidationError

from bot.errors import BadRequest
from bot.integrations import chatwoot, zendesk
from bot.integrations.signatures import check_chatwoot, check_zendesk
from bot.storage.record import decode

T = TypeVar("T")
SOLVED = frozenset({"solved", "closed"})
UNNAMED = "Support"


@dataclass(frozen=True, slots=True)
class OutsideReply:
    """What an agent outside said to the customer; `key` names it for ever."""

    ticket_id: str
    key: str
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class OutsideSolved:
    """An agent outside closed the ticket."""

    ticket_id: str
    author: str


Reported = OutsideReply | OutsideSolved | None


@dataclass(frozen=True, slots=True)
class _Named:
    name: str | None = None


@dataclass(frozen=True, slots=True)
class _Talk:
    custom_attributes: Mapping[str, object] | None = None


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
        return OutsideSolved(ticket, UNNAMED) if ticket and event.status == "resolved" else None
    ours = chatwoot.KEY in (event.content_attributes or {})
    ticket = _ticket(event.conversation.custom_attributes)
    said = event.event == "message_created" and event.message_type == "outgoing" and not event.private and not ours
    if not (said and ticket and event.content):
        return None
    author = (event.sender and event.sender.name) or UNNAMED
    return OutsideReply(ticket, f"{chatwoot.NAME}:{event.id}", author, event.content)


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
        return OutsideSolved(ticket, UNNAMED) if (event.event.current or "").lower() in SOLVED else None
    if event.type != "zen:event-type:ticket.comment_added" or comment is None:
        return None
    if not (comment.is_public and comment.author.is_staff and comment.body):
        return None
    return OutsideReply(ticket, f"{zendesk.NAME}:{comment.id}", comment.author.name or UNNAMED, comment.body)


def _ticket(attributes: Mapping[str, object] | None) -> str:
    found = (attributes or {}).get(chatwoot.TICKET)
    return found if isinstance(found, str) else ""


def _read(kind: type[T], content: bytes) -> T:
    try:
        return decode(kind, content.decode())
    except (ValidationError, UnicodeDecodeError) as error:
        raise BadRequest("The event cannot be read.") from error
