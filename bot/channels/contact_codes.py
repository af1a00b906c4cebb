"""Owns proving that an address which a waiting customer typed is theirs: a code by mail, entered in the chat.

The mail has our words alone: not a letter of what the visitor wrote, who may have typed anybody's address. The code is
kept as a hash, for a while and a few tries; its mail is emptied when it left or was given up. Refuses more mails than
one a day to an address (one more if that one was lost), and to mail anything else.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, delete, select, update

from bot.channels import mail_threads, mails, notices
from bot.channels.mail_address import usable
from bot.channels.notices import Notice
from bot.channels.receive import MailDesk
from bot.conversation import conversations
from bot.conversation.conversations import token_hash
from bot.conversation.mail_proof import Proof
from bot.desk import contacts
from bot.desk.contacts import Contact
from bot.errors import BadRequest, Conflict
from bot.storage import clock
from bot.storage.mail_tables import contact_codes
from bot.storage.once import insert_once

DIGITS = 8
MOST_OF_A_CONVERSATION = 3
"""Codes that one conversation may have sent, to whatever addresses."""
ONCE_MORE = 1


class Sending(StrEnum):
    """What became of the wish to send a code."""

    SENT = "sent"
    WAITS = "waits"
    PROVEN = "proven"
    LIMITED = "limited"


@dataclass(frozen=True, slots=True)
class Pending:
    """A code that waits to be entered."""

    email: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class Try:
    """What came of entering a code; `left` are the tries after a wrong one."""

    contact: Contact | None
    left: int = 0


def send(tx: Connection, desk: MailDesk, conversation_id: str, email: str) -> Sending:
    """Queue a code to the address, in the transaction that keeps it; the one before is not good any more."""
    address = usable(email)
    if address is None:
        return Sending.LIMITED
    thread = mail_threads.load(tx, conversation_id)
    if thread is not None and thread.proven and thread.address == address:
        contacts.prove(tx, conversation_id)
        return Sending.PROVEN
    waiting = pending(tx, conversation_id)
    if waiting is not None and waiting.email == address:
        return Sending.WAITS
    _forget(tx, conversation_id)
    if _too_many(tx, desk, conversation_id) or _sent_today(tx, desk, address):
        return Sending.LIMITED
    _mail(tx, desk, conversation_id, address, _new_code(tx, desk, conversation_id, address))
    return Sending.SENT


def send_again(tx: Connection, desk: MailDesk, conversation_id: str) -> None:
    """The mail was lost: a new code to the same address, and the one before is void.

    Conflict when none was sent, or no more may be sent: the code that waits stays good.
    """
    conversations.lock(tx, conversation_id)
    row = _row(tx, conversation_id)
    if row is None or not may_send_again(tx, desk, conversation_id):
        raise Conflict("No more codes can be sent there today. Just write here: your answer comes here in any case.")
    _forget(tx, conversation_id)
    _mail(tx, desk, conversation_id, row["email"], _new_code(tx, desk, conversation_id, row["email"]))


def may_send_again(tx: Connection, desk: MailDesk, conversation_id: str) -> bool:
    """Once, and on the day of the first one: no more than one mail beyond an address's limit, whoever asks."""
    row = _row(tx, conversation_id)
    return (
        row is not None
        and mails.codes_in_a_day(tx, conversation_id, row["email"]) == 1
        and not _too_many(tx, desk, conversation_id)
        and not _sent_today(tx, desk, row["email"], beyond=ONCE_MORE)
    )


def pending(tx: Connection, conversation_id: str) -> Pending | None:
    """The code that may still be entered, None when there is none."""
    row = _row(tx, conversation_id)
    if row is None or row["expires_at"] <= clock.now() or row["tries_left"] < 1:
        return None
    return Pending(row["email"], row["expires_at"])


def enter(tx: Connection, conversation_id: str, code: str) -> Try:
    """Use up one try; the right code proves the address, and mails of people go there from now on.

    A wrong one is no error here: its try has to be kept. Conflict when no code waits.
    """
    conversations.lock(tx, conversation_id)
    waiting, row = pending(tx, conversation_id), _row(tx, conversation_id)
    if waiting is None or row is None:
        raise Conflict("No code waits here, or it is too old; give the address again.")
    if not hmac.compare_digest(row["code_hash"], _hash(conversation_id, "".join(code.split()))):
        left = row["tries_left"] - 1
        mine = contact_codes.c.conversation_id == conversation_id
        tx.execute(update(contact_codes).where(mine).values(tries_left=left))
        return Try(None, left)
    _forget(tx, conversation_id)
    thread = mail_threads.load(tx, conversation_id)
    if thread is None:
        mail_threads.join(tx, conversation_id, waiting.email, Proof.CODE)
    elif thread.address == waiting.email:
        mail_threads.prove(tx, thread, Proof.CODE)
    return Try(contacts.prove(tx, conversation_id))


def check(tried: Try) -> Contact:
    """The proven contact; BadRequest for a wrong code, outside the transaction that counted it."""
    if tried.contact is None:
        more = f"{tried.left} more tries" if tried.left != 1 else "one more try"
        raise BadRequest(f"This is not the code from the mail; {more if tried.left else 'no more tries'}.")
    return tried.contact


def _new_code(tx: Connection, desk: MailDesk, conversation_id: str, address: str) -> str:
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    minutes = timedelta(minutes=desk.policy.code_minutes)
    row = {
        "conversation_id": conversation_id,
        "email": address,
        "code_hash": _hash(conversation_id, code),
        "expires_at": clock.after(clock.now(), minutes.total_seconds()),
        "tries_left": desk.policy.code_tries,
    }
    insert_once(tx, contact_codes, row, "conversation_id")
    return code


def _too_many(tx: Connection, desk: MailDesk, conversation_id: str) -> bool:
    """By conversation ever, and of the whole desk an hour: nobody floods mailboxes with it."""
    return (
        mails.codes_of(tx, conversation_id) >= MOST_OF_A_CONVERSATION
        or mails.codes_in_an_hour(tx) >= desk.policy.codes_an_hour
    )


def _sent_today(tx: Connection, desk: MailDesk, address: str, beyond: int = 0) -> bool:
    return mails.automated_in_a_day(tx, address) >= desk.policy.automated_a_day_unproven + beyond


def _mail(tx: Connection, desk: MailDesk, conversation_id: str, address: str, code: str) -> None:
    words = desk.policy.words(conversations.load(tx, conversation_id).language)
    half = DIGITS // 2
    said = words.code.format(code=f"{code[:half]} {code[half:]}")
    subject = words.code_subject.format(company=desk.account.name)
    notices.queue(tx, desk, Notice("code", conversation_id, address, subject, (said, words.code_ignore)))


def _row(tx: Connection, conversation_id: str) -> RowMapping | None:
    query = select(contact_codes).where(contact_codes.c.conversation_id == conversation_id)
    return tx.execute(query).mappings().first()


def _forget(tx: Connection, conversation_id: str) -> None:
    tx.execute(delete(contact_codes).where(contact_codes.c.conversation_id == conversation_id))


def _hash(conversation_id: str, code: str) -> str:
    return token_hash(f"{conversation_id}:{code}")
