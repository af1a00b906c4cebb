"""Messages are stored once, in order, masked, with their event, or not at all."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pytest

from bot.conversation import frozen_turns, messages
from bot.conversation.conversations import open_conversation
from bot.conversation.messages import Message, append, reply_key, reply_to, transcript, utterances
from bot.conversation.utterance import Speaker
from bot.errors import BadRequest, Conflict, NotFound
from bot.events import log
from bot.events.log import Audience, EventKind
from bot.storage.engine import Database
from bot.storage.record import decode


@dataclass(frozen=True, slots=True)
class Cited:
    article_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class TurnNote:
    decision: str
    citations: tuple[Cited, ...]


NOTE = TurnNote("answer", (Cited("returns", "30 days"), Cited("refunds", "x"), Cited("returns", "unused")))


@pytest.fixture
def conversation(database: Database) -> str:
    with database.transaction() as tx:
        return open_conversation(tx, site="shop", language="en").conversation.id


def test_a_message_and_its_event_are_one_act(database: Database, conversation: str) -> None:
    with database.transaction() as tx:
        message = append(tx, conversation, Speaker.CUSTOMER, "Hello", client_id="c1").message
    with database.snapshot() as tx:
        event = log.since(tx, 0, conversation_id=conversation, audience=Audience.ALL)[-1]
        assert transcript(tx, conversation) == (message,)
    assert event.kind is EventKind.MESSAGE
    assert decode(Message, event.payload) == message


def test_an_act_that_fails_afterwards_leaves_neither(database: Database, conversation: str) -> None:
    def fails_half_way() -> None:
        with database.transaction() as tx:
            append(tx, conversation, Speaker.CUSTOMER, "Hello", client_id="c1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails_half_way()
    with database.snapshot() as tx:
        assert transcript(tx, conversation) == ()
        assert log.last_id(tx) == 0


def test_a_retried_message_is_stored_and_told_once(database: Database, conversation: str) -> None:
    with database.transaction() as tx:
        first = append(tx, conversation, Speaker.CUSTOMER, "Hello", client_id="c1")
    with database.transaction() as tx:
        again = append(tx, conversation, Speaker.CUSTOMER, "Hello", client_id="c1")
        assert len(log.since(tx, 0, audience=Audience.DESK)) == 1
    assert first.created
    assert not again.created
    assert again.message == first.message


def test_a_client_id_for_another_text_is_refused(database: Database, conversation: str) -> None:
    with database.transaction() as tx:
        append(tx, conversation, Speaker.CUSTOMER, "Hello", client_id="c1")
        with pytest.raises(Conflict):
            append(tx, conversation, Speaker.CUSTOMER, "Good bye", client_id="c1")


def test_two_conversations_may_use_the_same_client_id(database: Database, conversation: str) -> None:
    with database.transaction() as tx:
        other = open_conversation(tx, site="shop", language="en").conversation.id
        assert append(tx, conversation, Speaker.CUSTOMER, "Hello", client_id="c1").created
        assert append(tx, other, Speaker.CUSTOMER, "Hello", client_id="c1").created


def test_a_retry_of_a_masked_message_is_still_a_retry(database: Database, conversation: str) -> None:
    text = "My card is 4111 1111 1111 1111, charge it"
    with database.transaction() as tx:
        first = append(tx, conversation, Speaker.CUSTOMER, text, client_id="c1")
        again = append(tx, conversation, Speaker.CUSTOMER, text, client_id="c1")
        event = log.since(tx, 0, audience=Audience.DESK)[-1]
    assert not again.created
    assert "4111" not in first.message.text + event.payload


@pytest.mark.parametrize("client_id", ["", "reply:1", "a b", "x" * 65, "ü", "a\n"])
def test_a_visitor_cannot_take_a_malformed_or_reserved_id(
    database: Database, conversation: str, client_id: str
) -> None:
    with database.transaction() as tx, pytest.raises(BadRequest):
        append(tx, conversation, Speaker.CUSTOMER, "Hello", client_id=client_id)


@pytest.mark.parametrize("text", ["", "  \n", "\x00"])
def test_a_message_without_text_is_refused(database: Database, conversation: str, text: str) -> None:
    with database.transaction() as tx, pytest.raises(BadRequest):
        append(tx, conversation, Speaker.CUSTOMER, text)


def test_a_message_to_no_conversation_is_not_found(database: Database) -> None:
    with database.transaction() as tx, pytest.raises(NotFound):
        append(tx, "nothing", Speaker.CUSTOMER, "Hello")


def test_concurrent_senders_keep_their_order_and_lose_nothing(database: Database, conversation: str) -> None:
    def send(sender: int) -> None:
        for number in range(15):
            with database.transaction() as tx:
                append(
                    tx, conversation, Speaker.CUSTOMER, f"{sender}:{number}", client_id=f"{sender}-{number}"
                )

    threads = [threading.Thread(target=send, args=(sender,)) for sender in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.snapshot() as tx:
        said = [message.text for message in transcript(tx, conversation)]
        told = [decode(Message, event.payload).text for event in log.since(tx, 0, audience=Audience.ALL)]
    assert said == told
    assert len(said) == 90
    for sender in range(6):
        assert [text for text in said if text.startswith(f"{sender}:")] == [
            f"{sender}:{n}" for n in range(15)
        ]


def test_the_reply_to_a_message_is_found_and_stored_once(database: Database, conversation: str) -> None:
    with database.transaction() as tx:
        asked = append(tx, conversation, Speaker.CUSTOMER, "How long do I have?", client_id="c1").message
        assert reply_to(tx, asked) is None
        for _ in range(2):
            reply = append(tx, conversation, Speaker.BOT, "30 days.", client_id=reply_key(asked), turn=NOTE)
        assert reply_to(tx, asked) == reply.message
        assert len(transcript(tx, conversation)) == 2


def test_the_pipeline_reads_who_said_what_and_what_was_cited(database: Database, conversation: str) -> None:
    with database.transaction() as tx:
        append(tx, conversation, Speaker.CUSTOMER, "How long do I have?")
        append(tx, conversation, Speaker.BOT, "30 days.", turn=NOTE)
        said = utterances(transcript(tx, conversation))
    assert [(one.speaker, one.turn, one.article_ids) for one in said] == [
        (Speaker.CUSTOMER, 0, ()),
        (Speaker.BOT, 1, ("returns", "refunds")),
    ]


def test_a_message_of_another_conversation_is_not_found(database: Database, conversation: str) -> None:
    with database.transaction() as tx:
        other = open_conversation(tx, site="shop", language="en").conversation.id
        message = append(tx, other, Speaker.CUSTOMER, "Hello").message
        with pytest.raises(NotFound):
            messages.load(tx, conversation, message.id)
        assert messages.load(tx, other, message.id) == message


def test_what_the_decision_maker_saw_stays_with_its_message(database: Database, conversation: str) -> None:
    with database.transaction() as tx:
        message = append(tx, conversation, Speaker.BOT, "30 days.").message
        frozen_turns.freeze(tx, message, NOTE)
        (frozen,) = frozen_turns.of_conversation(tx, conversation)
    assert frozen.message_id == message.id
    assert decode(TurnNote, frozen.frozen) == NOTE
