"""Owns reading the bytes of a mail into one value, whatever they are. Refuses to judge its sender."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message

from bot.channels import mail_address
from bot.channels.header_text import one_line
from bot.channels.mail_body import Attachment, Body, body_of

MOST_BYTES = 10_000_000
MOST_HEAD_BYTES = 64_000
MOST_LINES = 400_000
MOST_BOUNDARIES = 40
MOST_REFERENCES = 50
MAIL_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,190}@[A-Za-z0-9.:\[\]-]{1,190}>")
TOO_DEEP = "more nested parts than are read"
TOO_LONG = "longer than is read: the rest is in the mailbox"


@dataclass(frozen=True, slots=True)
class Header:
    """One header: its name in lower case and its value as it came, on one line."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Head:
    """What the headers say; ids are in the order in which they stand, the mail's own is "" without a good one."""

    mail_id: str
    sender: str | None
    subject: str
    refers_to: tuple[str, ...]
    recipients: tuple[str, ...]
    headers: tuple[Header, ...]
    content_type: str
    report_type: str

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of this header, topmost first."""
        return tuple(header.value for header in self.headers if header.name == name)

    def first(self, name: str) -> str:
        """The topmost value, "" when there is none."""
        return next(iter(self.all(name)), "")


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """A mail as it was read: `damage` says what could not be; `contents` are the attachments' bytes."""

    head: Head
    text: str
    attachments: tuple[Attachment, ...]
    damage: str
    report: str = ""
    contents: tuple[bytes | None, ...] = ()


def read_head(raw: bytes) -> Head:
    """The headers alone; `raw` may be the whole mail."""
    return _head(message_from_bytes(_top(raw), policy=policy.compat32))


def read_mail(raw: bytes) -> IncomingMail:
    """The whole mail. What is too deep, too long or broken is left out and named in `damage`."""
    head = read_head(raw)
    if raw.count(b"boundary") > MOST_BOUNDARIES:
        return IncomingMail(head, "", (), TOO_DEEP)
    content = _bounded(raw)
    damage = TOO_LONG if len(content) < len(raw) else ""
    message = message_from_bytes(content, policy=policy.compat32)
    body: Body = body_of(message)
    return IncomingMail(head, body.text, body.attachments, damage, _report(message, content), body.contents)


def _top(raw: bytes) -> bytes:
    """Up to the empty line that ends the headers."""
    top = raw[:MOST_HEAD_BYTES]
    end = re.search(rb"\r?\n\r?\n", top)
    return top[: end.end()] if end else top


def _bounded(raw: bytes) -> bytes:
    content = raw[:MOST_BYTES]
    if content.count(b"\n") <= MOST_LINES:
        return content
    return b"\n".join(content.split(b"\n", MOST_LINES)[:MOST_LINES])


def _head(message: Message) -> Head:
    headers = tuple(_headers(message))
    senders = _values(headers, "from")
    ids = MAIL_ID.findall(" ".join(_values(headers, "message-id")))
    referred = MAIL_ID.findall(" ".join(_values(headers, "in-reply-to", "references")))
    sent_to = _values(headers, "to", "cc", "delivered-to", "x-original-to")
    return Head(
        mail_id=ids[0] if len(ids) == 1 else "",
        sender=mail_address.only_one(senders),
        subject=one_line(" ".join(_values(headers, "subject"))),
        refers_to=tuple(dict.fromkeys(referred))[-MOST_REFERENCES:],
        recipients=tuple(address for value in sent_to for address in mail_address.all_in(value)),
        headers=headers,
        content_type=message.get_content_type(),
        report_type=str(message.get_param("report-type", "") or "").lower(),
    )


def _values(headers: tuple[Header, ...], *names: str) -> list[str]:
    return [header.value for header in headers if header.name in names]


def _headers(message: Message) -> Iterator[Header]:
    """Values with what no header may hold taken out; bytes beyond ASCII are read as UTF-8."""
    for name, value in message.raw_items():
        text = str(value).encode("ascii", "surrogateescape").decode("utf-8", "replace")
        yield Header(str(name).lower(), " ".join(text.replace("\x00", "").split()))


def _report(message: Message, content: bytes) -> str:
    """What a mail server reports, as text to look for words in; "" for any other mail."""
    if message.get_content_type() != "multipart/report":
        return ""
    return content[:MOST_HEAD_BYTES].decode("utf-8", "replace")
