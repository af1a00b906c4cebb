"""The real questions that the gate asks: those that the base was to answer, newest first, without personal data."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Connection

from bot.answering.draft import Citation
from bot.conversation import messages
from bot.conversation.conversations import open_conversation
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Reason, Verdict
from bot.publishing import log_questions
from bot.storage.engine import Database
from bot.turn_note import TurnNote
from kb_ingest.article import Visibility

CITED = Citation(1, "hub", "The hub", "v1", 0, 4, "Hub.", Visibility.PUBLIC)
NOTE = TurnNote(Verdict.ANSWER, None, 0.9, None, (CITED,), (), "g")
MISSING = replace(NOTE, decision=Verdict.HANDOFF, reason=Reason.FACT_MISSING, citations=())


def ask(tx: Connection, text: str, note: TurnNote, conversation: str = "") -> str:
    identifier = conversation or open_conversation(tx, site="shop", language="en", region="uk").conversation.id
    asked = messages.append(tx, identifier, Speaker.CUSTOMER, text).message
    messages.append(tx, identifier, Speaker.BOT, "Hub.", client_id=messages.reply_key(asked), turn=note)
    return identifier


def texts(database: Database) -> list[str]:
    with database.snapshot() as tx:
        return [each.text for each in log_questions.newest(tx)]


def test_what_the_base_was_to_answer_is_asked_again_and_nothing_that_was_decided_before(database: Database) -> None:
    with database.transaction() as tx:
        ask(tx, "Is the hub waterproof?", MISSING)
        ask(tx, "thanks a lot", replace(NOTE, citations=()))
        ask(tx, "I smell smoke", replace(MISSING, reason=Reason.SENSITIVE))
        ask(tx, "a person please", replace(MISSING, reason=Reason.ASKED_FOR_PERSON))
        ask(tx, "How do I reset it?", NOTE)
        ask(tx, "how do i RESET it?", NOTE)
    assert texts(database) == ["how do i RESET it?", "Is the hub waterproof?"]


def test_a_question_keeps_the_turns_before_it_and_who_asked_but_no_personal_data(database: Database) -> None:
    with database.transaction() as tx:
        first = ask(tx, "I'm Ada Lovelace, ada@example.com. Is my hub 2 broken?", NOTE)
        ask(tx, "and for Ada's order FW-204518?", MISSING, first)
    with database.snapshot() as tx:
        later, earlier = log_questions.newest(tx)
        assert log_questions.texts(tx, [later.id, "message-999999"]) == {later.id: later.text}
    assert (later.known.region, earlier.context) == ("uk", ())
    assert [each.speaker for each in later.context] == [Speaker.CUSTOMER, Speaker.BOT]
    assert later.context[1].article_ids == ("hub",)
    kept = " ".join([later.text, earlier.text, *(each.text for each in later.context)])
    assert not any(personal in kept for personal in ("Lovelace", "ada@", "204518"))


def test_there_are_no_more_than_somebody_waits_for(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_questions, "MOST", 3)
    with database.transaction() as tx:
        for number in range(5):
            ask(tx, f"question {number}", NOTE)
    assert texts(database) == ["question 4", "question 3", "question 2"]
