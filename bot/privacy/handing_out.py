"""Owns writing a person's copy where an operator wants it: whole or not at all, readable by its owner alone.

Refuses to overwrite. A name that ends in `.zip` is one archive; else JSON, with a folder beside it if there are files.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from bot.conversation.attachment_files import AttachmentFiles
from bot.errors import BadRequest, Unavailable
from bot.privacy.export import Copy
from kb_ingest.durable import replace_file, sync

ARCHIVE = ".zip"
NAME = "export.json"
FOLDER = ".files"
OWNERS_ALONE = 0o600


def write(copy: Copy, files: AttachmentFiles, out: Path) -> tuple[str, ...]:
    """Write the copy to `out`; the paths of files that are missing or damaged here. BadRequest when `out` is there
    already, or its folder is not."""
    contents, unreadable = _contents(copy, files)
    beside = out.with_name(out.name + FOLDER)
    for path in (out, beside):
        if path.exists():
            raise BadRequest(f"{path} exists already; name a new file.")
    if not out.parent.is_dir():
        raise BadRequest(f"There is no folder {out.parent}.")
    if out.suffix.lower() == ARCHIVE:
        _put(out, _archive(copy, contents))
    else:
        _write_beside(beside, contents)
        _put(out, copy.text.encode())
    return unreadable


def _contents(copy: Copy, files: AttachmentFiles) -> tuple[Mapping[str, bytes], tuple[str, ...]]:
    contents, unreadable = {}, []
    for one in copy.files:
        try:
            contents[one.path] = files.read(one.digest)
        except Unavailable:
            unreadable.append(one.path)
    return contents, tuple(unreadable)


def _archive(copy: Copy, contents: Mapping[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, copy.text)
        for path, content in contents.items():
            archive.writestr(path, content)
    return whole.getvalue()


def _write_beside(beside: Path, contents: Mapping[str, bytes]) -> None:
    if not contents:
        return
    aside = beside.with_name(beside.name + ".unfinished")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    for path, content in contents.items():
        _put(aside / Path(path).name, content)
    aside.rename(beside)
    sync(beside.parent)


def _put(path: Path, content: bytes) -> None:
    replace_file(path, content)
    path.chmod(OWNERS_ALONE)
