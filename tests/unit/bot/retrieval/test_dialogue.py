"""Turns before a message: names said in them decide between twins, and a message that stands alone is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.access import PUBLIC_VISITOR, Role, Viewer
from bot.conversation.utterance import Speaker, Utterance
from bot.retrieval.dialogue import turns_before
from bot.retrieval.foreseen import articles_of
from bot.retrieval.question import Question
from bot.retrieval.search import search
from bot.retrieval.visible import visible_rows
from kb_ingest import build as building
from kb_ingest import embedder
from kb_ingest.index import KnowledgeIndex
from kb_ingest.publish import Store

HOTELS = ("Acorn Guest House", "Bridge Hotel", "Castle Inn", "Duke Lodge", "Elm House", "Forest View", "Garden Court",
          "Harbour Rooms", "Ivy Hotel", "Jubilee Inn", "King Lodge", "Lake House")  # fmt: skip
ENCODER = embedder.load()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeIndex:
    source = tmp_path_factory.mktemp("hotels")
    for number, hotel in enumerate(HOTELS):
        for topic, text in (("parking", "Guests may park free of charge."), ("dogs", "Dogs are welcome here.")):
            staff = "visibility: internal\n" if hotel == "Lake House" else ""
            head = f"---\nid: {number}-{topic}\ntitle: '{hotel}: {topic}'\n{staff}---\n"
            (source / f"{number}-{topic}.md").write_text(f"{head}\n{text}\n", encoding="utf-8")
    building.build([source], source / "index", ENCODER)
    return Store(source / "index").current()


def asked(text: str, *before: str, changes_subject: bool = False) -> Question:
    speakers = (Speaker.CUSTOMER, Speaker.BOT)
    context = tuple(Utterance(speakers[place % 2], said, place) for place, said in enumerate(before))
    return Question(text, text, context, before, changes_subject=changes_subject)


def first(index: KnowledgeIndex, question: Question, viewer: Viewer = PUBLIC_VISITOR) -> str:
    return search(index, ENCODER, question, viewer).hits[0].article.title


def share(index: KnowledgeIndex, question: Question) -> float:
    allowed = visible_rows(index, PUBLIC_VISITOR)
    turns = turns_before(index, ENCODER, question, allowed, articles_of(index, allowed))
    return turns.share if turns else 0.0


@pytest.mark.parametrize("hotel", ["Castle Inn", "Forest View", "King Lodge"])
def test_a_name_said_before_decides_between_twins(index: KnowledgeIndex, hotel: str) -> None:
    question = asked("Do they have parking?", f"I am looking at the {hotel}", "Shall I book it?")
    assert first(index, question) == f"{hotel}: parking"


def test_a_name_of_what_the_viewer_may_not_see_finds_nothing(index: KnowledgeIndex) -> None:
    question = asked("Do they have parking?", "I am looking at the Lake House", "Shall I book it?")
    assert not first(index, question).startswith("Lake House")
    assert first(index, question, Viewer(Role.AGENT)) == "Lake House: parking"


def test_a_first_message_and_a_change_of_subject_have_no_turns(index: KnowledgeIndex) -> None:
    assert share(index, asked("Do they have parking?")) == 0.0
    assert share(index, asked("Parking?", "The Castle Inn, please", "Fine.", changes_subject=True)) == 0.0


def test_a_message_that_says_what_it_is_about_leans_less_on_the_turns(index: KnowledgeIndex) -> None:
    before = ("I am looking at the Castle Inn", "Shall I book it?")
    short = share(index, asked("And parking there?", *before))
    whole = share(index, asked("What is the capital of France and how many people live in its suburbs today?", *before))
    assert short > 0.9
    assert whole < 0.5 * short


def test_scores_of_a_conversation_compare_with_those_of_a_first_message(index: KnowledgeIndex) -> None:
    question = asked("Do they have parking?", "I am looking at the Castle Inn", "Shall I book it?")
    assert search(index, ENCODER, question, PUBLIC_VISITOR).hits[0].score <= 1.0


def test_the_same_conversation_gives_the_same_result(index: KnowledgeIndex, tmp_path: Path) -> None:
    question = asked("Do they have parking?", "I am looking at the Castle Inn", "Shall I book it?")
    results = [search(index, ENCODER, question, PUBLIC_VISITOR) for _ in range(3)]
    assert results[0] == results[1] == results[2]
