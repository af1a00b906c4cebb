"""Owns serving a folder of small files: hashes, ETags, gzip made once, scripts and styles without what only their
authors read. Refuses disk reads later."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from bot.errors import NotFound

FOREVER = "public, max-age=31536000, immutable"
CHECKED = "public, max-age=0, must-revalidate"
VERSION = "v"
HASH_LENGTH = 16
COMPRESSED_LEVEL = 9
_LEAN = (".js", ".css")
_FOR_AUTHORS = re.compile(r"^[ \t]*(?://.*\n|/\*(?:[^*]|\*(?!/))*\*/[ \t]*\n|\n|)", re.MULTILINE)
"""Indents, empty lines, and lines that are a comment: a sixth of what a chat weighs."""


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file in memory; `zipped` None where compressing gains nothing."""

    content: bytes
    zipped: bytes | None
    media_type: str
    digest: str


class StaticFiles:
    """The files of one folder, read once. `url` names a version for ever, the bare path is always checked."""

    def __init__(self, folder: Path, prefix: str, *, lean: bool = False) -> None:
        """`prefix` is where they are mounted, without a slash at the end: `/widget/static`. With `lean`
        scripts and styles are our own, and no text in them hangs on its indents."""
        self._prefix = prefix
        self._files = _read(folder, lean=lean)

    def url(self, name: str) -> str:
        """The address of the file as it is now, with its hash; KeyError for an unknown name."""
        return f"{self._prefix}/{name}?{VERSION}={self._files[name].digest}"

    def response(self, request: Request, name: str) -> Response:
        """The file, or 304 when the caller has it; NotFound for anything that is not in the folder."""
        file = self._files.get(name)
        if file is None:
            raise NotFound("There is no such file.")
        dated = request.query_params.get(VERSION) == file.digest
        headers = {
            "ETag": f'"{file.digest}"',
            "Cache-Control": FOREVER if dated else CHECKED,
            "Vary": "Accept-Encoding",
        }
        if headers["ETag"] in request.headers.get("If-None-Match", ""):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return packed(request, file, headers)


def packed(request: Request, file: StaticFile, headers: Mapping[str, str]) -> Response:
    """The file, compressed for whoever takes it so."""
    if file.zipped is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        return Response(file.zipped, media_type=file.media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(file.content, media_type=file.media_type, headers=dict(headers))


def static_file(content: bytes, media_type: str) -> StaticFile:
    """What is served, with its compressed form and its digest."""
    zipped = gzip.compress(content, COMPRESSED_LEVEL, mtime=0)
    return StaticFile(
        content,
        zipped if len(zipped) < len(content) else None,
        media_type,
        hashlib.sha256(content).hexdigest()[:HASH_LENGTH],
    )


def without_comments(source: str) -> str:
    """The same script or style without what only its authors read; no text in it may hang on its indents."""
    return _FOR_AUTHORS.sub("", source)


def _read(folder: Path, *, lean: bool) -> Mapping[str, StaticFile]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): _file(path, lean=lean) for path in paths}


def _file(path: Path, *, lean: bool) -> StaticFile:
    content = path.read_bytes()
    if lean and path.suffix in _LEAN:
        content = without_comments(content.decode()).encode()
    return static_file(content, mimetypes.guess_type(path.name)[0] or "application/octet-stream")
