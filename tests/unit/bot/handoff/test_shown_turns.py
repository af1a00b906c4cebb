"""What bot turns showed is read back from the stored messages, with the thumbs they got."""

from __future__ import annotations

from bot.answering.draft import Citation
from bot.conversation import conversations, messages
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Verdict
from bot.handoff.shown_turns import shown_turns
from bot.storage.engine import Database
from bot.storage.tables import feedback
from bot.turn_note import TurnNote
from kb_ingest.article import Visibility

CITED = Citation(1, "hub-e-101", "Hub error", "abc", 0, 4, "Text", Visibility.PUBLIC, None, "2026-08-20")


def note(*citations: Citation) -> TurnNote:
    return TurnNote(Verdict.ANSWER, None, 0.9, None, citations, (), "g1")


def test_citations_and_the_last_thumbs_come_back(database: Database) -> None:
    with database.transaction() as tx:
        conversation = conversations.open_conversation(tx, site="shop", language="en").conversation
        messages.append(tx, conversation.id, Speaker.CUSTOMER, "How?", client_id="one")
        bot = messages.append(tx, conversation.id, Speaker.BOT, "Text", turn=note(CITED)).message
        messages.append(tx, conversation.id, Speaker.BOT, "Hello", turn=note())
        for number, score in enumerate((1, -1)):
            tx.execute(
                feedback.insert().values(
                    id=str(number),
                    conversation_id=conversation.id,
                    message_id=bot.id,
                    kind="thumbs",
                    score=score,
                    comment="",
                    created_at=f"2026-11-22T08:00:0{number}.000Z",
                )
            )
        (turn,) = shown_turns(tx, messages.transcript(tx, conversation.id))
    assert (turn.turn, turn.thumbs) == (1, -1)
    assert turn.citations == (CITED,)
