"""Owns one line of a file of evaluation cases, before it is known to be right. Refuses to judge it: see case_file.py
and check.py."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.casebook.case import split_of
from bot.casebook.fields import BadField

Turns = tuple[tuple[str, str], ...]
"""Who spoke and what was said, in order."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case to be; names are those of case.py, `spans` are alternatives, texts hold no personal data."""

    id: str
    kind: str
    area: str
    text: str
    context: Turns
    region: str | None
    plan: str | None
    decisions: tuple[str, ...]
    sensitive: str | None
    reason: str
    articles: tuple[str, ...] = ()
    spans: tuple[str, ...] = ()
    voice: str = "plain"
    product: str | None = None
    must_not: tuple[str, ...] = ()
    internal_articles: tuple[str, ...] = ()
    pinned: bool = False


def to_json(case: CaseLine, *, labelled: bool = False) -> str:
    """The line, without its end; `labelled` with the split that its article has."""
    customer = {"region": case.region, "plan": case.plan, "product": case.product}
    known = {name: given for name, given in customer.items() if given}
    value = {
        "id": case.id,
        "kind": case.kind,
        "voice": case.voice,
        "area": case.area,
        "text": case.text,
        **({"context": [{"role": role, "text": text} for role, text in case.context]} if case.context else {}),
        **({"customer": known} if known else {}),
        "expect": {
            "decision": list(case.decisions),
            "articles": list(case.articles),
            "spans": list(case.spans),
            "sensitive": case.sensitive,
            "must_not": list(case.must_not),
        },
        **({"internal_articles": list(case.internal_articles)} if case.internal_articles else {}),
        "reason": case.reason,
        **({"pinned": True} if case.pinned else {}),
        **({"split": split_of(case.articles[0] if case.articles else case.id)} if labelled else {}),
    }
    return json.dumps(value, ensure_ascii=False)


def of_json(line: str) -> CaseLine:
    """The line as it stands in a file or was written by `to_json`, complete or not. Raises BadField."""
    try:
        value = json.loads(line)
        return _of(value, value["expect"], value.get("customer") or {})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadField(f"is not a case: {type(error).__name__}: {error}") from error


def _of(value: Mapping[str, Any], expect: Mapping[str, Any], customer: Mapping[str, Any]) -> CaseLine:
    return CaseLine(
        id=value["id"],
        kind=value["kind"],
        area=value["area"],
        text=value["text"],
        context=tuple((turn["role"], turn["text"]) for turn in value.get("context") or ()),
        region=customer.get("region"),
        plan=customer.get("plan"),
        decisions=tuple(expect["decision"]),
        sensitive=expect["sensitive"],
        reason=value["reason"],
        articles=tuple(expect["articles"]),
        spans=tuple(expect["spans"]),
        voice=value["voice"],
        product=customer.get("product"),
        must_not=tuple(expect["must_not"]),
        internal_articles=tuple(value.get("internal_articles") or ()),
        pinned=value.get("pinned") is True,
    )
