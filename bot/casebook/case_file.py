"""Owns reading cases from JSONL, strictly.

Refuses a file with any fault: every fault is named with file and line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from bot.casebook.case import KNOWLEDGE_KINDS, Case, Expect, Kind, Split, Voice
from bot.conversation.utterance import Speaker, Utterance
from bot.decision.outcome import Verdict
from bot.retrieval.question import Known

REQUIRED = ("id", "kind", "voice", "area", "text", "expect", "reason")
OPTIONAL = ("context", "customer", "split", "internal_articles", "pinned")
EXPECT_KEYS = ("decision", "articles", "spans", "sensitive", "must_not")
KNOWN_KEYS = ("region", "plan", "product")

Member = TypeVar("Member", bound=StrEnum)


class BadCases(Exception):
    """The case files have faults; `faults` are sentences that start with file:line."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class _Fault(Exception):
    """One thing wrong with one line."""


def read(paths: Sequence[Path]) -> tuple[Case, ...]:
    """The cases of all files (a folder stands for its *.jsonl), in order of file name and line. Raises
    BadCases.
    """
    cases: list[Case] = []
    faults: list[str] = []
    for path in files(paths):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                if line.strip():
                    cases.append(parse(line, path.name, number))
            except _Fault as fault:
                faults.append(f"{path.name}:{number}: {fault}")
    faults += _twice(cases)
    if faults or not cases:
        raise BadCases(faults or [f"no case found in {', '.join(map(str, paths))}"])
    return tuple(cases)


def parse(line: str, file: str = "", number: int = 0) -> Case:
    """One line as a case."""
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise _Fault(f"is not JSON: {error}") from error
    _keys("the case", value, REQUIRED, OPTIONAL)
    customer = value.get("customer") or {}
    _keys("customer", customer, (), KNOWN_KEYS)
    case = Case(
        id=_text(value, "id"),
        kind=_member(Kind, value, "kind"),
        voice=_member(Voice, value, "voice"),
        area=_text(value, "area"),
        text=_text(value, "text"),
        expect=_expect(value["expect"]),
        reason=_text(value, "reason"),
        context=tuple(_utterance(said, turn) for turn, said in enumerate(value.get("context") or ())),
        known=Known(**{name: _text(customer, name) for name in customer}),
        split=_member(Split, value, "split") if "split" in value else None,
        internal_articles=_texts(value, "internal_articles") if "internal_articles" in value else (),
        pinned=value.get("pinned") is True,
        file=file,
        line=number,
    )
    for fault in _contradictions(case):
        raise _Fault(f"{case.id}: {fault}")
    return case


def _contradictions(case: Case) -> Iterator[str]:
    expect = case.expect
    if not expect.decisions and case.kind is not Kind.LOOKALIKE:
        yield "expect.decision is empty; name every decision a fair person would accept"
    if case.kind is Kind.SENSITIVE and expect.sensitive is None:
        yield "a sensitive case needs its category in expect.sensitive"
    if case.kind is Kind.FOLLOWUP and not case.context:
        yield "a followup needs the turns before it in context"
    if case.kind in KNOWLEDGE_KINDS and not expect.articles:
        yield "expect.articles is empty although the base can answer this kind"
    if expect.spans and not expect.articles:
        yield "expect.spans without expect.articles: name the article they stand in"
    if case.has_answer and expect.decisions == {Verdict.ANSWER} and not expect.spans:
        yield "expect.spans is empty: copy the decisive sentence from the article"
    if case.kind is Kind.INTERNAL_ONLY and not expect.must_not:
        yield "internal_only needs the internal strings in expect.must_not"


def _expect(value: object) -> Expect:
    _keys("expect", value, EXPECT_KEYS, ())
    assert isinstance(value, dict)
    return Expect(
        decisions=frozenset(_each(Verdict, decision) for decision in _texts(value, "decision")),
        articles=_texts(value, "articles"),
        spans=_texts(value, "spans"),
        sensitive=None if value["sensitive"] is None else _text(value, "sensitive"),
        must_not=_texts(value, "must_not"),
    )


def _utterance(value: object, turn: int) -> Utterance:
    _keys(f"context[{turn}]", value, ("role", "text"), ())
    assert isinstance(value, dict)
    return Utterance(_member(Speaker, value, "role"), _text(value, "text"), turn)


def _keys(what: str, value: object, required: Sequence[str], optional: Sequence[str]) -> None:
    if not isinstance(value, dict):
        raise _Fault(f"{what} must be an object")
    missing = [key for key in required if key not in value]
    unknown = [key for key in value if key not in (*required, *optional)]
    if missing:
        raise _Fault(f"{what} lacks {', '.join(missing)}")
    if unknown:
        raise _Fault(f"{what} has the unknown key {unknown[0]!r}; known: {', '.join((*required, *optional))}")


def _text(value: Mapping[str, Any], key: str) -> str:
    found = value[key]
    if not isinstance(found, str) or not found.strip():
        raise _Fault(f"{key} must be a text that is not empty")
    return found


def _texts(value: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = value[key]
    if not isinstance(found, list) or not all(isinstance(item, str) and item.strip() for item in found):
        raise _Fault(f"{key} must be a list of texts")
    return tuple(found)


def _member(members: type[Member], value: Mapping[str, Any], key: str) -> Member:
    return _each(members, _text(value, key))


def _each(members: type[Member], name: str) -> Member:
    try:
        return members(name)
    except ValueError as error:
        raise _Fault(f"{name!r} is not one of {', '.join(members)}") from error


def files(paths: Sequence[Path]) -> list[Path]:
    """Every case file, sorted; a folder stands for its *.jsonl."""
    found = (sorted(path.glob("*.jsonl")) if path.is_dir() else [path] for path in paths)
    return [path for group in found for path in group]


def _twice(cases: Sequence[Case]) -> Iterator[str]:
    first: dict[str, Case] = {}
    for case in cases:
        earlier = first.setdefault(case.id, case)
        if earlier is not case:
            yield f"{case.file}:{case.line}: id {case.id!r} is taken by {earlier.file}:{earlier.line}"
