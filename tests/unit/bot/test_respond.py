"""The story of one message: its spelling is corrected once, for the screen and for the search."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bot.access import PUBLIC_VISITOR
from bot.assemble import build_responder
from bot.conversation.utterance import Speaker, Utterance
from bot.respond import Responder, respond
from bot.settings import Settings
from kb_ingest.spelling import Spelling
from tests.unit.bot.decision.conftest import KEPT

MISSPELT = "How do I rest my Hub 2 to factroy settings?"
GERMAN = "Wie setze ich meinen alten Hub auf die Werkseinstellungen zurück?"


@pytest.fixture(scope="module")
def responder(small_index: Path) -> Responder:
    return build_responder(Settings(index_dir=small_index, data_dir=KEPT))


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
