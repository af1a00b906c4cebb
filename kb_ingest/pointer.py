"""Owns the file `CURRENT`: which generation readers open, which older ones are kept, newest first, and which articles
are forgotten.

One line of JSON and its checksum, replaced in one step. Refuses to guess when the file is damaged.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from kb_ingest.durable import replace_file

_FILE = "CURRENT"


class PointerDamaged(Exception):
    """`CURRENT` is not what was written."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """`kept` holds every generation on disk, newest first, `current` among them. `forgotten`: ids of articles that
    are gone, though files of theirs may still have to be removed, and that were not published since."""

    current: str
    kept: tuple[str, ...]
    forgotten: tuple[str, ...] = ()


def read(index_dir: Path) -> Pointer | None:
    """The pointer, None when nothing was ever published. Raises PointerDamaged."""
    try:
        content = (index_dir / _FILE).read_bytes()
    except FileNotFoundError:
        return None
    record, _, checksum = content.rstrip(b"\n").partition(b"\n")
    if hashlib.sha256(record).hexdigest().encode() != checksum:
        raise PointerDamaged(f"{index_dir / _FILE} does not match its checksum")
    values = json.loads(record)
    return Pointer(values["current"], tuple(values["kept"]), tuple(values.get("forgotten", ())))


def write(index_dir: Path, pointer: Pointer) -> None:
    """Switch every reader to `pointer` in one step."""
    record = json.dumps(asdict(pointer)).encode()
    replace_file(index_dir / _FILE, record + b"\n" + hashlib.sha256(record).hexdigest().encode() + b"\n")
