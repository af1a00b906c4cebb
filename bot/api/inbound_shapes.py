"""Owns the JSON that other systems are answered with. Refuses what they send: bot/integrations reads that."""

from __future__ import annotations

from pydantic import BaseModel

from bot.api.conversation_shapes import TicketBrief
from bot.api.message_shapes import MessageBody
from bot.conversation.conversations import State


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
