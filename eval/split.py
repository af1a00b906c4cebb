"""Owns the `split` field in the case files: writes it, finds where it is missing or wrong.

Refuses to touch anything else.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from bot.casebook.case import Case
from bot.casebook.case_file import parse
from bot.casebook.line_file import lines
from kb_ingest.durable import replace_file


def write(path: Path) -> int:
    """Give every case of the file its split; how many lines changed. A second call changes none."""
    found = lines(path)
    labelled = [_labelled(line, path.name, number) for number, line in enumerate(found, 1)]
    changed = sum(before != after for before, after in zip(found, labelled, strict=True))
    if changed:
        replace_file(path, "".join(f"{line}\n" for line in labelled).encode())
    return changed


def wrong(cases: Sequence[Case]) -> tuple[Case, ...]:
    """Cases whose written split is missing or not the one of their article."""
    return tuple(case for case in cases if case.split is not case.belongs_to)


def _labelled(line: str, file: str, number: int) -> str:
    if not line.strip():
        return line
    case = parse(line, file, number)
    if case.split is case.belongs_to:
        return line
    return json.dumps({**json.loads(line), "split": case.belongs_to.value}, ensure_ascii=False)
