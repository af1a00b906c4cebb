"""Owns reading cases from JSONL, strictly. Refuses a file with any fault, and contradictions in a case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.casebook import line_file
from bot.casebook.case import KNOWLEDGE_KINDS, Case, Expect, Kind, Split, Voice
from bot.casebook.fields import BadField, keys, member, one_of, text, texts
from bot.casebook.line_file import value_of
from bot.conversation.utterance import Speaker, Utterance
from bot.decision.outcome import Verdict
from bot.retrieval.question import Known

REQUIRED = ("id", "kind", "voice", "area", "text", "expect", "reason")
OPTIONAL = ("context", "customer", "split", "internal_articles", "pinned")
EXPECT_KEYS = ("decision", "articles", "spans", "sensitive", "must_not")
KNOWN_KEYS = ("region", "plan", "product")


def read(paths: Sequence[Path]) -> tuple[Case, ...]:
    """The cases of all files (a folder stands for its *.jsonl), in order of file name and line. Raises
    BadCases.
    """
    return line_file.read("case", paths, parse)


def parse(line: str, file: str = "", number: int = 0) -> Case:
    """One line as a case. Raises BadField."""
    value = value_of(line)
    keys("the case", value, REQUIRED, OPTIONAL)
    assert isinstance(value, dict)
    customer = value.get("customer") or {}
    keys("customer", customer, (), KNOWN_KEYS)
    case = Case(
        id=text(value, "id"),
        kind=member(Kind, value, "kind"),
        voice=member(Voice, value, "voice"),
        area=text(value, "area"),
        text=text(value, "text"),
        expect=_expect(value["expect"]),
        reason=text(value, "reason"),
        context=utterances(value.get("context") or []),
        known=Known(**{name: text(customer, name) for name in customer}),
        split=member(Split, value, "split") if "split" in value else None,
        internal_articles=texts(value, "internal_articles") if "internal_articles" in value else (),
        pinned=value.get("pinned") is True,
        file=file,
        line=number,
    )
    for fault in _contradictions(case):
        raise BadField(f"{case.id}: {fault}")
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
    keys("expect", value, EXPECT_KEYS, ())
    assert isinstance(value, dict)
    return Expect(
        decisions=frozenset(one_of(Verdict, decision) for decision in texts(value, "decision")),
        articles=texts(value, "articles"),
        spans=texts(value, "spans"),
        sensitive=None if value["sensitive"] is None else text(value, "sensitive"),
        must_not=texts(value, "must_not"),
    )


def utterances(value: object) -> tuple[Utterance, ...]:
    """A list of turns. Raises BadField."""
    if not isinstance(value, list):
        raise BadField("context must be a list of turns")
    return tuple(_utterance(said, turn) for turn, said in enumerate(value))


def _utterance(value: object, turn: int) -> Utterance:
    keys(f"context[{turn}]", value, ("role", "text"), ())
    assert isinstance(value, dict)
    return Utterance(member(Speaker, value, "role"), text(value, "text"), turn)
