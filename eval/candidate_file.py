"""Owns writing candidates as lines of the case format, `articles` and `spans` left for a person.

Refuses to add to a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.casebook.case_line import to_json
from bot.gaps.harvest import Candidate
from kb_ingest.durable import replace_file


def write(path: Path, candidates: Sequence[Candidate]) -> None:
    """One candidate a line; a file that is there is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, "".join(f"{to_json(candidate.line)}\n" for candidate in candidates).encode())
