"""Owns the rules that one reply of a scenario is held against. Refuses a model's opinion and any fuzziness."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.casebook.plain_text import normal, shows
from bot.conversation.utterance import Speaker, Utterance
from bot.handoff.asked_again import asks_again
from bot.handoff.fact_patterns import FactPatterns
from bot.handoff.packet import HandoffPacket
from eval.scenarios.played import Check, Reply, Rule
from eval.scenarios.scenario import Act, Expected, Told

_SIGNS = re.compile(r"[\W_]")


def judge(
    expect: Expected, reply: Reply, said: Sequence[Utterance], told: Sequence[Told], facts: FactPatterns,
    region: str | None,
) -> tuple[Check, ...]:  # fmt: skip
    """Every rule that applies to the reply; `said` is the conversation up to and with the customer's message."""
    return tuple(_checks(expect, reply, said, told, facts, region))


def _checks(
    expect: Expected, reply: Reply, said: Sequence[Utterance], told: Sequence[Told], facts: FactPatterns,
    region: str | None,
) -> Iterator[Check]:  # fmt: skip
    accepted = ", ".join(sorted(expect.acts))
    yield _check(Rule.ACT, reply.act in expect.acts, f"{_done(reply)}; accepted: {accepted}")
    if reply.act is Act.SILENT:
        return
    yield _none(Rule.MUST_NOT, [words for words in expect.must_not if shows(reply.text, words)])
    yield _check(Rule.LABELLED, reply.automated, "no label")
    again = asks_again(reply.text, said, facts, region) if reply.act is Act.CLARIFY else ()
    yield _none(Rule.ASKED_TWICE, [f"{fact.kind} {fact.value}" for fact in again])
    yield _check(Rule.TICKET, (reply.packet is not None) is (reply.act is Act.HANDOFF), _done(reply))
    if reply.act is Act.ANSWER:
        if expect.mention:
            said_it = any(shows(reply.text, words) for words in expect.mention)
            yield _check(Rule.MENTION, said_it, " or ".join(expect.mention))
        if expect.articles:
            cited = ", ".join(reply.cited) or "nothing"
            yield _check(Rule.CITES, bool(set(reply.cited) & set(expect.articles)), f"cites {cited}")
    if reply.packet is not None:
        yield _none(Rule.PACKET, list(_lacking(reply.packet, reply.text, said, told)))


def _lacking(packet: HandoffPacket, shown: str, said: Sequence[Utterance], told: Sequence[Told]) -> Iterator[str]:
    """What a person who takes over would have to ask or guess."""
    kept = {normal(each.text) for each in packet.transcript if each.speaker is Speaker.CUSTOMER}
    mine = [each.text for each in said if each.speaker is Speaker.CUSTOMER]
    yield from (f"the message {text[:60]!r}" for text in mine if normal(text) not in kept)
    given = {(fact.kind, _key(fact.value)) for fact in packet.facts}
    uttered = _key(" ".join(mine))
    for fact in told:
        if _key(fact.value) in uttered and (fact.kind, _key(fact.value)) not in given:
            yield f"the {fact.kind} {fact.value}"
    if not packet.goal.strip():
        yield "the goal"
    if not shows(shown, packet.target.told_customer):
        yield "the waiting time that the customer was told"


def _key(value: str) -> str:
    return _SIGNS.sub("", value).casefold()


def _done(reply: Reply) -> str:
    return f"{reply.act}, {reply.reason}" if reply.reason else reply.act.value


def _check(rule: Rule, passed: bool, note: str) -> Check:
    return Check(rule, passed, "" if passed else note)


def _none(rule: Rule, wrong: list[str]) -> Check:
    return Check(rule, not wrong, "; ".join(wrong))
