"""Owns which conversation a mail belongs to, and how sure it is who its sender is. Refuses a stranger in a thread."""

from __future__ import annotations

import re
import secrets
from base64 import b32encode
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection, RowMapping, insert, select, update

from bot.channels import mails
from bot.channels.mail_address import tag_of
from bot.channels.read_mail import Head
from bot.conversation import joins
from bot.conversation.conversations import open_conversation
from bot.conversation.mail_proof import Channel, Proof
from bot.storage import clock
from bot.storage.mail_tables import mail_threads

SITE = "e-mail"
_TOKEN_BYTES = 10
_REFERENCE = re.compile(r"\[ref:\s?([a-z0-9]{16})\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MailThread:
    """The e-mail side of one conversation: mails go to `address` alone. `quiet`: no automated mail ever goes there."""

    conversation_id: str
    token: str
    channel: Channel
    address: str
    subject: str
    proof: Proof
    quiet: bool
    created_at: str

    @property
    def proven(self) -> bool:
        """True when the address is known to be the customer's."""
        return self.proof is not Proof.CLAIMED


@dataclass(frozen=True, slots=True)
class Found:
    """The thread a mail belongs to; `secret`: it shows something that only stood in a mail of ours."""

    thread: MailThread
    secret: bool


def reference(token: str) -> str:
    """How the token stands in a subject."""
    return f"[ref:{token}]"


def open_thread(
    tx: Connection, address: str, subject: str, language: str, proof: Proof, *, quiet: bool = False
) -> MailThread:
    """A new conversation that began with a mail."""
    conversation = open_conversation(tx, site=SITE, language=language).conversation
    return _store(tx, conversation.id, Channel.EMAIL, address, subject, proof, quiet=quiet)


def join(tx: Connection, conversation_id: str, address: str, proof: Proof = Proof.VOUCHED) -> MailThread:
    """A conversation of the widget whose customer's address is proven goes on by mail as well."""
    return _store(tx, conversation_id, Channel.WIDGET, address, "", proof, quiet=False)


def load(tx: Connection, conversation_id: str) -> MailThread | None:
    """The conversation's thread, None when no mail ever belonged to it."""
    query = select(mail_threads).where(mail_threads.c.conversation_id == conversation_id)
    row = tx.execute(query).mappings().first()
    return _thread(row) if row is not None else None


def find(tx: Connection, head: Head, own_address: str) -> Found | None:
    """The thread that a mail answers: by our Message-ID or token, else by the sender's own earlier mails.

    Only its own address joins a thread: what somebody else sends is a thread of its own.
    """
    if head.sender is None:
        return None
    answered = mails.ours(tx, head.refers_to)
    thread = (
        load(tx, answered.conversation_id)
        if answered and answered.conversation_id
        else _by_token(tx, head, own_address)
    )
    if thread is not None and thread.address == head.sender:
        return Found(thread, secret=True)
    earlier = mails.theirs(tx, head.refers_to, head.sender)
    known = load(tx, earlier.conversation_id) if earlier and earlier.conversation_id else None
    return Found(known, secret=False) if known is not None and known.address == head.sender else None


def prove(tx: Connection, thread: MailThread, proof: Proof) -> MailThread:
    """The thread with what is known now of its address; what was known stays known."""
    if thread.proven or proof is Proof.CLAIMED:
        return thread
    tx.execute(update(mail_threads).where(mail_threads.c.conversation_id == thread.conversation_id).values(proof=proof))
    return replace(thread, proof=proof)


def going_on(tx: Connection, thread: MailThread) -> MailThread:
    """The thread of the conversation in which this one's goes on since a merge, else itself."""
    return load(tx, joins.going_on(tx, thread.conversation_id)) or thread


def carry_on(tx: Connection, conversation_id: str, into_id: str) -> None:
    """A conversation that takes up another one takes its mails, too; its own thread counts more."""
    thread = load(tx, conversation_id)
    if thread is not None and load(tx, into_id) is None:
        _store(tx, into_id, Channel.WIDGET, thread.address, thread.subject, thread.proof, quiet=thread.quiet)


def without_reference(subject: str) -> str:
    """The subject as the customer wrote it."""
    return " ".join(_REFERENCE.sub(" ", subject).split())


def _by_token(tx: Connection, head: Head, own_address: str) -> MailThread | None:
    tokens = list(dict.fromkeys(_tokens(head, own_address)))
    query = select(mail_threads).where(mail_threads.c.token.in_(tokens), mail_threads.c.address == head.sender)
    row = tx.execute(query.limit(1)).mappings().first() if tokens else None
    return _thread(row) if row is not None else None


def _tokens(head: Head, own_address: str) -> Iterator[str]:
    yield from (token.lower() for token in _REFERENCE.findall(head.subject))
    yield from (tag for address in head.recipients if (tag := tag_of(address, own_address)))


def _store(
    tx: Connection, conversation_id: str, channel: Channel, address: str, subject: str, proof: Proof, *, quiet: bool
) -> MailThread:
    token = b32encode(secrets.token_bytes(_TOKEN_BYTES)).decode().lower()
    thread = MailThread(conversation_id, token, channel, address, subject, proof, quiet, clock.now())
    values = {name: getattr(thread, name) for name in MailThread.__slots__} | {"quiet": int(quiet)}
    tx.execute(insert(mail_threads).values(values))
    return thread


def _thread(row: RowMapping) -> MailThread:
    return MailThread(
        **dict(row) | {"channel": Channel(row["channel"]), "proof": Proof(row["proof"]), "quiet": bool(row["quiet"])}
    )
