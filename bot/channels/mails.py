"""Owns the record of every mail in and out and where it stands. Refuses to read or send one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, insert, select, update

from bot.channels.mail_body import Attachment
from bot.events import log
from bot.events.log import Audience, EventKind
from bot.storage import clock
from bot.storage.care_tables import surveys
from bot.storage.mail_tables import mails
from bot.storage.once import insert_once
from bot.storage.record import decode, encode

_HOUR, _DAY = 3600, 86_400


class Direction(StrEnum):
    """Which way a mail went."""

    IN = "in"
    OUT = "out"


class Standing(StrEnum):
    """Where a mail stands: the first four of one that came in, the others of one of ours."""

    ARRIVED = "arrived"
    HANDLED = "handled"
    IGNORED = "ignored"
    UNREADABLE = "unreadable"
    QUEUED = "queued"
    SENT = "sent"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Attachments:
    """How attachments are kept."""

    listed: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail; `full_text` is a customer's with quotes and signature, `detail` why it stands as it does."""

    id: int
    key: str
    mail_id: str
    direction: Direction
    conversation_id: str | None
    message_id: int | None
    address: str
    subject: str
    standing: Standing
    detail: str
    full_text: str
    attachments: tuple[Attachment, ...]
    automated: bool
    tries: int
    created_at: str


@dataclass(frozen=True, slots=True)
class MailChange:
    """The `mail` event, for the desk alone."""

    mail_id: int
    standing: Standing


def arrive(tx: Connection, key: str, mail_id: str, address: str) -> Mail:
    """The record of a mail that came in, made at its first try; each call counts one more while it is not handled."""
    row = {"key": key, "mail_id": mail_id, "address": address, "direction": Direction.IN, "standing": Standing.ARRIVED}
    insert_once(tx, mails, _BLANK | row | {"created_at": clock.now()}, "key")
    tries = (
        update(mails).where(mails.c.key == key, mails.c.standing == Standing.ARRIVED).values(tries=mails.c.tries + 1)
    )
    tx.execute(tries)
    return _mail(tx.execute(select(mails).where(mails.c.key == key)).mappings().one())


def keep(
    tx: Connection, mail: Mail, conversation_id: str, subject: str, full_text: str, attachments: tuple[Attachment, ...]
) -> Mail:
    """Write down what a mail that came in holds and which conversation it belongs to."""
    kept = replace(mail, conversation_id=conversation_id, subject=subject, full_text=full_text, attachments=attachments)
    values = {
        "conversation_id": conversation_id,
        "subject": subject,
        "full_text": full_text,
        "attachments": encode(Attachments(attachments)),
    }
    tx.execute(update(mails).where(mails.c.id == mail.id).values(values))
    return kept


def list_files(tx: Connection, mail: Mail, attachments: tuple[Attachment, ...]) -> Mail:
    """Write down what became of the files of a mail that came in."""
    values = {"attachments": encode(Attachments(attachments))}
    tx.execute(update(mails).where(mails.c.id == mail.id).values(values))
    return replace(mail, attachments=attachments)


def add_outgoing(tx: Connection, mail: Mail) -> Mail:
    """Record a mail of ours; its id is given here."""
    values = {name: getattr(mail, name) for name in Mail.__slots__ if name not in ("id", "attachments")}
    values |= {"attachments": encode(Attachments(mail.attachments)), "automated": int(mail.automated)}
    number = tx.execute(insert(mails).values(values).returning(mails.c.id)).scalar_one()
    return replace(mail, id=int(number))


def settle(tx: Connection, mail: Mail, standing: Standing, detail: str = "", message_id: int | None = None) -> Mail:
    """Where the mail stands now; the desk hears of it if it belongs to a conversation."""
    settled = replace(mail, standing=standing, detail=detail, message_id=message_id or mail.message_id)
    values = {"standing": standing, "detail": detail, "message_id": settled.message_id}
    tx.execute(update(mails).where(mails.c.id == mail.id).values(values))
    if mail.conversation_id is not None:
        log.append(tx, mail.conversation_id, EventKind.MAIL, MailChange(mail.id, standing), Audience.DESK)
    return settled


