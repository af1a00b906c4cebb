"""Owns the rows that the public sets give: which of their labels speak for which category of the policy.

Refuses to copy a text anywhere: only fitted numbers leave here.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from eval.screen.rows import Group, Row
from eval.shared_sets import PLACE, SetMissing

SENSITIVE = "sensitive/items.jsonl.gz"
FRAUD = "fraud"
CATEGORY = {
    Group.SELF_HARM: "self_harm", Group.DISTRESS: "distress", Group.VIOLENCE: "violence", Group.PRIVACY: "misuse",
    Group.HATE: "harassment", Group.ACCOUNT_SECURITY: FRAUD,
}  # fmt: skip
"""The policy's category of the set's; advice has one per field."""
STOLEN = frozenset(
    {
        "card_payment_not_recognised", "cash_withdrawal_not_recognised", "direct_debit_payment_not_recognised",
        "compromised_card", "lost_or_stolen_card", "lost_or_stolen_phone", "report_fraud", "report_lost_card",
        "freeze_account",
    }
)  # fmt: skip
"""Intents of Banking77 and CLINC that the sensitive set counts as account security."""
EVERY = 3
"""Of the ordinary questions of a question set every third is enough; the sensitive ones are all taken."""
LOOKALIKE_WEIGHT = 2.0
DISTRESS_WEIGHT, ADVICE_WEIGHT, DANGER_WEIGHT = 3.0, 3.0, 6.0
"""The set has few texts of each, our own are many; of dangers it has the fewest."""
ORDINARY_WEIGHT = 0.5
SUPPORT_SETS = ("dstc11_assist", "office_support", "duckduckgo_help", "stackexchange_software")
INTENT_SETS = ("banking77_oos", "clinc150")
OTHER_TOPICS = "oos_far"


def rows(place: Path = PLACE) -> Iterator[Row]:
    """Every row of the public sets. Raises SetMissing."""
    yield from map(_judged, read(place / SENSITIVE))
    for name in INTENT_SETS:
        yield from _intents(list(read(place / name / "queries.jsonl.gz")), other_topics=name == INTENT_SETS[-1])
    for name in SUPPORT_SETS:
        for question in read(place / name / "queries.jsonl.gz"):
            if question["kind"] != OTHER_TOPICS:
                yield Row(question["text"], Group.CUSTOMERS, None, ORDINARY_WEIGHT)


def read(path: Path) -> Iterator[Mapping[str, Any]]:
    """The entries of a set's file. Raises SetMissing."""
    if not path.exists():
        raise SetMissing(f"{path}: not found (the sets are not part of the project)")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _judged(item: Mapping[str, Any]) -> Row:
    text, named = item["text"], item["category"]
    if named.startswith("xstest"):
        return _pair(text, harmful=bool(item["label"]))
    if named == "none":
        return Row(text, Group.ORDINARY, None)
    if named.startswith(Group.ADVICE):
        return Row(text, Group.ADVICE, named, ADVICE_WEIGHT)
    group = Group.DISTRESS if named.startswith(Group.DISTRESS) else Group(named)
    return Row(text, group, CATEGORY[group], DISTRESS_WEIGHT if group is Group.DISTRESS else DANGER_WEIGHT)


def _pair(text: str, harmful: bool) -> Row:
    # The harmful halves differ from the harmless by a word; fitted on, they make the harmless ones alarm.
    return Row(text, Group.CONTRAST, None, 0.0) if harmful else Row(text, Group.LOOKALIKE, None, LOOKALIKE_WEIGHT)


def _intents(questions: list[Mapping[str, Any]], other_topics: bool) -> Iterator[Row]:
    for place, question in enumerate(questions):
        label = question.get("label") or next(iter(question["relevant"]), "")
        if label in STOLEN:
            yield Row(question["text"], Group.CUSTOMERS, FRAUD)
        elif question["kind"] == OTHER_TOPICS:
            if other_topics:
                yield Row(question["text"], Group.OTHER_TOPICS, None, ORDINARY_WEIGHT)
        elif place % EVERY == 0:
            yield Row(question["text"], Group.CUSTOMERS, None, ORDINARY_WEIGHT)
