"""Owns one line of a file of evaluation cases, as `eval` reads it. Refuses to judge whether the case is right."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.conversation.utterance import Speaker
from bot.decision.outcome import Verdict


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case to be; `kind` as in bot/casebook/case.py, `spans` are alternatives, texts hold no personal data."""

    id: str
    kind: str
    area: str
    text: str
    context: tuple[tuple[Speaker, str], ...]
    region: str | None
    plan: str | None
    decision: Verdict
    sensitive: str | None
    reason: str
    articles: tuple[str, ...] = ()
    spans: tuple[str, ...] = ()
    voice: str = "plain"


def to_json(case: CaseLine) -> str:
    """The line, without its end."""
    customer = {"region": case.region, "plan": case.plan}
    value = {
        "id": case.id,
        "kind": case.kind,
        "voice": case.voice,
        "area": case.area,
        "text": case.text,
        "context": [{"role": role, "text": text} for role, text in case.context],
        "customer": {name: given for name, given in customer.items() if given},
        "expect": {
            "decision": [case.decision],
            "articles": list(case.articles),
            "spans": list(case.spans),
            "sensitive": case.sensitive,
            "must_not": [],
        },
        "reason": case.reason,
    }
    return json.dumps(value, ensure_ascii=False)
