"""What goes on about a resolved ticket is told from a question of its own, in every language of the desk."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.conversation.utterance import Speaker, Utterance
from bot.decision.small_talk_policy import SmallTalkPolicy
from bot.errors import BadPolicy
from bot.feedback.wrote_again import resolved_lately
from bot.handoff.follow_up_policy import read_follow_ups
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket, TicketStatus
from bot.storage import clock
from tests.conftest import PACKET

FOLDER = Path(__file__).parents[4] / "data" / "policies"


@pytest.mark.parametrize(
    "text",
    [
        "It is still smoking!!",
        "No, this is not solved",
        "Why did you close this?",
        "why was my ticket closed?",
        "The lock broke again",
        "that did not help",
        "Nobody has called me yet",
        "I'm still waiting for the refund",
        "you said it would be here on Friday",
        "Please reopen my case",
        "Any update?",
        "Das Problem ist immer noch da",
        "Warum haben Sie das Ticket geschlossen?",
        "Ce n'est toujours pas réglé",
        "Todavía no funciona, sigue igual",
    ],
)
def test_what_goes_on_about_the_ticket(policies: HandoffPolicies, text: str) -> None:
    assert policies.follow_ups.is_about_it(text)


@pytest.mark.parametrize(
    "text",
    [
        "How do I return an order?",
        "Can I still return an order after 20 days?",
        "Is it possible to pause my plan?",
        "How do I close my account?",
        "Is the hub still in stock?",
        "My camera does not connect to Wi-Fi",
        "This is about my invoice: where can I see it?",
        "I have another question, is this the right place?",
        "Wie setze ich den Hub zurück?",
        "¿Cómo devuelvo un pedido?",
        "thanks a lot",
    ],
)
def test_what_is_a_matter_of_its_own(policies: HandoffPolicies, text: str) -> None:
    assert not policies.follow_ups.is_about_it(text)


@pytest.mark.parametrize("start", ["", "it ", "no ", "why ", "hi but and so ", "your agent ", "not been "])
@pytest.mark.parametrize("again", ["why close ", "still ", "not been really ", "hi but ", "warum ", "a", " ", "this "])
def test_hostile_text_takes_no_long_time(policies: HandoffPolicies, start: str, again: str) -> None:
    began = time.thread_time()
    policies.follow_ups.is_about_it(start + again * 4000)
    assert time.thread_time() - began < 1


def _ticket(status: TicketStatus, days_ago: int) -> Ticket:
    closed = clock.after(clock.now(), -days_ago * 86_400)
    return Ticket(
        "t", "c", status, PACKET.reason, None, "orders", "normal", PACKET.goal, PACKET, None, 1,
        closed, closed, closed, None, None, closed, None,
    )  # fmt: skip


def test_only_a_ticket_that_was_resolved_lately_and_that_nothing_followed(
    policies: HandoffPolicies, words: SmallTalkPolicy
) -> None:
    resolved = _ticket(TicketStatus.RESOLVED, 3)
    thanked = [Utterance(Speaker.CUSTOMER, "thanks"), Utterance(Speaker.BOT, "Whatever is said to that.")]
    answered = [Utterance(Speaker.CUSTOMER, "How do I return it?"), Utterance(Speaker.BOT, "Within 30 days.")]
    assert resolved_lately(policies, words, resolved, []) is resolved
    assert resolved_lately(policies, words, resolved, thanked) is resolved
    assert resolved_lately(policies, words, resolved, [*thanked, *answered]) is None
    assert resolved_lately(policies, words, _ticket(TicketStatus.RESOLVED, 31), []) is None
    assert resolved_lately(policies, words, _ticket(TicketStatus.RETURNED, 3), []) is None
    assert resolved_lately(policies, words, replace(resolved, closed_at=None), []) is None
    assert resolved_lately(policies, words, None, []) is None


def test_a_mistake_in_the_file_is_named(tmp_path: Path) -> None:
    changed = tmp_path / "follow_ups.yaml"
    changed.write_text((FOLDER / "follow_ups.yaml").read_text(encoding="utf-8").replace("days: 30", "days: 0"))
    with pytest.raises(BadPolicy, match=r"follow_ups\.yaml: days"):
        read_follow_ups(changed)
