"""What is suggested to the desk, from the real index: in the order of what is said to be sure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.access import PUBLIC_VISITOR, Role, Viewer
from bot.assist.suggest import Sources, suggest
from bot.conversation.utterance import Speaker, Utterance
from bot.pipeline import build_responder
from bot.respond import Responder, respond
from bot.settings import Settings
from kb_ingest import build as building
from kb_ingest.publish import Store
from tests.served import OF_THE_SAMPLE_BASE, encoder


@pytest.fixture(scope="module")
def responder(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Responder:
    data = tmp_path_factory.mktemp("data")
    settings = Settings(index_dir=small_index, data_dir=data)
    return build_responder(settings, OF_THE_SAMPLE_BASE, encoder)


@pytest.fixture(scope="module")
def sources(responder: Responder) -> Sources:
    return Sources.of(responder)


@pytest.mark.parametrize(
    "said",
    [
        ("my hub blinks red, it is a Hub 1",),
        ("The light of my hub blinks red, what does it mean?", "Which hub is it?", "Hub 1"),
        ("How do I reset Hub 1?",),
        ("Can I return it in the UK?",),
    ],
)
def test_none_is_surer_than_one_before_it(sources: Sources, said: tuple[str, ...]) -> None:
    """What is ranked third is measured against the first two, not as if they were not there."""
    speakers = (Speaker.CUSTOMER, Speaker.AGENT)
    talk = [Utterance(speakers[turn % 2], text, turn) for turn, text in enumerate(said)]
    found = suggest(sources, talk, Viewer(Role.AGENT))
    sure = [proposal.confidence for proposal in found.proposals]
    assert len(sure) == 3
    assert sure == sorted(sure, reverse=True)
    assert sure[0] > sure[2]


@pytest.mark.parametrize("text", ["How do I reset Hub 2?", "Do you pay the label when I return it in the UK?"])
def test_the_best_is_as_sure_as_the_bot_would_be_of_it(responder: Responder, sources: Sources, text: str) -> None:
    said = (Utterance(Speaker.CUSTOMER, text, 0),)
    outcome = respond(responder, text, (), PUBLIC_VISITOR)
    assert outcome.signals.left_open
    assert suggest(sources, said, PUBLIC_VISITOR).proposals[0].confidence == outcome.confidence


def test_what_no_article_answers_is_told_apart(sources: Sources) -> None:
    said = (Utterance(Speaker.CUSTOMER, "How do I reset Hub 2, and do you ship to the moon?", 0),)
    found = suggest(sources, said, Viewer(Role.AGENT)).proposals
    best = next(each for each in found if each.article_id == "reset-hub-2")
    assert best.supported == ("How do I reset Hub 2",)
    assert {each.uncovered for each in found} == {("do you ship to the moon?",)}


def test_a_message_that_asks_one_thing_is_answered_whole_or_not_at_all(sources: Sources) -> None:
    for text, answered in (("How do I reset Hub 2?", True), ("my cat ate the manual", False)):
        best = suggest(sources, (Utterance(Speaker.CUSTOMER, text, 0),), Viewer(Role.AGENT)).proposals[0]
        assert (best.supported, best.uncovered) == (((text,), ()) if answered else ((), (text,)))


def test_what_was_told_before_is_marked(sources: Sources) -> None:
    asked = Utterance(Speaker.CUSTOMER, "How do I reset Hub 2?", 0)
    best = suggest(sources, (asked,), Viewer(Role.AGENT)).proposals[0]
    told = (asked, Utterance(Speaker.BOT, best.text, 1), replace(asked, turn=2))
    again = suggest(sources, told, Viewer(Role.AGENT)).proposals
    assert not best.told
    assert {each.article_id for each in again if each.told} == {best.article_id}


def test_an_article_about_another_code_is_not_suggested(sources: Sources, tmp_path: Path) -> None:
    articles = ("hub-e-102-cloud-sign-in", "hub-e-107-firmware-verify", "hub-offline")
    building.build([Path("data/kb/hub") / f"{each}.md" for each in articles], tmp_path, encoder())
    of_codes = replace(sources, index=Store(tmp_path).current())
    said = [Utterance(Speaker.CUSTOMER, f"what is {code} on my hub", 0) for code in ("E-104", "E-102")]
    unknown, known = ([each.article_id for each in suggest(of_codes, [one], PUBLIC_VISITOR).proposals] for one in said)
    assert unknown == ["hub-offline"]
    assert known[0] == "hub-e-102-cloud-sign-in"
