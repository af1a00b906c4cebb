"""Owns writing candidates as lines of the case format, `articles` and `spans` left for a person.

Refuses to add to a file.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from eval.case import Voice
from eval.harvest import Candidate


def write(path: Path, candidates: Sequence[Candidate]) -> None:
    """One candidate a line; a file that is there is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{to_line(candidate)}\n" for candidate in candidates), encoding="utf-8")


def to_line(candidate: Candidate) -> str:
    """A line that the strict reader accepts once a person has filled in what is right."""
    customer = {"region": candidate.region, "plan": candidate.plan}
    value = {
        "id": candidate.id,
        "kind": candidate.kind,
        "voice": Voice.PLAIN,
        "area": "general",
        "text": candidate.text,
        "context": [{"role": role, "text": text} for role, text in candidate.context],
        "customer": {name: given for name, given in customer.items() if given},
        "expect": {
            "decision": [candidate.decision],
            "articles": [],
            "spans": [],
            "sensitive": candidate.category,
            "must_not": [],
        },
        "reason": candidate.reason,
    }
    return json.dumps(value, ensure_ascii=False)
