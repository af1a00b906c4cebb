"""Each rule on a reply of a scenario, kept and broken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.conversation.utterance import Speaker, Utterance
from bot.handoff.fact_patterns import FactPatterns
from bot.handoff.packet import FactKind
from bot.handoff.policies import read_policies
from eval.scenarios.played import Reply, Rule
from eval.scenarios.scenario import Act, Expected, Told
from eval.scenarios.verdict import judge
from tests.conftest import PACKET, ROOT

ORDER = Told(FactKind.ORDER, "FW-123456")
SAID = PACKET.transcript
ANSWER = Reply(Act.ANSWER, "You have **30 days**.", cited=("returns-us",), automated=True)
HANDOFF = Reply(Act.HANDOFF, PACKET.target.told_customer, reason="asked_for_person", automated=True, packet=PACKET)
CLARIFY = Reply(Act.CLARIFY, "Which product is it?", automated=True)


@pytest.fixture(scope="module")
def facts() -> FactPatterns:
    return read_policies(ROOT / "data" / "policies").facts


def broken(
    facts: FactPatterns, reply: Reply, *acts: Act, said: tuple[Utterance, ...] = SAID, **given: object
) -> set[Rule]:
    expect = replace(Expected(frozenset(acts or (reply.act,))), **given)  # type: ignore[arg-type]
    return {check.rule for check in judge(expect, reply, said, (ORDER,), facts, "us") if not check.passed}


def test_a_good_answer_a_good_handoff_and_silence_break_nothing(facts: FactPatterns) -> None:
    given = {"mention": ("thirty", "30 days"), "articles": ("returns-us", "returns-uk"), "must_not": ("$7.95",)}
    assert broken(facts, ANSWER, **given) == set()
    assert broken(facts, HANDOFF, Act.ANSWER, Act.HANDOFF, **given) == set()
    assert broken(facts, Reply(Act.SILENT), Act.SILENT) == set()


def test_each_rule_can_be_broken(facts: FactPatterns) -> None:
    assert broken(facts, ANSWER, Act.HANDOFF) == {Rule.ACT}
    assert broken(facts, ANSWER, mention=("60 days",)) == {Rule.MENTION}
    assert broken(facts, ANSWER, must_not=("30 days",)) == {Rule.MUST_NOT}
    assert broken(facts, ANSWER, articles=("returns-uk",)) == {Rule.CITES}
    assert broken(facts, replace(ANSWER, automated=False)) == {Rule.LABELLED}
    assert broken(facts, replace(ANSWER, packet=PACKET)) >= {Rule.TICKET}
    assert broken(facts, replace(HANDOFF, packet=None)) == {Rule.TICKET}
    assert broken(facts, Reply(Act.SILENT), Act.ANSWER) == {Rule.ACT}


def test_a_question_for_what_was_given_already_is_asked_twice(facts: FactPatterns) -> None:
    said = (Utterance(Speaker.CUSTOMER, "My Hub 2 from order FW-123456 is dead", 0),)
    assert broken(facts, replace(CLARIFY, text="What is your order number?"), said=said) == {Rule.ASKED_TWICE}
    assert broken(facts, replace(CLARIFY, text="Which color is the light?"), said=said) == set()


@pytest.mark.parametrize(
    "packet",
    [
        replace(PACKET, facts=()),
        replace(PACKET, transcript=()),
        replace(PACKET, goal=" "),
        replace(PACKET, target=replace(PACKET.target, told_customer="Tomorrow.")),
    ],
)
def test_a_packet_that_lacks_something_makes_a_person_ask_again(facts: FactPatterns, packet: object) -> None:
    assert broken(facts, replace(HANDOFF, packet=packet)) == {Rule.PACKET}  # type: ignore[arg-type]


def test_a_fact_that_was_not_said_yet_is_not_missed(facts: FactPatterns) -> None:
    said = (Utterance(Speaker.CUSTOMER, "I want to talk to someone", 0),)
    packet = replace(PACKET, facts=(), transcript=said)
    assert broken(facts, replace(HANDOFF, packet=packet), said=said) == set()
