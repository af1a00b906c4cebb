"""Owns the JSON of a ticket's e-mail side. Refuses to be sent to a visitor."""

from __future__ import annotations

from pydantic import BaseModel
from sqlalchemy import Connection

from bot.channels import mail_threads, mails
from bot.channels.mails import Direction, Standing
from bot.conversation import joins
from bot.conversation.mail_proof import Channel, Proof


class AttachmentBody(BaseModel):
    """A file of a mail; one that came in and is kept is the conversation's attachment `file_id`. Else it is in the
    mailbox alone, and `refused` says why."""

    name: str
    type: str
    size: int
    inline: bool
    file_id: str
    refused: str


class MailBody(BaseModel):
    """One mail; `full_text` is a customer's with quotes and signature, `message_id` the message it is or came from."""

    id: int
    direction: Direction
    subject: str
    standing: Standing
    detail: str
    automated: bool
    full_text: str
    attachments: list[AttachmentBody]
    message_id: int | None
    created_at: str


class MailSideBody(BaseModel):
    """The thread: mails go to `address` alone; `proof` says how it is known to be the customer's."""

    channel: Channel
    address: str
    subject: str
    proof: Proof
    mails: list[MailBody]


def mail_side(tx: Connection, conversation_id: str) -> MailSideBody | None:
    """The e-mail side of the conversation and of those that go on in it, None when no mail belongs to it."""
    thread = mail_threads.load(tx, conversation_id)
    if thread is None:
        return None
    written = mails.of_conversation(tx, *joins.parts(tx, conversation_id))
    return MailSideBody(
        channel=thread.channel,
        address=thread.address,
        subject=thread.subject,
        proof=thread.proof,
        mails=[MailBody.model_validate(mail, from_attributes=True) for mail in written],
    )
