"""An article that goes out of service while a message is looked into is neither told nor offered after that."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.access import PUBLIC_VISITOR
from bot.assemble import assemble
from bot.assist import record
from bot.assist.beside import suggest_beside
from bot.conversation import conversations
from bot.retrieval.encoding import TokenEncoder
from bot.settings import Settings
from bot.storage.engine import Database
from bot.turn import Assistant, ask_for_person, take_turn
from kb_ingest import build as building
from kb_ingest.encoded import Encoded
from tests.served import OF_THE_SAMPLE_BASE, encoder

ARTICLE = "plans-us"
QUESTION = "What does the Plus plan cost in the United States?"


@dataclass
class Meanwhile:
    """The encoder; whoever asks it first has something else happen meanwhile."""

    encoder: TokenEncoder
    happens: Callable[[], object] | None

    def __getattr__(self, name: str) -> object:
        return getattr(self.encoder, name)

    def encode_tokens(self, texts: Sequence[str]) -> list[Encoded]:
        happens, self.happens = self.happens, None
        if happens is not None:
            happens()
        return self.encoder.encode_tokens(texts)


@pytest.fixture
def assistant(small_index: Path, tmp_path: Path) -> Iterator[Assistant]:
    index = tmp_path / "index"
    shutil.copytree(small_index, index)
    settings = Settings(index_dir=index, data_dir=tmp_path / "data", calibration_file=OF_THE_SAMPLE_BASE)
    built = assemble(settings, encoder, serving=True)
    yield built
    built.database.close()


def forgetting(assistant: Assistant) -> Assistant:
    """The same; while it looks for the first time, the article is forgotten and the next generation takes over."""

    def forget() -> None:
        building.forget(assistant.settings.index_dir, ARTICLE)
        assistant.live.refresh()

    slow = Meanwhile(assistant.responder.encoder, forget)
    return replace(assistant, responder=replace(assistant.responder, encoder=slow))


def chat(database: Database) -> str:
    with database.transaction() as tx:
        return conversations.open_conversation(tx, site="", language="en", region="us").conversation.id


def test_a_turn_ends_on_what_is_in_service(assistant: Assistant) -> None:
    before = take_turn(assistant, PUBLIC_VISITOR, chat(assistant.database), "a", QUESTION).reply
    assert before is not None
    assert ARTICLE in str(before.turn)
    after = take_turn(forgetting(assistant), PUBLIC_VISITOR, chat(assistant.database), "b", QUESTION).reply
    assert after is not None
    assert ARTICLE not in str(after.turn)
    assert assistant.live.current().generation in str(after.turn)


def test_a_suggestion_is_of_what_is_in_service(assistant: Assistant) -> None:
    conversation = chat(assistant.database)
    ask_for_person(assistant, PUBLIC_VISITOR, conversation)
    asked = take_turn(assistant, PUBLIC_VISITOR, conversation, "a", QUESTION).message

    def offered() -> set[str]:
        with assistant.database.snapshot() as tx:
            return {each.proposal.article_id for each in record.current(tx, conversation)}

    assert ARTICLE in offered()
    suggest_beside(assistant.database, forgetting(assistant).responder, asked)
    assert offered()
    assert ARTICLE not in offered()
