"""Owns the files that are part of messages: what is stored of one, who has which, how much there may be.
Refuses a file without its message."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, func, insert, select

from bot.conversation import messages
from bot.conversation.attachment_kinds import FileKind, file_name, kind_of
from bot.conversation.masking import mask
from bot.conversation.messages import Message, Stored
from bot.conversation.utterance import Speaker
from bot.errors import BadRequest, Conflict, TooLarge
from bot.storage import clock
from bot.storage.one_row import one_row
from bot.storage.tables import attachments

MOST_BYTES = 5_000_000
MOST_FILES = 40
"""In one conversation."""
MOST_STORED_BYTES = 20_000_000_000
"""In all conversations together: a flood of files must not fill the disk that messages need."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """What a message says of its file; `media_type` is what the content is, not what its sender said."""

    id: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An attachment with where its bytes are."""

    attachment: Attachment
    digest: str


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came in and was looked at: its bytes are on the disk, under `digest`."""

    name: str
    kind: FileKind
    size: int
    digest: str


def looked_at(content: bytes, name: str, by: Speaker) -> tuple[str, FileKind]:
    """The name to store and the kind; BadRequest for an empty file or a kind that is not accepted, TooLarge."""
    if not content:
        raise BadRequest("The file is empty.")
    if len(content) > MOST_BYTES:
        raise TooLarge(f"A file may have at most {MOST_BYTES // 1_000_000} MB.")
    kind = kind_of(content)
    kept = file_name(name, kind)
    return (file_name(mask(kept).text, kind) if by is Speaker.CUSTOMER else kept), kind


def append(
    tx: Connection,
    conversation_id: str,
    role: Speaker,
    received: Received,
    *,
    client_id: str | None = None,
    author: str | None = None,
) -> Stored:
    """Store a message that is a file: its text is the name. Once per `client_id`.

    Conflict when the client id came before with something else, or when there are too many files already.
    """
    before = messages.by_client_id(tx, conversation_id, client_id) if client_id else None
    if before is not None:
        if _digest_of(tx, before.id) != received.digest:
            raise Conflict("This client_id was used for another message; make a new one for a new message.")
        return Stored(before, created=False)
    _check_room(tx, conversation_id, received.size)
    attachment = _named(received)
    stored = messages.append(
        tx, conversation_id, role, received.name, client_id=client_id, author=author, attachment=attachment
    )
    _insert(tx, stored.message, attachment, received.digest)
    return stored


def add(tx: Connection, message: Message, received: Received) -> Attachment:
    """Store a file that came with a message, once in a conversation: the same logo is below every mail. Conflict when
    there are too many files already."""
    same = select(attachments).where(
        attachments.c.conversation_id == message.conversation_id, attachments.c.digest == received.digest
    )
    row = tx.execute(same.limit(1)).mappings().first()
    if row is not None:
        return _stored(row).attachment
    _check_room(tx, message.conversation_id, received.size)
    attachment = _named(received)
    _insert(tx, message, attachment, received.digest)
    return attachment


def load(tx: Connection, attachment_id: str, *conversation_ids: str) -> StoredFile:
    """The file of this conversation, or of these; NotFound when it is not in them."""
    query = select(attachments).where(
        attachments.c.id == attachment_id, attachments.c.conversation_id.in_(conversation_ids)
    )
    return _stored(one_row(tx, query, "There is no such file in this conversation."))


def used(tx: Connection, digests: Iterable[str]) -> set[str]:
    """Which of these contents some message still has."""
    query = select(attachments.c.digest).where(attachments.c.digest.in_(list(digests)))
    return set(tx.execute(query).scalars())


def _named(received: Received) -> Attachment:
    return Attachment(secrets.token_hex(12), received.name, received.kind.media_type, received.size)


def _insert(tx: Connection, message: Message, attachment: Attachment, digest: str) -> None:
    row = {
        "id": attachment.id,
        "conversation_id": message.conversation_id,
        "message_id": message.id,
        "digest": digest,
        "name": attachment.name,
        "kind": attachment.media_type,
        "size": attachment.size,
        "created_at": clock.now(),
    }
    tx.execute(insert(attachments).values(row))


def _stored(row: RowMapping) -> StoredFile:
    return StoredFile(Attachment(row["id"], row["name"], row["kind"], row["size"]), row["digest"])


def _check_room(tx: Connection, conversation_id: str, size: int) -> None:
    in_this = attachments.c.conversation_id == conversation_id
    there = tx.execute(select(func.count()).select_from(attachments).where(in_this)).scalar_one()
    if there >= MOST_FILES:
        raise Conflict(f"A conversation has at most {MOST_FILES} files.")
    stored = tx.execute(select(func.coalesce(func.sum(attachments.c.size), 0))).scalar_one()
    if stored + size > MOST_STORED_BYTES:
        raise Conflict("No more files can be taken at the moment. Please describe what is in it instead.")


def _digest_of(tx: Connection, message_id: int) -> str | None:
    query = select(attachments.c.digest).where(attachments.c.message_id == message_id)
    return tx.execute(query).scalar()
