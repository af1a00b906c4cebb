"""Turns before a message: names said in them decide between twins, and a message that stands alone is left alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.access import PUBLIC_VISITOR, Role, Viewer
from bot.conversation.utterance import Speaker, Utterance
from bot.retrieval.dialogue import NEEDED_FROM, Needs
from bot.retrieval.question import Question
from bot.retrieval.search import look, search
from bot.retrieval.standalone import Carried
from kb_ingest import build as building
from kb_ingest.index import KnowledgeIndex
from kb_ingest.publish import Store
from tests.served import encoder

HOTELS = ("Acorn Guest House", "Bridge Hotel", "Castle Inn", "Duke Lodge", "Elm House", "Forest View", "Garden Court",
          "Harbour Rooms", "Ivy Hotel", "Jubilee Inn", "King Lodge", "Lake House")  # fmt: skip
ENCODER = encoder()


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


def asked(text: str, *before: str, cited: tuple[str, ...] = ()) -> Question:
    speakers = (Speaker.CUSTOMER, Speaker.BOT)
    context = tuple(Utterance(speakers[place % 2], said, place) for place, said in enumerate(before))
    return Question(text, text, context, before, cited, alone=Question(text, text, context) if before else None)


def first(index: KnowledgeIndex, question: Question, viewer: Viewer = PUBLIC_VISITOR) -> str:
    return search(index, ENCODER, question, viewer).hits[0].article.title


def share(index: KnowledgeIndex, question: Question) -> float:
    seen = look(index, ENCODER, question, PUBLIC_VISITOR)
    return seen.inquiry.turns.share if seen and seen.inquiry.turns else 0.0


@pytest.mark.parametrize("hotel", ["Castle Inn", "Forest View", "King Lodge"])
def test_a_name_said_before_decides_between_twins(index: KnowledgeIndex, hotel: str) -> None:
    question = asked("Do they have parking?", f"I am looking at the {hotel}", "Shall I book it?")
    assert first(index, question) == f"{hotel}: parking"


def test_a_name_of_what_the_viewer_may_not_see_finds_nothing(index: KnowledgeIndex) -> None:
    question = asked("Do they have parking?", "I am looking at the Lake House", "Shall I book it?")
    assert not first(index, question).startswith("Lake House")
    assert first(index, question, Viewer(Role.AGENT)) == "Lake House: parking"


def test_a_first_message_has_no_turns(index: KnowledgeIndex) -> None:
    assert share(index, asked("Do they have parking?")) == 0.0


def test_a_message_that_says_what_it_is_about_is_searched_alone(index: KnowledgeIndex) -> None:
    before = ("I am looking at the Castle Inn", "Shall I book it?")
    assert share(index, asked("And parking there?", *before)) > 0.9
    whole = asked("Forest View: are dogs welcome here, and may guests park free of charge?", *before)
    assert share(index, whole) == 0.0
    found = search(index, ENCODER, whole, PUBLIC_VISITOR)
    assert found.question is whole.alone
    assert found.hits == search(index, ENCODER, asked(whole.said), PUBLIC_VISITOR).hits


def test_what_a_message_says_by_itself_is_told_where_the_turns_counted(index: KnowledgeIndex) -> None:
    before = ("I am looking at the Castle Inn", "Shall I book it?")
    leaning, first_message = asked("And parking there?", *before), asked("And parking there?")
    found, alone = (search(index, ENCODER, question, PUBLIC_VISITOR) for question in (leaning, first_message))
    assert found.own is not None
    assert found.own.late == alone.hits[0].late != found.hits[0].late
    assert found.own.left_open == alone.left_open
    assert alone.own is None
    whole = asked("Forest View: are dogs welcome here, and may guests park free of charge?", *before)
    assert search(index, ENCODER, whole, PUBLIC_VISITOR).own is None


def test_an_answer_to_the_desks_question_always_leans_on_it(index: KnowledgeIndex) -> None:
    said = "Dogs are welcome at the Forest View and guests may park free of charge"
    before = ("I am looking at the Castle Inn", "Which hotel do you mean?")
    assert share(index, asked(said, *before)) < 1.0
    assert share(index, replace(asked(said, *before), carried=Carried.SLOT)) == 1.0


def test_what_is_found_alone_and_was_cited_last_is_not_taken_for_a_new_matter(index: KnowledgeIndex) -> None:
    said = "Forest View: are dogs welcome here, and may guests park free of charge?"
    before = ("Is my dog welcome?", "Yes.")
    hits = search(index, ENCODER, asked(said, *before), PUBLIC_VISITOR).hits
    assert share(index, asked(said, *before, cited=(hits[1].article.id,))) == 0.0
    assert share(index, asked(said, *before, cited=(hits[0].article.id,))) == NEEDED_FROM


@pytest.fixture
def unneeded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The turns before are never needed by what is found alone."""
    monkeypatch.setattr(Needs, "probability", property(lambda _: 0.0))


