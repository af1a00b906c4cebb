"""Owns an edit's impact as JSON for machines. Refuses to leave anything out that a person is shown."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from eval.edits.told import Change, Told
from eval.impact import Impact


def text(found: Impact) -> str:
    """One object: `changed`, `counts` by kind of change, `blocking` (case ids), `cases`, and what the checks say."""
    content = {
        "changed": asdict(found.changed),
        "asked": len(found.asked),
        "cases_in_all": found.cases,
        "cases_elsewhere": found.elsewhere,
        "logged_asked": found.logged_asked,
        "logged_in_all": found.logged_in_all,
        "seconds": round(found.seconds, 2),
        "generation": found.generation,
        "counts": {change.value: len(found.of(change)) for change in Change},
        "blocking": [one.now.id for one in found.blocking],
        "cases": [_case(one) for one in found.told],
        "contradictions": [asdict(each) for each in found.contradictions],
        "shadows": [asdict(each) for each in found.shadows],
        "left_out": [{"file": each.file, "line": each.line, "message": each.message} for each in found.left_out],
        "near_duplicates": [{"file": each.file, "message": each.message} for each in found.repeats],
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def _case(one: Told) -> dict[str, Any]:
    return {
        "id": one.now.id,
        "change": one.change,
        "blocks": one.blocks,
        "pinned": one.pinned,
        "logged": one.logged,
        "text": one.now.text,
        "worse": one.worse,
        "better": one.better,
        "missing": [asdict(each) for each in one.missing],
        "before": {"decision": one.before.decision, "cited": one.before.cited, "shown": one.before.shown},
        "now": {"decision": one.now.decision, "cited": one.now.cited, "shown": one.now.shown},
    }
