"""Owns which files may be sent, told by what is in them. Refuses what can act when it is opened, and any claim of the
sender's: name and declared type decide nothing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.errors import BadRequest
from bot.storage.clean_text import blank, storable

LONGEST_NAME = 100
NAMELESS = "file"
ACCEPTED = "PNG, JPEG, GIF and WebP pictures, PDF and plain text"

_HEAD = 1024
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|svg|script|iframe|object|embed|xml|\?xml)\b|<\?xml", re.IGNORECASE)
# What makes a viewer of PDF run code, start a program or unpack another file. `#xx` may hide letters of a name.
# The two short ones are looked for with their value: compressed pictures have every three letters somewhere.
_ACTING = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia)\b|/(?:JS|XFA)\s*(?:[(<\[]|\d+\s+\d+\s+R)")
_HIDDEN = re.compile(rb"#([0-9A-Fa-f]{2})")
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|]+')


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: its media type and the endings its names have, the usual one first."""

    media_type: str
    endings: tuple[str, ...]


PNG = FileKind("image/png", (".png",))
JPEG = FileKind("image/jpeg", (".jpg", ".jpeg"))
GIF = FileKind("image/gif", (".gif",))
WEBP = FileKind("image/webp", (".webp",))
PDF = FileKind("application/pdf", (".pdf",))
TEXT = FileKind("text/plain", (".txt", ".log", ".csv", ".md"))


def kind_of(content: bytes) -> FileKind:
    """The kind of file this is; BadRequest for every other kind, and for one that can act."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return WEBP
    if content.startswith(b"%PDF-"):
        return _harmless_pdf(content)
    if _is_plain_text(content):
        return TEXT
    raise BadRequest(f"This kind of file is not accepted; send {ACCEPTED}.")


def file_name(name: str, kind: FileKind) -> str:
    """The name without folders and signs that systems forbid, with an ending that belongs to `kind`."""
    last = re.split(r"[\\/]", storable(name))[-1]
    shown = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    kept = _NOT_IN_NAMES.sub("_", shown).strip(" .")
    if blank(kept):
        kept = NAMELESS
    ending = next((each for each in kind.endings if kept.lower().endswith(each)), "")
    stem = kept[: len(kept) - len(ending)] or NAMELESS
    return stem[: LONGEST_NAME - len(kind.endings[0]) - 1] + (ending or kind.endings[0])


def _harmless_pdf(content: bytes) -> FileKind:
    written_out = _HIDDEN.sub(lambda found: bytes([int(found[1], 16)]), content)
    if _ACTING.search(content) or _ACTING.search(written_out):
        raise BadRequest("This PDF holds a script or another file; send one without.")
    return PDF


def _is_plain_text(content: bytes) -> bool:
    """Readable UTF-8 that no program would take for a page or a picture made of markup."""
    if _CONTROLS.search(content) or _MARKUP.search(content[:_HEAD]):
        return False
    try:
        return not blank(content.decode("utf-8"))
    except UnicodeDecodeError:
        return False
