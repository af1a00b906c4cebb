"""Owns DOCX files. Runs in the child process. Refuses bombs, documents with a DTD, and whatever lies outside
the file.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from xml.parsers.expat import ExpatError

import mammoth

from kb_ingest.article import ProblemKind
from kb_ingest.cleaning.html_markdown import page_to_markdown
from kb_ingest.formats.raw import RawArticle, Reading, refused, told_of

_UNPACKED_LIMIT = 60_000_000  # bytes over all parts
_PART_LIMIT = 2_000
_DEEPEST_XML = 250  # the converter recurses
_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"


class Unsafe(ValueError):
    """The archive is not read; the message says why."""


def read(data: bytes, source: str) -> Reading:
    """The one article of a DOCX file."""
    try:
        _refuse_unsafe(data)
        result = mammoth.convert_to_html(
            io.BytesIO(data), style_map=_STYLES, convert_image=_no_image, external_file_access=False
        )
    except Unsafe as problem:
        return refused(
            source, ProblemKind.TOO_LARGE if "large" in str(problem) else ProblemKind.UNREADABLE, str(problem)
        )
    except (
        zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, KeyError, ValueError,
        AttributeError,
        TypeError, IndexError, EOFError, OSError, SyntaxError, RuntimeError, ExpatError, AssertionError,
    ) as problem:  # fmt: skip
        return refused(
            source,
            ProblemKind.UNREADABLE,
            f"the DOCX cannot be read ({type(problem).__name__}): save it again",
        )
    page = page_to_markdown(f"<body>{result.value}</body>", first_row_is_head=True)
    return Reading((RawArticle(page.markdown, source, source, page.title),), told_of(page, source))


def _no_image(_image: object) -> list[object]:
    """Images are left out and never opened: one may point to a file or host outside the document."""
    return []


def _refuse_unsafe(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > _PART_LIMIT or sum(part.file_size for part in parts) > _UNPACKED_LIMIT:
            raise Unsafe("the DOCX is too large once unpacked: split it")
        if "[Content_Types].xml" not in archive.namelist():
            raise Unsafe("this ZIP archive is no DOCX")
        for part in parts:
            if part.flag_bits & 1:
                raise Unsafe("the DOCX is encrypted: save it without a password")
            if part.filename.endswith((".xml", ".rels")):
                _refuse_unsafe_part(archive.read(part))


def _refuse_unsafe_part(xml: bytes) -> None:
    plain = xml.replace(b"\x00", b"")  # UTF-16 spells the same with zero bytes between
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise Unsafe("the DOCX declares XML entities, which Word never does: save it again with Word")
    depth = deepest = 0
    place = plain.find(b"<")
    while place >= 0:
        end = plain.find(b">", place)
        if end < 0:
            break
        if plain[place + 1 : place + 2] == b"/":
            depth -= 1
        elif plain[place + 1 : place + 2] not in (b"?", b"!") and plain[end - 1 : end] != b"/":
            depth += 1
            deepest = max(deepest, depth)
        place = plain.find(b"<", end)
    if deepest > _DEEPEST_XML:
        raise Unsafe("the DOCX nests its parts too deeply: save it again with Word")