@pytest.mark.usefixtures("unneeded")
@pytest.mark.parametrize(
    ("said", "leans"),
    [("how long does it take", 1.0), ("and why?", 1.0), ("how long may a dog stay", 0.0), ("why is it shut", 0.0)],
)
def test_a_question_with_nothing_of_its_own_leans_on_the_turns(
    index: KnowledgeIndex, said: str, leans: float
) -> None:
    assert share(index, asked(said, "Is my dog welcome?", "Yes.")) == leans


@pytest.mark.usefixtures("unneeded")
@pytest.mark.parametrize(("said", "leans"), [("are dogs welcome", True), ("is parking free", False),
                                             ("Castle Inn: are dogs welcome", False)])  # fmt: skip
def test_a_short_message_in_the_words_of_what_was_cited_is_about_that(
    index: KnowledgeIndex, said: str, leans: bool
) -> None:
    cited = next(each for each in index.articles if each.endswith("-dogs") and each != _first_alone(index, said))
    assert share(index, asked(said, "I have a dog.", "Good.", cited=(cited,))) == (NEEDED_FROM if leans else 0.0)


@pytest.mark.usefixtures("unneeded")
def test_a_message_that_only_puts_right_what_was_meant_leans_on_the_turns(index: KnowledgeIndex) -> None:
    question = asked("Castle Inn", "Does the Elm House take dogs?", "Yes.")
    assert share(index, question) == 0.0
    assert share(index, replace(question, takes_back=True)) == NEEDED_FROM


def _first_alone(index: KnowledgeIndex, said: str) -> str:
    return search(index, ENCODER, asked(said), PUBLIC_VISITOR).hits[0].article.id


def test_what_was_cited_last_is_found_first(index: KnowledgeIndex) -> None:
    before = ("Is my dog welcome?", "Yes.")
    others = search(index, ENCODER, asked("And can I park there?", *before), PUBLIC_VISITOR).hits[1:3]
    for other in (hit.article for hit in others):
        assert first(index, asked("And can I park there?", *before, cited=(other.id,))) == other.title


def test_what_was_cited_and_may_not_be_seen_is_not_found(index: KnowledgeIndex) -> None:
    question = asked("And can I park there?", "Is my dog welcome?", "Yes.", cited=("11-parking",))
    shown = [hit.article.id for hit in search(index, ENCODER, question, PUBLIC_VISITOR, 100).hits]
    assert "11-parking" not in shown
    assert first(index, question, Viewer(Role.AGENT)) == "Lake House: parking"


def test_scores_of_a_conversation_compare_with_those_of_a_first_message(index: KnowledgeIndex) -> None:
    question = asked("Do they have parking?", "I am looking at the Castle Inn", "Shall I book it?")
    assert search(index, ENCODER, question, PUBLIC_VISITOR).hits[0].score <= 1.0


def test_the_same_conversation_gives_the_same_result(index: KnowledgeIndex, tmp_path: Path) -> None:
    question = asked("Do they have parking?", "I am looking at the Castle Inn", "Shall I book it?")
    results = [search(index, ENCODER, question, PUBLIC_VISITOR) for _ in range(3)]
    assert results[0] == results[1] == results[2]
