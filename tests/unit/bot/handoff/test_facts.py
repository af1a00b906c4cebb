"""Facts a customer gave are found with the turn that gave them; nobody else's words count."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.conversation.utterance import Speaker, Utterance
from bot.handoff import facts
from bot.handoff.fact_patterns import FactPatterns
from bot.handoff.facts import extract
from bot.handoff.packet import FactKind
from bot.handoff.policies import HandoffPolicies


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Where is FW-123456?", FactKind.ORDER, "FW-123456"),
        ("FW482913557 never came", FactKind.ORDER, "FW482913557"),
        ("order number: 88123456 has not come", FactKind.ORDER, "88123456"),
        ("meine Bestellung #7712345", FactKind.ORDER, "7712345"),
        ("write to jane.roe+home@mail.example.com.", FactKind.EMAIL, "jane.roe+home@mail.example.com"),
        ("call 020 7946 0958 please", FactKind.PHONE, "020 7946 0958"),
        ("ring +49 30 901820 after six", FactKind.PHONE, "+49 30 901820"),
        ("the WC-OUT is dead", FactKind.PRODUCT, "Watch Cam Outdoor"),
        ("my door sensor beeps", FactKind.PRODUCT, "Sense Door"),
        ("it shows C-204 again", FactKind.ERROR_CODE, "C-204"),
        ("I live in Germany", FactKind.REGION, "eu"),
        ("I live in Leeds, my order arrived damaged", FactKind.REGION, "uk"),
        ("Ich wohne in Berlin", FactKind.REGION, "eu"),
        ("I'm on the Plus plan", FactKind.PLAN, "plus"),
        ("bought on 3 March 2026", FactKind.DATE, "3 March 2026"),
        ("since last Tuesday", FactKind.DATE, "last Tuesday"),
        ("you charged £79.00 twice", FactKind.AMOUNT, "£79.00"),
        ("I paid 49 euros", FactKind.AMOUNT, "49 euros"),
        ("I've already restarted it twice. Nothing.", FactKind.TRIED, "restarted it twice"),
        ("ich habe den Hub schon neu gestartet", FactKind.TRIED, "den Hub schon neu gestartet"),
    ],
)
def test_a_fact_is_found(policies: HandoffPolicies, text: str, kind: FactKind, value: str) -> None:
    found = extract((Utterance(Speaker.CUSTOMER, text, 4),), policies.facts, "uk")
    assert (kind, value, 4) in {(fact.kind, fact.value, fact.turn) for fact in found}


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, that plus the other one",
        "we use it at home",
        "please call us, my sister in Spain cannot",
        "in order to reset it",
        "the first 3 of them",
        "ok 12",
    ],
)
def test_ordinary_words_are_no_facts(policies: HandoffPolicies, text: str) -> None:
    found = extract((Utterance(Speaker.CUSTOMER, text, 0),), policies.facts)
    assert found == ()


def test_a_fact_given_twice_points_to_the_first_turn(policies: HandoffPolicies) -> None:
    transcript = (
        Utterance(Speaker.CUSTOMER, "order FW-123456", 0),
        Utterance(Speaker.BOT, "Is it FW-999999? Write to bot@example.com", 1),
        Utterance(Speaker.CUSTOMER, "no, fw-123456!", 2),
    )
    assert [(fact.value, fact.turn) for fact in extract(transcript, policies.facts)] == [("FW-123456", 0)]


@pytest.mark.parametrize(
    "piece", ["1", "1 ", "I tried ", "order ", "a@", "12-", "+1 ", "already ", "$1.", "we have "]
)
def test_ten_kilobytes_of_anything_are_read_quickly(policies: HandoffPolicies, piece: str) -> None:
    said = Utterance(Speaker.CUSTOMER, piece * (10_000 // len(piece)), 0)
    start = time.thread_time()
    extract((said,), policies.facts)
    assert time.thread_time() - start <= 0.5


def test_a_long_conversation_is_read_once_and_then_what_came_since(
    policies: HandoffPolicies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is remembered is what is read, for each region and each reading of the policies."""
    read: list[str] = []
    of = facts._of

    def counted(text: str, patterns: FactPatterns, region: str | None) -> Iterator[tuple[FactKind, str]]:
        read.append(text)
        return of(text, patterns, region)

    monkeypatch.setattr(facts, "_of", counted)
    texts = [f"Order FW-{100_000 + number}, call 020 7946 {number:04}, since Monday" for number in range(300)]
    said = [Utterance(Speaker.CUSTOMER, text, turn) for turn, text in enumerate([*texts, "x" * 600])]
    first = extract(said, policies.facts, "uk")
    assert len(read) == len(said)
    assert len(first) > 2 * 300
    more = [*said, Utterance(Speaker.CUSTOMER, "And FW-999999", 301)]
    again = extract(more, policies.facts, "uk")
    assert again[: len(first)] == first
    assert read[len(said) :] == ["x" * 600, "And FW-999999"], "a very long one is not kept in memory"
    read.clear()
    extract(said, policies.facts, "eu")
    assert len(read) == len(said), "elsewhere a number may be another one's"
    other = replace(policies.facts, expressions={})
    assert not any(fact.kind is FactKind.ORDER for fact in extract(said, other, "uk"))