def ours(tx: Connection, mail_ids: Collection[str]) -> Mail | None:
    """The newest of our mails with one of these Message-IDs, None when none is ours."""
    return _newest(tx, select(mails).where(mails.c.mail_id.in_(mail_ids), mails.c.direction == Direction.OUT))


def theirs(tx: Connection, mail_ids: Collection[str], address: str) -> Mail | None:
    """The newest mail of this sender with one of these Message-IDs that belongs to a conversation."""
    query = select(mails).where(
        mails.c.mail_id.in_(mail_ids),
        mails.c.direction == Direction.IN,
        mails.c.address == address,
        mails.c.conversation_id.is_not(None),
    )
    return _newest(tx, query)


def of_conversation(tx: Connection, *conversation_ids: str) -> tuple[Mail, ...]:
    """Every mail of the conversation, or of these, oldest first."""
    query = select(mails).where(mails.c.conversation_id.in_(conversation_ids)).order_by(mails.c.id)
    return tuple(_mail(row) for row in tx.execute(query).mappings())


def newest_conversation(tx: Connection, address: str) -> str | None:
    """The conversation of this sender's last mail that has one."""
    query = select(mails.c.conversation_id).where(
        mails.c.address == address, mails.c.direction == Direction.IN, mails.c.conversation_id.is_not(None)
    )
    return tx.execute(query.order_by(mails.c.id.desc()).limit(1)).scalar()


def received_in_an_hour(tx: Connection, address: str) -> int:
    """How many mails came from this address in the last hour."""
    return _counted(tx, address, Direction.IN, _HOUR)


def automated_in_a_day(tx: Connection, address: str) -> int:
    """How many automated mails of ours went to this address in the last 24 hours, or wait to go."""
    return _counted(tx, address, Direction.OUT, _DAY)


def codes_of(tx: Connection, conversation_id: str) -> int:
    """How many mails of ours in this conversation were no message of it, nor a survey: codes."""
    return _codes(tx, mails.c.conversation_id == conversation_id)


def codes_in_a_day(tx: Connection, conversation_id: str, address: str) -> int:
    """How many codes of this conversation went to this address in the last 24 hours, or wait to go."""
    lately = mails.c.created_at > clock.after(clock.now(), -_DAY)
    return _codes(tx, (mails.c.conversation_id == conversation_id) & (mails.c.address == address) & lately)


def codes_in_an_hour(tx: Connection) -> int:
    """The same of all conversations, in the last hour."""
    return _codes(tx, mails.c.created_at > clock.after(clock.now(), -_HOUR))


def _codes(tx: Connection, which: ColumnElement[bool]) -> int:
    ours = mails.c.direction == Direction.OUT, mails.c.message_id.is_(None), mails.c.conversation_id.is_not(None)
    asked = select(surveys.c.mail_id).where(surveys.c.mail_id.is_not(None))
    query = select(func.count()).select_from(mails).where(which, *ours, mails.c.mail_id.not_in(asked))
    return int(tx.execute(query).scalar_one())


def _counted(tx: Connection, address: str, direction: Direction, seconds: int) -> int:
    query = select(func.count()).where(
        mails.c.address == address,
        mails.c.created_at > clock.after(clock.now(), -seconds),
        mails.c.direction == direction,
    )
    if direction is Direction.OUT:
        query = query.where(mails.c.automated == 1, mails.c.standing != Standing.WITHHELD)
    return int(tx.execute(query).scalar_one())


_BLANK = {
    "conversation_id": None,
    "message_id": None,
    "subject": "",
    "detail": "",
    "full_text": "",
    "attachments": encode(Attachments()),
    "automated": 0,
    "tries": 0,
}


def _newest(tx: Connection, query: Select[Any]) -> Mail | None:
    row = tx.execute(query.order_by(mails.c.id.desc()).limit(1)).mappings().first()
    return _mail(row) if row is not None else None


def _mail(row: RowMapping) -> Mail:
    return Mail(
        **dict(row)
        | {
            "direction": Direction(row["direction"]),
            "standing": Standing(row["standing"]),
            "attachments": decode(Attachments, row["attachments"]).listed,
            "automated": bool(row["automated"]),
        }
    )
