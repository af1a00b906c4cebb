"""The story of one message: its spelling is corrected once, for the screen and for the search."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bot.access import PUBLIC_VISITOR
from bot.assemble import build_responder
from bot.conversation.utterance import Speaker, Utterance
from bot.decision.outcome import Answer, HandOff, Reason
from bot.respond import Outcome, Responder, respond
from bot.retrieval.variants import Facet
from bot.settings import Settings
from kb_ingest.spelling import Spelling
from tests.served import encoder
from tests.unit.bot.decision.conftest import KEPT

MISSPELT = "How do I rest my Hub 2 to factroy settings?"
GERMAN = "Wie setze ich meinen alten Hub auf die Werkseinstellungen zurück?"


@pytest.fixture(scope="module")
def responder(small_index: Path) -> Responder:
    return build_responder(Settings(index_dir=small_index, data_dir=KEPT), load=encoder)


@pytest.fixture
def corrected(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each text was corrected."""
    times: Counter[str] = Counter()
    correct = Spelling.corrected

    def counted(spelling: Spelling, text: str) -> str:
        times[text] += 1
        return correct(spelling, text)

    monkeypatch.setattr(Spelling, "corrected", counted)
    return times


def test_what_was_typed_is_corrected_once_and_searched_as_it_was_meant(
    responder: Responder, corrected: Counter[str]
) -> None:
    before = Utterance(Speaker.CUSTOMER, "Where is the buton?", 0)
    outcome = respond(responder, MISSPELT, (before,), PUBLIC_VISITOR)
    assert corrected == {MISSPELT: 1, before.text: 1}
    assert outcome.question.said == MISSPELT
    assert "factory settings" in outcome.question.standalone


def test_another_language_is_left_as_it_was_typed(responder: Responder, corrected: Counter[str]) -> None:
    outcome = respond(responder, GERMAN, (), PUBLIC_VISITOR)
    assert (corrected, outcome.question.standalone) == ({}, GERMAN)


def talk(responder: Responder, *messages: str) -> list[Outcome]:
    """What comes of each message after those before it, each answered as the service would."""
    context: tuple[Utterance, ...] = ()
    outcomes = []
    for text in messages:
        outcome = respond(responder, text, context, PUBLIC_VISITOR)
        outcomes.append(outcome)
        assert outcome.draft is not None
        cited = tuple(dict.fromkeys(each.article_id for each in outcome.draft.citations))
        said = Utterance(Speaker.CUSTOMER, text, len(context))
        context = (*context, said, Utterance(Speaker.BOT, outcome.draft.text, len(context) + 1, cited))
    return outcomes


def test_what_did_not_help_is_not_told_again(responder: Responder) -> None:
    *_, last = talk(responder, "How do I reset Hub 2 to factory settings?", *["that didn't help"] * 4)
    assert last.decision == HandOff(Reason.REPEATED_FAILURE)


def test_a_follow_up_is_answered_from_what_it_asks_itself(responder: Responder) -> None:
    first, second = talk(responder, "How do I reset Hub 2 to factory settings?", "and what must I pair again then?")
    assert first.draft is not None
    assert second.draft is not None
    assert second.result.hits[0].article.id == first.result.hits[0].article.id
    assert second.result.hits[0].passages[0].chunk != first.result.hits[0].passages[0].chunk
    assert "paired again" in second.result.hits[0].passages[0].chunk.text


def test_a_country_chosen_in_another_language_is_no_question_in_it(responder: Responder) -> None:
    asked = responder.variants.asked.words("de")
    context = (
        Utterance(Speaker.CUSTOMER, "price of Plus", 0),
        Utterance(Speaker.BOT, asked.question, 1),
    )
    for region, label in asked.labels.items():
        outcome = respond(responder, label, context, PUBLIC_VISITOR, language="de")
        assert outcome.question.known.region == region
        assert outcome.question.language == "en"
        assert label not in outcome.question.standalone, "the articles are in English"
        assert responder.variants.facets[Facet.REGION].labels[region] in outcome.question.standalone


def test_the_customer_is_spoken_to_in_the_language_of_the_message_else_of_the_conversation(
    responder: Responder,
) -> None:
    spoken = responder.small_talk.spoken
    for text, conversation, language in (
        ("How do I reset Hub 2 to factory settings?", "de", "en"),
        (GERMAN, "en", "de"),
        ("hub", "fr", "fr"),
        ("hub", "", "en"),
        ("Gdzie jest moja paczka, proszę o odpowiedź?", "fr", "fr"),
    ):
        assert respond(responder, text, (), PUBLIC_VISITOR, language=conversation).words is spoken.words(language)


def test_a_new_matter_is_answered_as_if_it_came_first(responder: Responder) -> None:
    question = "How do I cancel my plan?"
    (alone,) = talk(responder, question)
    after = talk(responder, "How do I reset Hub 2 to factory settings?", question)[1]
    assert (after.decision, after.draft) == (alone.decision, alone.draft)
    # The hub that was spoken of stays known, and moves what stands far behind the first article by a little.
    assert after.confidence == pytest.approx(alone.confidence, abs=0.001)


def test_a_story_around_a_question_does_not_make_its_answer_less_sure(responder: Responder) -> None:
    question = "How do I reset Hub 2 to factory settings?"
    (alone,) = talk(responder, question)
    for before, after in (
        ("My daughter set all of this up for me and she is on holiday. ", ""),
        ("", " I ordered it on 3 March and paid 79 pounds."),
        ("We moved into a new flat last week and bought everything from you. ", " I hope you can help me."),
    ):
        (told,) = talk(responder, f"{before}{question}{after}")
        assert (told.decision, told.confidence) == (alone.decision, pytest.approx(alone.confidence, abs=0.1))
        assert told.draft is not None
        assert alone.draft is not None
        assert told.draft.citations[0].article_id == alone.draft.citations[0].article_id


def test_a_story_does_not_lend_its_question_another_article(responder: Responder) -> None:
    """What is asked decides nothing where all that was said is about something else."""
    question = "How do I cancel my plan?"
    (told,) = talk(responder, f"The hub shows solid amber and E-101, the router is fine, Ethernet too. {question}")
    (alone,) = talk(responder, question)
    assert alone.confidence > responder.calibration.answer_from > told.confidence
    assert isinstance(told.decision, HandOff)


BOTH = "How do I reset Hub 2 to factory settings and how long do I have to return an opened camera in the UK?"


def test_two_questions_of_one_message_are_both_answered(responder: Responder) -> None:
    responder = replace(responder, calibration=replace(responder.calibration, answer_from=0.5))
    outcome = respond(responder, BOTH, (), PUBLIC_VISITOR)
    assert outcome.decision == Answer()
    assert outcome.draft is not None
    assert len({each.article_id for each in outcome.draft.citations}) == 2
    assert [each.number for each in outcome.draft.citations] == list(range(1, len(outcome.draft.citations) + 1))
    alone = respond(responder, BOTH.partition(" and ")[0] + "?", (), PUBLIC_VISITOR)
    assert alone.draft is not None
    assert alone.draft.statements[-1].text in outcome.draft.text
