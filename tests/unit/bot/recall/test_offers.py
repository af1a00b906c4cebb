"""A suggestion that no agent has sent yet is taken back when its article does not say it any more."""

from __future__ import annotations

from pathlib import Path

from bot.assist import record
from bot.assist.record import SuggestionState
from bot.conversation import messages
from bot.conversation.conversations import open_conversation
from bot.conversation.utterance import Speaker
from bot.recall.offers import withdraw
from bot.storage.engine import Database
from tests.unit.bot.recall.planted import EDITS, base, citation, proposed

WRONG, RIGHT, GONE = (
    next(edit for edit in EDITS if edit.name == name) for name in ("a number", "emphasis", "forgotten")
)


def test_only_what_holds_is_still_offered(database: Database, tmp_path: Path) -> None:
    kb, chats = base(tmp_path), dict[str, str]()
    with database.transaction() as tx:
        for edit in (WRONG, RIGHT, GONE):
            article = kb.article(edit)
            quote = article.text[article.text.index("You have") : article.text.index("## Prices")].strip()
            chats[edit.name] = open_conversation(tx, site="", language="en").conversation.id
            asked = messages.append(tx, chats[edit.name], Speaker.CUSTOMER, "Well?").message.id
            record.store(tx, chats[edit.name], asked, [proposed(citation(article, quote), quote)], None)
        assert withdraw(tx, kb.live) == frozenset()
    kb.edit([WRONG, RIGHT, GONE])
    with database.transaction() as tx:
        assert withdraw(tx, kb.live) == {chats["a number"], chats["forgotten"]}
        assert withdraw(tx, kb.live) == frozenset()
        (kept,) = record.offered(tx)
    assert (kept.conversation_id, kept.state) == (chats["emphasis"], SuggestionState.OFFERED)
