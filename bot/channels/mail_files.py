"""Owns which files of a mail are kept, as a chat's are, and why another one is not. Refuses to serve one: api does."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.channels.mail_body import Attachment
from bot.channels.read_mail import IncomingMail
from bot.conversation import attachments
from bot.conversation.attachment_files import AttachmentFiles
from bot.conversation.attachments import Received
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker
from bot.errors import BadRequest, Conflict, TooLarge

CUT_OFF = "The mail could not be read to its end, so this file may be cut off."
MAIL_INSIDE = "A mail inside a mail is not kept."


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A listed attachment whose bytes are on the disk, or with the reason why they are not."""

    listed: Attachment
    received: Received | None = None


def looked_at(files: AttachmentFiles, incoming: IncomingMail) -> tuple[LookedAt, ...]:
    """What may be kept is on the disk when this returns. Unavailable when it cannot be written."""
    pairs = zip(incoming.attachments, incoming.contents, strict=True)
    return tuple(_look(files, listed, content, cut_off=bool(incoming.damage)) for listed, content in pairs)


def keep(tx: Connection, message: Message, looked: tuple[LookedAt, ...]) -> tuple[Attachment, ...]:
    """The attachments in their order, those that may be kept as files of the message; what the text shows comes last
    where there is not room for all."""
    by_need = sorted(enumerate(looked), key=lambda one: one[1].listed.inline)
    kept = {place: _keep(tx, message, one) for place, one in by_need}
    return tuple(kept[place] for place in range(len(looked)))


def _look(files: AttachmentFiles, listed: Attachment, content: bytes | None, *, cut_off: bool) -> LookedAt:
    if cut_off or content is None:
        return LookedAt(replace(listed, refused=CUT_OFF if cut_off else MAIL_INSIDE))
    try:
        name, kind = attachments.looked_at(content, listed.name, Speaker.CUSTOMER)
    except (BadRequest, TooLarge) as error:
        return LookedAt(replace(listed, refused=error.detail))
    exact = replace(listed, size=len(content))
    return LookedAt(exact, Received(name, kind, len(content), files.keep(content)))


def _keep(tx: Connection, message: Message, one: LookedAt) -> Attachment:
    if one.received is None:
        return one.listed
    try:
        return replace(one.listed, file_id=attachments.add(tx, message, one.received).id)
    except Conflict as error:
        return replace(one.listed, refused=error.detail)

