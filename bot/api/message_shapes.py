"""Owns the JSON of messages, turns and citations. Refuses what is for the desk: ticket_shapes.py."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.answering.linked_words import Lead
from bot.answering.rendering import ShownBlock, plain, render
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Reason, Verdict

LABEL = "Automated answer"


class CitationBody(BaseModel):
    """A numbered source: characters `start` to `end` of one version of an article. `leads`: what leads elsewhere."""

    model_config = ConfigDict(extra="ignore")

    number: int
    article_id: str
    title: str
    version: str
    start: int
    end: int
    quote: str
    url: str | None = None
    updated_at: str | None = None
    leads: list[Lead] = []


class OptionBody(BaseModel):
    """One way to read the question, offered when clarifying."""

    model_config = ConfigDict(extra="ignore")

    article_id: str
    label: str


class PageBody(BaseModel):
    """An article that a customer who waits for a person is pointed to; not an answer."""

    model_config = ConfigDict(extra="ignore")

    article_id: str
    version: str
    title: str
    url: str | None = None


class ExtraBody(BaseModel):
    """One helpful addition of the article version that answers, shown below the answer after its `label`."""

    model_config = ConfigDict(extra="ignore")

    article_id: str
    version: str
    text: str
    label: str


class TurnBody(BaseModel):
    """What the bot decided about a message; on every message of the bot. `pages` are shown below `pages_intro`."""

    model_config = ConfigDict(extra="ignore")

    decision: Verdict
    reason: Reason | None = None
    confidence: Annotated[float, Field(ge=0, le=1)] = 0.0
    sensitive: str | None = None
    citations: list[CitationBody] = []
    options: list[OptionBody] = []
    generation: str = ""
    automated: bool = True
    label: str = LABEL
    correction: bool = False
    pages: list[PageBody] = []
    pages_intro: str = ""
    extra: ExtraBody | None = None


class AttachmentBody(BaseModel):
    """A file that is a message: fetch it at the conversation's `/attachments/{id}`; `size` in bytes."""

    model_config = ConfigDict(extra="ignore")

    id: str
    name: str
    media_type: str
    size: int


class MessageBody(BaseModel):
    """A message; `blocks` is its text as typed blocks, `automated` true for whatever no person wrote."""

    id: int
    conversation_id: str
    client_id: str | None
    role: Speaker
    author: str | None
    text: str
    blocks: list[ShownBlock]
    created_at: str
    automated: bool
    turn: TurnBody | None
    attachment: AttachmentBody | None = None


def message_body(message: Message) -> MessageBody:
    """The message as customers and agents see it."""
    turn = TurnBody.model_validate_json(message.turn) if message.turn else None
    by_customer = message.role is Speaker.CUSTOMER
    return MessageBody(
        id=message.id,
        conversation_id=message.conversation_id,
        # Other messages' client ids are the service's own keys.
        client_id=message.client_id if by_customer else None,
        role=message.role,
        author=message.author,
        text=message.text,
        blocks=list(_blocks(message, turn)),
        created_at=message.created_at,
        automated=message.role in (Speaker.BOT, Speaker.SYSTEM),
        turn=turn,
        attachment=AttachmentBody.model_validate_json(message.attachment) if message.attachment else None,
    )


def _blocks(message: Message, turn: TurnBody | None) -> tuple[ShownBlock, ...]:
    match message.role:
        case Speaker.BOT:
            return render(message.text, turn.citations if turn else ())
        case Speaker.AGENT:
            # An inserted suggestion brings its headings, lists and tables along.
            return render(message.text)
        case _:
            return plain(message.text)
