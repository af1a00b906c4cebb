"""Judgements are stored once per thing judged, masked, and only the desk hears of them."""

from __future__ import annotations

import pytest

from bot.conversation import messages
from bot.conversation.conversations import open_conversation
from bot.conversation.utterance import Speaker
from bot.errors import BadRequest, NotFound
from bot.events import log
from bot.events.log import Audience, EventKind
from bot.feedback.record import LONGEST_COMMENT, SCORES, FeedbackKind, of_conversation, record
from bot.storage.engine import Database


@pytest.fixture
def said(database: Database) -> messages.Message:
    with database.transaction() as tx:
        conversation = open_conversation(tx, site="shop", language="en").conversation.id
        return messages.append(tx, conversation, Speaker.BOT, "30 days.").message


def test_a_judgement_is_stored_as_given(database: Database, said: messages.Message) -> None:
    with database.transaction() as tx:
        thumbs = record(tx, said.conversation_id, FeedbackKind.THUMBS, 1, message_id=said.id)
        csat = record(tx, said.conversation_id, FeedbackKind.CSAT, 5, "Quick!")
        assert of_conversation(tx, said.conversation_id) == (thumbs, csat)


def test_a_second_thought_replaces_the_first(database: Database, said: messages.Message) -> None:
    with database.transaction() as tx:
        record(tx, said.conversation_id, FeedbackKind.THUMBS, 1, message_id=said.id)
        record(tx, said.conversation_id, FeedbackKind.CSAT, 5)
        second = record(tx, said.conversation_id, FeedbackKind.THUMBS, -1, "No, wrong", message_id=said.id)
        kept = of_conversation(tx, said.conversation_id)
    assert len(kept) == 2
    assert second in kept


def test_only_the_desk_hears_of_it_and_comments_are_masked(
    database: Database, said: messages.Message
) -> None:
    with database.transaction() as tx:
        given = record(tx, said.conversation_id, FeedbackKind.CES, 7, "my card 4111 1111 1111 1111 failed")
        visitor = log.since(tx, 0, audience=Audience.ALL)
        desk = log.since(tx, 0, audience=Audience.DESK)
    assert EventKind.FEEDBACK not in {event.kind for event in visitor}
    assert desk[-1].kind is EventKind.FEEDBACK
    assert "4111 1111" not in given.comment + desk[-1].payload


@pytest.mark.parametrize(
    ("kind", "score"),
    [(FeedbackKind.THUMBS, 0), (FeedbackKind.CSAT, 0), (FeedbackKind.CSAT, 6), (FeedbackKind.CES, 8)],
)
def test_a_score_off_the_scale_is_refused(
    database: Database, said: messages.Message, kind: FeedbackKind, score: int
) -> None:
    with database.transaction() as tx, pytest.raises(BadRequest):
        record(tx, said.conversation_id, kind, score, message_id=said.id)


def test_every_score_on_the_scale_is_taken(database: Database, said: messages.Message) -> None:
    with database.transaction() as tx:
        for kind, scores in SCORES.items():
            for score in scores:
                assert record(tx, said.conversation_id, kind, score, message_id=said.id).score == score


def test_thumbs_about_nothing_and_endless_comments_are_refused(
    database: Database, said: messages.Message
) -> None:
    with database.transaction() as tx:
        with pytest.raises(BadRequest):
            record(tx, said.conversation_id, FeedbackKind.THUMBS, 1)
        with pytest.raises(BadRequest):
            record(tx, said.conversation_id, FeedbackKind.CSAT, 1, "x" * (LONGEST_COMMENT + 1))


def test_a_message_of_another_conversation_cannot_be_judged(
    database: Database, said: messages.Message
) -> None:
    with database.transaction() as tx:
        other = open_conversation(tx, site="shop", language="en").conversation.id
        with pytest.raises(NotFound):
            record(tx, other, FeedbackKind.THUMBS, 1, message_id=said.id)
