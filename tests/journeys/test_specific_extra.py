"""An article's one helpful addition: below a whole answer, once, as its own part, and never where somebody is upset."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.access import PUBLIC_VISITOR, Role, Viewer
from bot.api.message_shapes import message_body
from bot.assemble import assemble
from bot.assist.extras import extras
from bot.assist.suggest import Sources, suggest
from bot.channels.letter_text import written
from bot.channels.mail_policy import read_mail_policy
from bot.conversation.conversations import open_conversation
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker, Utterance
from bot.desk import accounts, tickets
from bot.handoff.shown_turns import citations_of, extra_of
from bot.settings import Settings
from bot.turn import Assistant, ask_for_person, take_turn
from tests.served import OF_THE_SAMPLE_BASE, encoder

EXTRA = (
    "Start with the Ethernet cable even if you plan to use Wi-Fi: set-up finishes faster and you can unplug the cable "
    "afterwards."
)
ASKED = "How do I set up Hub 2?"


@pytest.fixture(scope="module")
def assistant(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    data = tmp_path_factory.mktemp("data")
    settings = Settings(index_dir=small_index, data_dir=data, calibration_file=OF_THE_SAMPLE_BASE)
    built = assemble(settings, encoder, serving=True)
    yield built
    built.database.close()


@pytest.fixture
def chat(assistant: Assistant) -> str:
    with assistant.database.transaction() as tx:
        return open_conversation(tx, site="shop", language="en").conversation.id


def said(assistant: Assistant, chat: str, *texts: str) -> Message:
    """The reply to the last of the texts, each of which was answered."""
    for place, text in enumerate(texts):
        reply = take_turn(assistant, PUBLIC_VISITOR, chat, f"m{place}", text).reply
        assert reply is not None
        assert citations_of(reply)
    return reply


def test_it_stands_once_below_the_answer_as_a_part_of_its_own(assistant: Assistant, chat: str) -> None:
    reply = said(assistant, chat, ASKED)
    extra = extra_of(reply)
    assert extra is not None
    assert (extra.label, extra.text) == ("Good to know", EXTRA)
    assert [(extra.article_id, extra.version)] == list({(c.article_id, c.version) for c in citations_of(reply)})
    assert EXTRA not in reply.text
    turn = message_body(reply).turn
    assert turn is not None
    assert turn.extra is not None
    words = read_mail_policy(Settings().policies_dir).words("en")
    letter = written(reply, reply.text, words, "Fernwick")
    assert f"Good to know: {EXTRA}" in letter.text
    assert EXTRA in letter.html
    assert extra_of(said(assistant, chat, ASKED, "And how do I set up Hub 2 with Wi-Fi?")) is None


@pytest.mark.parametrize(
    "texts",
    [
        ("HOW do I set up Hub 2?? NOTHING works!",),
        ("How do I factory reset Hub 2? It is useless and I hate it.", ASKED),
        ("How do I factory reset Hub 2?", "That did not work. How do I set up Hub 2?"),
        ("How do I factory reset Hub 2?",),
    ],
    ids=["loud", "negative before", "did not help", "an article without one"],
)
def test_it_is_not_said_to_who_is_upset_or_was_not_helped(assistant: Assistant, chat: str, texts: list[str]) -> None:
    assert extra_of(said(assistant, chat, *texts)) is None


def test_it_is_not_said_once_a_person_had_to_help(assistant: Assistant, chat: str) -> None:
    ask_for_person(assistant, PUBLIC_VISITOR, chat)
    with assistant.database.transaction() as tx:
        maya = accounts.add(tx, "maya@example.com", "Maya", Role.AGENT, "a long enough password")
        ticket = tickets.latest(tx, chat)
        assert ticket is not None
        tickets.claim(tx, ticket.id, maya)
        tickets.return_to_bot(tx, ticket.id, maya, "")
    assert extra_of(said(assistant, chat, ASKED)) is None


def test_it_stands_beside_a_suggestion_by_the_same_rules(assistant: Assistant) -> None:
    parts = assistant.responder

    def beside(*talk: str, category: str | None = None) -> tuple[str | None, ...]:
        context = [Utterance(Speaker.CUSTOMER, text, turn) for turn, text in enumerate(talk)]
        found = suggest(Sources.of(parts), context, Viewer(Role.AGENT), k=1)
        return extras(parts, found.proposals, context, category)

    assert beside(ASKED) == (EXTRA,)
    assert beside(ASKED, category="complaint") == (None,)
    assert beside("I want to make a formal complaint about how to set up Hub 2.") == (None,)
    assert beside(EXTRA, ASKED) == (None,)
