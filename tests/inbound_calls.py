"""Owns what other systems send in, signed as each signs it. Refuses to send it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook

SECRET = "whsec_" + base64.b64encode(b"a secret of at least 24 bytes").decode()
OLD_SECRET = "whsec_" + base64.b64encode(b"the one before it, 24 bytes").decode()
DESK_SECRET = "what the help desk signs with"


def standard(content: bytes, name: str, at: datetime | None = None, secret: str = SECRET) -> dict[str, str]:
    """Headers after Standard Webhooks, by the reference library."""
    moment = at or datetime.now(UTC)
    return {
        "webhook-id": name,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(name, moment, content.decode()),
    }


def chatwoot(content: bytes, at: datetime | None = None, secret: str = DESK_SECRET) -> dict[str, str]:
    """Headers as Chatwoot sends them."""
    stamp = str(int((at or datetime.now(UTC)).timestamp()))
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + content, hashlib.sha256).hexdigest()
    return {"x-chatwoot-timestamp": stamp, "x-chatwoot-signature": f"sha256={digest}", "x-chatwoot-delivery": "d-1"}


def zendesk(content: bytes, at: datetime | None = None, secret: str = DESK_SECRET) -> dict[str, str]:
    """Headers as Zendesk sends them."""
    stamp = (at or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hmac.new(secret.encode(), stamp.encode() + content, hashlib.sha256).digest()
    return {
        "x-zendesk-webhook-signature-timestamp": stamp,
        "x-zendesk-webhook-signature": base64.b64encode(digest).decode(),
        "x-zendesk-webhook-invocation-id": "01J",
    }


SIGNED = {"chatwoot": chatwoot, "zendesk": zendesk}


def chatwoot_reply(ticket: str, number: int = 77, text: str = "Hello from there", **changed: Any) -> Any:
    """`message_created`, as Chatwoot's account webhook sends it."""
    return {
        "event": "message_created",
        "id": number,
        "content": text,
        "message_type": "outgoing",
        "content_type": "text",
        "content_attributes": {},
        "private": False,
        "source_id": None,
        "created_at": "2026-11-26T18:00:00.000Z",
        "sender": {"id": 1, "name": "Rosa", "email": "rosa@example.com", "type": "user"},
        "conversation": {"id": 12, "status": "open", "custom_attributes": {"answerdesk_ticket": ticket}},
        "account": {"id": 3, "name": "Fernwick"},
        "inbox": {"id": 5, "name": "Answerdesk"},
    } | changed


def chatwoot_solved(ticket: str, status: str = "resolved") -> Any:
    """`conversation_status_changed`."""
    return {
        "event": "conversation_status_changed",
        "id": 12,
        "status": status,
        "custom_attributes": {"answerdesk_ticket": ticket},
        "messages": [],
    }


def zendesk_reply(ticket: str, number: int = 77, text: str = "Hello from there", **changed: Any) -> Any:
    """`ticket.comment_added`, as Zendesk's event webhook sends it; `changed` is about the comment."""
    author = {"id": "900", "is_staff": True, "name": "Rosa"}
    comment = {"id": str(number), "body": text, "is_public": True, "author": author} | changed
    return _zendesk("comment_added", ticket, {"comment": comment, "meta": {"version": "1.0"}})


def zendesk_solved(ticket: str, status: str = "SOLVED") -> Any:
    """`ticket.status_changed`."""
    return _zendesk("status_changed", ticket, {"current": status, "previous": "OPEN"})


def _zendesk(kind: str, ticket: str, event: Any) -> Any:
    return {
        "account_id": 22129848,
        "detail": {"id": "5158", "external_id": ticket, "status": "OPEN", "subject": "x", "tags": ["answerdesk"]},
        "event": event,
        "id": "2b24ef10-19d3-4740-93cf-8f98ec4776c0",
        "subject": "zen:ticket:5158",
        "time": "2026-11-26T18:00:00Z",
        "type": f"zen:event-type:ticket.{kind}",
        "zendesk_event_version": "2022-11-06",
    }


REPLY = {"chatwoot": chatwoot_reply, "zendesk": zendesk_reply}
SOLVED = {"chatwoot": chatwoot_solved, "zendesk": zendesk_solved}
OTHER = {
    "chatwoot": lambda ticket: chatwoot_reply(ticket, event="message_updated"),
    "zendesk": lambda ticket: _zendesk("priority_changed", ticket, {"current": "HIGH", "previous": "LOW"}),
}
PRIVATE = {"chatwoot": {"private": True}, "zendesk": {"is_public": False}}
FROM_CUSTOMER = {"chatwoot": {"message_type": "incoming"}, "zendesk": {"author": {"is_staff": False, "name": "Jo"}}}


def encoded(value: Any) -> bytes:
    """The bytes that are signed and sent."""
    return json.dumps(value, ensure_ascii=False).encode()
