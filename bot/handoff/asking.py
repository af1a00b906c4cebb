"""Owns how a reply's question for a fact is recognised (`asking` in `facts.yaml`). Refuses to apply it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.handoff.packet import FactKind
from bot.policy_node import Node

THING = "THING"
ASKED = "ASKED"
"""Stands in an expression where the sentence must be a question or a request from there on."""


@dataclass(frozen=True, slots=True)
class Question:
    """One way to ask; `value` and `said` narrow it to facts with such a value or said in such a sentence."""

    ask: re.Pattern[str]
    value: re.Pattern[str] | None = None
    said: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """What asks for each kind of fact, and the words with which a sentence asks for nothing."""

    unless: tuple[re.Pattern[str], ...]
    questions: Mapping[FactKind, tuple[Question, ...]]


def read_asking(node: Node, *others: Node) -> Asking:
    """The parts of `facts.yaml`, one for each language of a reply; BadPolicy names the key that is wrong."""
    parts = [_read(each) for each in (node, *others)]
    return Asking(
        tuple(expression for part in parts for expression in part.unless),
        {kind: tuple(question for part in parts for question in part.questions[kind]) for kind in FactKind},
    )


def _read(node: Node) -> Asking:
    fields = node.fields("asked", "unless", "requests", "kinds")
    asked = f"(?={fields['asked'].expression().pattern})"
    requests = fields["requests"].items()
    for request in requests:
        if THING not in request.expression().pattern:
            raise request.wrong(f"must say {THING} where the name of the fact stands")
    kinds = fields["kinds"].fields(*FactKind)
    return Asking(
        fields["unless"].expressions(),
        {kind: _questions(kinds[kind], [request.text() for request in requests], asked) for kind in FactKind},
    )


def _questions(node: Node, requests: list[str], asked: str) -> tuple[Question, ...]:
    fields = node.fields("names", "questions")
    names = "|".join(name.pattern for name in fields["names"].expressions())
    named = [request.replace(THING, f"(?:{names})") for request in requests] if names else []
    return (
        *(Question(re.compile(request, re.IGNORECASE)) for request in named),
        *(_question(entry, asked) for entry in fields["questions"].items()),
    )


def _question(node: Node, asked: str) -> Question:
    fields = node.fields("ask", optional=("value", "said"))
    ask = fields["ask"].expression().pattern.replace(ASKED, asked)
    narrowed = {key: fields[key].expression() for key in ("value", "said") if key in fields}
    return Question(re.compile(ask, re.IGNORECASE), **narrowed)
