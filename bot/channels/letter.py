"""Owns one mail of ours as a value and as bytes, the same at every try. Refuses anything in a header but one line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from bot.channels.automatic import OWN_HEADER
from bot.channels.header_text import one_line
from bot.storage import clock

LONGEST_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a mail: its bytes are among those of the conversations, under `digest`."""

    name: str
    media_type: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent to `to` alone; `references` end with the mail it answers, `sent_at` is ISO UTC.

    Of a `secret` one no text is kept when it left or was given up. A POST to `unsubscribe` ends mails of its
    kind (RFC 8058).
    """

    mail_id: str
    sender: str
    sender_name: str
    to: str
    reply_to: str
    subject: str
    references: tuple[str, ...]
    text: str
    html: str
    automated: bool
    sent_at: str
    secret: bool = False
    unsubscribe: str = ""
    enclosed: Enclosure | None = None

    @property
    def emptied(self) -> bool:
        """Its text is gone: it cannot be sent any more."""
        return self.secret and not self.text


def emptied(letter: Letter) -> Letter:
    """The letter without what only its reader may know."""
    return replace(letter, text="", html="", unsubscribe="")


def rendered(letter: Letter, file: bytes = b"") -> bytes:
    """The mail: text, the same text as simple HTML, and the `file` if one is enclosed."""
    message = EmailMessage(policy=SMTP)
    local, _, domain = letter.sender.partition("@")
    message["From"] = Address(one_line(letter.sender_name), local, domain)
    message["To"] = letter.to
    message["Reply-To"] = letter.reply_to
    message["Subject"] = one_line(letter.subject, LONGEST_SUBJECT)
    message["Message-ID"] = letter.mail_id
    message["Date"] = format_datetime(clock.read(letter.sent_at), usegmt=True)
    if letter.references:
        message["In-Reply-To"] = letter.references[-1]
        message["References"] = " ".join(letter.references)
    message[OWN_HEADER] = "1"
    if letter.automated:
        message["Auto-Submitted"] = "auto-replied"
        message["X-Auto-Response-Suppress"] = "All"
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if letter.enclosed is not None:
        kind, _, subkind = letter.enclosed.media_type.partition("/")
        message.add_attachment(file, kind, subkind, filename=one_line(letter.enclosed.name))
    for depth, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(sha256(f"{letter.mail_id}{depth or ''}".encode()).hexdigest()[:32])
    return message.as_bytes()
