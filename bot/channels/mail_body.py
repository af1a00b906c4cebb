"""Owns choosing what of a mail's parts is read and listing the rest. Refuses to judge attachments: mail_files.py."""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from bot.channels.charset import decoded
from bot.channels.header_text import one_line
from bot.channels.html_words import words_of

LONGEST_TEXT = 200_000
LONGEST_HTML = 400_000
MOST_PARTS = 200
MOST_ATTACHMENTS = 50
LONGEST_NAME = 150
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}")
_BREAKS = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is listed; `size` is the file's in bytes, `inline` when the text shows it.

    `file_id` is the stored file's, empty for one that is not kept: `refused` says why, if it came in.
    """

    name: str
    type: str
    size: int
    inline: bool
    file_id: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """The text as its sender wrote it, quotes and all, and what hangs on it.

    `contents` are the attachments' bytes, None for a mail inside the mail.
    """

    text: str
    attachments: tuple[Attachment, ...]
    contents: tuple[bytes | None, ...]


def body_of(message: Message) -> Body:
    """The first plain text that says something, else the first HTML reduced to text; every other part is listed."""
    leaves = list(_leaves(message))[:MOST_PARTS]
    plain = next((text for part in leaves if _is_text(part, "text/plain") and (text := _text(part)).strip()), None)
    web = None
    if plain is None:
        web = next((text for part in leaves if _is_text(part, "text/html") and (text := words_of(_text(part)))), None)
    rest = [part for part in leaves if not (_is_text(part, "text/plain") or _is_text(part, "text/html"))]
    hanging = rest[:MOST_ATTACHMENTS]
    contents = (None if isinstance(part.get_payload(), list) else _content(part) for part in hanging)
    return Body((plain or web or "").strip(), tuple(map(_listed, hanging)), tuple(contents))


def _leaves(part: Message) -> Iterator[Message]:
    """Parts that hold something themselves; a mail inside a mail is one attachment."""
    inside = part.get_payload()
    if part.get_content_maintype() == "multipart" and isinstance(inside, list):
        for each in inside:
            if isinstance(each, Message):
                yield from _leaves(each)
    else:
        yield part


def _is_text(part: Message, kind: str) -> bool:
    return part.get_content_type() == kind and part.get_content_disposition() != "attachment"


def _text(part: Message) -> str:
    return _BREAKS.sub("\n", decoded(_content(part)[:LONGEST_HTML], part.get_content_charset()))[:LONGEST_TEXT]


def _content(part: Message) -> bytes:
    """The decoded bytes; those of broken Base64 as they are."""
    try:
        content = part.get_payload(decode=True)
    except (Base64Error, ValueError):
        content = None
    return content if isinstance(content, bytes) else b""


def _listed(part: Message) -> Attachment:
    kind = part.get_content_type().lower()
    disposition = part.get_content_disposition()
    return Attachment(
        name=one_line(_name(part), LONGEST_NAME) or "unnamed",
        type=kind if _TYPE.fullmatch(kind) else "application/octet-stream",
        size=_size(part),
        inline=disposition != "attachment" and "Content-ID" in part,
    )


def _name(part: Message) -> str:
    try:
        return part.get_filename() or ""
    except (LookupError, ValueError, TypeError):
        return ""


def _size(part: Message) -> int:
    """What the file weighs; of Base64 it is reckoned, not decoded."""
    inside = part.get_payload()
    if isinstance(inside, list):
        return sum(_size(each) for each in inside if isinstance(each, Message))
    encoded = len(inside) if isinstance(inside, str) else 0
    return encoded * 3 // 4 if str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64" else encoded
