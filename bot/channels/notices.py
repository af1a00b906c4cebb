"""Owns queueing a mail of ours that is no message of a conversation: a code, a survey. Refuses to keep its text once it
left or was given up: it holds what only its reader may know."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.channels import letter_text, mails
from bot.channels.letter import Letter
from bot.channels.mail_address import domain_of
from bot.channels.mails import Direction, Mail, Standing
from bot.channels.receive import MailDesk
from bot.events import outbox
from bot.events.outbox import Topic
from bot.storage import clock


@dataclass(frozen=True, slots=True)
class Notice:
    """Our own `paragraphs` to one address; `unsubscribe` as in a letter."""

    kind: str
    conversation_id: str
    to: str
    subject: str
    paragraphs: tuple[str, ...]
    unsubscribe: str = ""


def queue(tx: Connection, desk: MailDesk, notice: Notice) -> str:
    """Record the mail and have it sent; its Message-ID."""
    account = desk.account
    content = letter_text.notice(notice.paragraphs, account.name)
    letter = Letter(
        mail_id=f"<answerdesk.{secrets.token_hex(16)}@{domain_of(account.address)}>",
        sender=account.address,
        sender_name=account.name,
        to=notice.to,
        reply_to=account.address,
        subject=notice.subject,
        references=(),
        text=content.text,
        html=content.html,
        automated=True,
        sent_at=clock.now(),
        secret=True,
        unsubscribe=notice.unsubscribe,
    )
    mail = mails.add_outgoing(tx, _record(letter, notice.conversation_id))
    mails.settle(tx, mail, mail.standing)
    outbox.put(tx, Topic.MAIL, f"{notice.conversation_id}:{notice.kind}:{mail.id}", letter)
    return letter.mail_id


def _record(letter: Letter, conversation_id: str) -> Mail:
    return Mail(
        id=0,
        key=letter.mail_id,
        mail_id=letter.mail_id,
        direction=Direction.OUT,
        conversation_id=conversation_id,
        message_id=None,
        address=letter.to,
        subject=letter.subject,
        standing=Standing.QUEUED,
        detail="",
        full_text="",
        attachments=(),
        automated=True,
        tries=0,
        created_at=letter.sent_at,
    )
