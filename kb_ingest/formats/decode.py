"""Owns bytes → text: UTF-8, UTF-16 with or without its mark, Windows-1252; refuses binary files."""

from __future__ import annotations

import codecs
import re

_MAGIC = {
    b"%PDF-": "a PDF", b"PK\x03\x04": "a ZIP archive or DOCX", b"\x89PNG": "a PNG image",
    b"\x1f\x8b": "a gzip archive",
    b"\xff\xd8\xff": "a JPEG image", b"GIF8": "a GIF image", b"\x7fELF": "a program", b"MZ\x90": "a program",
    b"\xd0\xcf\x11\xe0": "an old Office file", b"{\\rtf": "an RTF file",
}  # fmt: skip
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f\x81\x8d\x8f\x90\x9d]")


class NotText(ValueError):
    """The bytes are no text; the message says what they look like."""


def decode(data: bytes) -> tuple[str, str]:
    """(text, note on the encoding or `""`). Raises NotText for binary data."""
    for magic, name in _MAGIC.items():
        if data.startswith(magic):
            raise NotText(f"this is {name}, not text: give it its own file name ending or remove it")
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return _checked(data[2:].decode(encoding, errors="replace")), ""
    if encoding := _unmarked_utf16(data):
        return _checked(data.decode(encoding, errors="replace")), f"read as {encoding}: save it as UTF-8"
    try:
        return _checked(data.decode("utf-8-sig")), ""
    except UnicodeDecodeError as problem:
        text = _checked(data.decode("cp1252", errors="replace"))
        return text, f"byte {problem.start + 1} is not UTF-8, read as Windows-1252: save the file as UTF-8"


def _unmarked_utf16(data: bytes) -> str:
    head = data[:2000]
    if len(head) < 8:
        return ""
    even, odd = head[::2].count(0) / (len(head) / 2), head[1::2].count(0) / (len(head) / 2)
    if odd > 0.7 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 and odd < 0.1 else ""


def _checked(text: str) -> str:
    head = text[:200_000]
    strange = len(_CONTROLS.findall(head)) + head.count("\ufffd")
    if strange * 50 > len(head) and strange > 3:
        raise NotText("this is not text: it holds binary data; remove it or save it as UTF-8")
    return text
