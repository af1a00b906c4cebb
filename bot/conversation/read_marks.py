"""Owns how far each side has read a conversation. Refuses to go back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, insert, select, update

from bot.conversation import messages
from bot.events import log
from bot.events.log import EventKind
from bot.storage import clock
from bot.storage.tables import read_marks


class Reader(StrEnum):
    """Whose eyes: the customer's on any device, or anybody's of the desk."""

    CUSTOMER = "customer"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class ReadMark:
    """The payload of a `read` event: everything up to `message_id` was shown to `reader`."""

    reader: Reader
    message_id: int
    read_at: str


def mark(tx: Connection, conversation_id: str, reader: Reader, message_id: int) -> bool:
    """Everything up to this message was read; false when that was known. NotFound for another's message."""
    messages.load(tx, conversation_id, message_id)
    before = of_conversation(tx, conversation_id).get(reader)
    if before is not None and before.message_id >= message_id:
        return False
    told = ReadMark(reader, message_id, clock.now())
    values = {"message_id": message_id, "read_at": told.read_at}
    where = read_marks.c.conversation_id == conversation_id, read_marks.c.reader == reader
    if before is None:
        tx.execute(insert(read_marks).values(conversation_id=conversation_id, reader=reader, **values))
    else:
        tx.execute(update(read_marks).where(*where).values(values))
    log.append(tx, conversation_id, EventKind.READ, told)
    return True


def of_conversation(tx: Connection, conversation_id: str) -> Mapping[Reader, ReadMark]:
    """How far each side has read; a side that read nothing is left out."""
    rows = tx.execute(select(read_marks).where(read_marks.c.conversation_id == conversation_id))
    return {Reader(row.reader): ReadMark(Reader(row.reader), row.message_id, row.read_at) for row in rows}
