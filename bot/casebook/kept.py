"""Owns files that the evaluation writes and the console reads: one JSON object with a `format`. Refuses another format
version, and to know what is in one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bot.errors import DeskError
from bot.storage.record import decode
from kb_ingest.durable import replace_file

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


def write(path: Path, found: DataclassInstance) -> None:
    """Replace the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, (json.dumps(asdict(found), ensure_ascii=False, indent=1) + "\n").encode())


def read(path: Path, kind: type[T], version: int, bad: Callable[[str], DeskError]) -> T | None:
    """The file, None where none was written yet. Raises what `bad` makes of why it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise bad(str(error)) from error
    try:
        given = json.loads(text)
        if not isinstance(given, Mapping) or given.get("format") != version:
            raise bad(f"it is not of format {version}")
        return decode(kind, text)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise bad(f"{type(error).__name__}: {error}") from error
