"""Owns which file goes with a mail of ours: the one that its message is. Refuses files of a kind or size that the chat
refuses: they were looked at when they came (attachments.py)."""

from __future__ import annotations

from pathlib import PurePosixPath

from sqlalchemy import Connection

from bot.channels.letter import Enclosure
from bot.channels.mail_body import Attachment
from bot.conversation import attachments
from bot.conversation.attachment_kinds import NAMELESS
from bot.conversation.messages import Message
from bot.storage.record import decode


def of_message(tx: Connection, message: Message, shown: str) -> Enclosure | None:
    """The file with its name as the desk sees it, None for a message of words.

    `shown` is what may be said of the message: where a part of the name may not, the file is named by its kind alone.
    """
    if message.attachment is None:
        return None
    attachment_id = decode(attachments.Attachment, message.attachment).id
    stored = attachments.load(tx, attachment_id, message.conversation_id)
    file = stored.attachment
    name = file.name if shown == message.text else NAMELESS + PurePosixPath(file.name).suffix
    return Enclosure(name, file.media_type, file.size, stored.digest)


def listed(enclosed: Enclosure | None) -> tuple[Attachment, ...]:
    """The same as the desk's list of a mail's files."""
    if enclosed is None:
        return ()
    return (Attachment(enclosed.name, enclosed.media_type, enclosed.size, inline=False),)
