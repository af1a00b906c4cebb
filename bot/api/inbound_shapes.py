"""Owns the JSON that other systems are answered with, and how OpenAPI tells them what to send.

Refuses to read what they send: bot/integrations does, since a signature is over bytes.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from bot.api.conversation_shapes import TicketBrief
from bot.api.message_shapes import MessageBody
from bot.conversation.conversations import State


def _header(name: str, says: str, *, required: bool) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": required, "description": says, "schema": {"type": "string"}}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _object(required: list[str], **fields: str | dict[str, Any]) -> dict[str, Any]:
    told = {name: {"type": each} if isinstance(each, str) else each for name, each in fields.items()}
    return {"type": "object", "required": required, "properties": told}


_CUSTOMER = _object(
    ["external_id"], external_id="string", name="string", email="string", region="string", plan="string",
    language="string", tier="string",
)  # fmt: skip
_MESSAGE = _object(
    ["thread", "text"], thread="string", text="string", customer=_CUSTOMER, language="string", person="boolean"
)
MESSAGE_IN: dict[str, Any] = {
    "parameters": [
        _header("webhook-id", "Names the message for ever: the same again is the same message.", required=True),
        _header("webhook-timestamp", "Seconds since 1970, at most five minutes away.", required=True),
        _header(
            "webhook-signature",
            "`v1,` and Base64 of the HMAC-SHA256, with a secret of the source, over id, time and body, joined by dots.",
            required=True,
        ),
    ],
    "requestBody": _json(_object(["type", "data"], type={"const": "message.received"}, data=_MESSAGE)),
}
REPORT_IN: dict[str, Any] = {
    "parameters": [
        _header("x-chatwoot-timestamp", "Chatwoot: seconds since 1970.", required=False),
        _header("x-chatwoot-signature", "Chatwoot: `sha256=` and the digest over time, dot and body.", required=False),
        _header("x-zendesk-webhook-signature-timestamp", "Zendesk: the time in ISO 8601.", required=False),
        _header("x-zendesk-webhook-signature", "Zendesk: Base64 of the digest over time and body.", required=False),
    ],
    "requestBody": _json({"type": "object", "description": "The event as Chatwoot or Zendesk sends it."}),
}


class TakenBody(BaseModel):
    """Whether a report of the help desk was for us."""

    taken: bool


class MessageInBody(BaseModel):
    """Where a message went and what came of it; `created` is false when the same `webhook-id` came before."""

    conversation_id: str
    created: bool
    reply: MessageBody | None
    state: State
    ticket: TicketBrief | None
