"""What bot turns showed is read back from the stored messages, with the thumbs they got."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation import conversations, messages
from bot.conversation.utterance import Speaker
from bot.handoff.shown_turns import shown_turns
from bot.storage.engine import Database
from bot.storage.tables import feedback


@dataclass(frozen=True, slots=True)
class _Cited:
    number: int
    article_id: str
    title: str
    version: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class _TurnNote:
    decision: str
    citations: tuple[_Cited, ...]


def test_citations_and_the_last_thumbs_come_back(database: Database) -> None:
    with database.transaction() as tx:
        conversation = conversations.open_conversation(tx, site="shop", language="en").conversation
        messages.append(tx, conversation.id, Speaker.CUSTOMER, "How?", client_id="one")
        note = _TurnNote("answer", (_Cited(1, "hub-e-101", "Hub error", "abc", 0, 4, "Text"),))
        bot = messages.append(tx, conversation.id, Speaker.BOT, "Text", turn=note).message
        messages.append(tx, conversation.id, Speaker.BOT, "Hello", turn=_TurnNote("answer", ()))
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
        (turn,) = shown_turns(tx, conversation.id, messages.transcript(tx, conversation.id))
    assert (turn.turn, turn.thumbs) == (1, -1)
    assert [(cited.article_id, cited.quote) for cited in turn.citations] == [("hub-e-101", "Text")]
