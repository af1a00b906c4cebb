"""Owns writing candidates as lines of the case format, `articles` and `spans` left for a person.

Refuses to add to a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.casebook.case_line import CaseLine, to_json
from eval.harvest import Candidate
from kb_ingest.durable import replace_file


def write(path: Path, candidates: Sequence[Candidate]) -> None:
    """One candidate a line; a file that is there is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, "".join(f"{to_json(to_line(candidate))}\n" for candidate in candidates).encode())


def to_line(candidate: Candidate) -> CaseLine:
    """A line that the strict reader accepts once a person has filled in what is right."""
    return CaseLine(
        id=candidate.id,
        kind=candidate.kind,
        area="general",
        text=candidate.text,
        context=candidate.context,
        region=candidate.region,
        plan=candidate.plan,
        decisions=(candidate.decision,),
        sensitive=candidate.category,
        reason=candidate.reason,
    )
