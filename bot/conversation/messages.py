"""Owns what was said: appending it once, in order, and reading it back. Refuses to answer: see turn.py."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, RowMapping, insert, select, update

from bot.conversation.masking import mask
from bot.conversation.utterance import Offer, Speaker, Utterance
from bot.errors import BadRequest, Conflict, NotFound
from bot.events import log
from bot.events.log import EventKind
from bot.storage import clock
from bot.storage.clean_text import blank, storable
from bot.storage.commit_lines import tell_log
from bot.storage.knowledge_tables import told
from bot.storage.one_row import one_row
from bot.storage.record import decode, encode
from bot.storage.tables import conversations, messages

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# No colon: the ids the service itself makes (see reply_key) have one, so a visitor cannot take them.
CLIENT_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_REPLY = "reply:"


@dataclass(frozen=True, slots=True)
class Message:
    """One stored message; `turn` is the JSON of the turn note that the customer may see, on bot messages.

    `attachment` is the JSON of what is said of a file that is the message.
    """

    id: int
    conversation_id: str
    client_id: str | None
    role: Speaker
    author: str | None
    text: str
    turn: str | None
    created_at: str
    attachment: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """The message as stored; `created` is false when the same client id had brought it before."""

    message: Message
    created: bool


@dataclass(frozen=True, slots=True)
class _Cited:
    article_id: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class _Note:
    citations: tuple[_Cited, ...] = ()
    options: tuple[Offer, ...] = ()

    @property
    def versions(self) -> dict[str, str]:
        """Article id → version, in the order of the citations."""
        return {cited.article_id: cited.version for cited in self.citations}


def append(
    tx: Connection,
    conversation_id: str,
    role: Speaker,
    text: str,
    *,
    client_id: str | None = None,
    author: str | None = None,
    turn: DataclassInstance | None = None,
    attachment: DataclassInstance | None = None,
) -> Stored:
    """Store a message and its `message` event in the caller's transaction; once per `client_id`.

    BadRequest for a malformed client id or no text, NotFound without such a conversation, Conflict when the
    client id came before with another text.
    """
    _check_client_id(role, client_id)
    kept = _kept(role, text)
    _touch(tx, conversation_id)
    if client_id is not None and (before := by_client_id(tx, conversation_id, client_id)):
        return _same(before, role, kept)
    values = {
        "conversation_id": conversation_id,
        "client_id": client_id,
        "role": role,
        "author": author,
        "text": kept,
        "turn": encode(turn) if turn is not None else None,
        "attachment": encode(attachment) if attachment is not None else None,
        "created_at": clock.now(),
    }
    row = tx.execute(insert(messages).values(values).returning(messages)).mappings().one()
    message = _message(row)
    _keep_told(tx, message)
    log.append(tx, conversation_id, EventKind.MESSAGE, message)
    tell_log(tx, "message_stored", conversation=conversation_id, message=message.id, by=role)
    return Stored(message, created=True)


def transcript(tx: Connection, *conversation_ids: str) -> tuple[Message, ...]:
    """Every message of the conversation, or of these, oldest first."""
    query = select(messages).where(messages.c.conversation_id.in_(conversation_ids)).order_by(messages.c.id)
    return tuple(_message(row) for row in tx.execute(query).mappings())


def newest_texts(tx: Connection, conversation_ids: Collection[str], role: Speaker, most: int) -> tuple[str, ...]:
    """What `role` wrote last in these conversations, the newest first."""
    query = select(messages.c.text).where(messages.c.conversation_id.in_(conversation_ids), messages.c.role == role)
    return tuple(tx.execute(query.order_by(messages.c.id.desc()).limit(most)).scalars())


def last_of(tx: Connection, roles: Collection[Speaker], *conversation_ids: str) -> Message | None:
    """The last message that one of these wrote in the conversation, or in these; None when there is none."""
    query = select(messages).where(messages.c.conversation_id.in_(conversation_ids), messages.c.role.in_(roles))
    row = tx.execute(query.order_by(messages.c.id.desc()).limit(1)).mappings().first()
    return _message(row) if row is not None else None


def load(tx: Connection, conversation_id: str, message_id: int) -> Message:
    """One message of this conversation; NotFound when it is not in it."""
    query = select(messages).where(messages.c.id == message_id, messages.c.conversation_id == conversation_id)
    return _message(one_row(tx, query, "There is no such message in this conversation."))


def reply_key(message: Message) -> str:
    """The client id under which the bot's reply to `message` is stored, so that it is stored once."""
    return f"{_REPLY}{message.id}"


def answered_by(client_id: str) -> int | None:
    """The number of the customer's message to which a message stored under this client id is the bot's reply."""
    return int(client_id.removeprefix(_REPLY)) if client_id.startswith(_REPLY) else None


def reply_to(tx: Connection, message: Message) -> Message | None:
    """The bot's stored reply to a customer's message, None when it never came that far."""
    return by_client_id(tx, message.conversation_id, reply_key(message))


def by_client_id(tx: Connection, conversation_id: str, client_id: str) -> Message | None:
    """The message that was stored under this client id, None when none was."""
    query = select(messages).where(messages.c.conversation_id == conversation_id, messages.c.client_id == client_id)
    row = tx.execute(query).mappings().first()
    return _message(row) if row is not None else None


def utterances(said: Iterable[Message]) -> tuple[Utterance, ...]:
    """The messages as the pipeline reads them, with what each bot turn cited and offered."""
    return tuple(_utterance(message, turn) for turn, message in enumerate(said))


def _utterance(message: Message, turn: int) -> Utterance:
    note = _note(message)
    return Utterance(message.role, message.text, turn, tuple(note.versions), note.options)


def _note(message: Message) -> _Note:
    return decode(_Note, message.turn) if message.turn is not None else _Note()


def _keep_told(tx: Connection, message: Message) -> None:
    """Which article versions the message quotes, so that a correction finds it without reading every message."""
    rows = [
        {"message_id": message.id, "article_id": article_id, "version": version}
        for article_id, version in _note(message).versions.items()
    ]
    if rows:
        tx.execute(insert(told), rows)


def _check_client_id(role: Speaker, client_id: str | None) -> None:
    if role is Speaker.CUSTOMER and client_id is not None and not CLIENT_ID.fullmatch(client_id):
        raise BadRequest("client_id must be 1 to 64 letters, digits, dots, hyphens or underscores.")


def _kept(role: Speaker, text: str) -> str:
    """What may be stored: card numbers, passwords and the like of customers never reach the disk."""
    kept = storable(text).strip()
    if role is Speaker.CUSTOMER:
        kept = mask(kept).text
    if blank(kept):
        raise BadRequest("The message has no text.")
    return kept


def _touch(tx: Connection, conversation_id: str) -> None:
    # First of all, because on PostgreSQL this row lock is what puts a conversation's messages in one order.
    # Whoever was at work on an answer while the conversation was erased comes too late.
    there = (conversations.c.id == conversation_id) & conversations.c.erased_at.is_(None)
    changed = tx.execute(update(conversations).where(there).values(updated_at=clock.now()))
    if changed.rowcount == 0:
        raise NotFound("There is no such conversation.")


def _same(before: Message, role: Speaker, text: str) -> Stored:
    if before.role is not role or before.text != text:
        raise Conflict("This client_id was used for another message; make a new one for a new message.")
    return Stored(before, created=False)


def _message(row: RowMapping) -> Message:
    return Message(**dict(row) | {"role": Speaker(row["role"])})
