"""Owns that a question in a language no article is written in goes to a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.access import PUBLIC_VISITOR
from bot.decision.outcome import HandOff, Reason
from bot.pipeline import build_responder
from bot.respond import Responder, respond
from bot.settings import Settings
from tests.served import encoder
from tests.unit.bot.decision.conftest import KEPT


@pytest.fixture(scope="module")
def responder(small_index: Path) -> Responder:
    """The service's own pipeline over the small index."""
    return build_responder(Settings(index_dir=small_index, data_dir=KEPT), load=encoder)


def test_a_question_in_a_language_not_covered_is_handed_over(responder: Responder) -> None:
    said = "Wie setze ich meinen alten Hub auf die Werkseinstellungen zurück?"
    assert respond(responder, said, (), PUBLIC_VISITOR).decision == HandOff(Reason.LANGUAGE_NOT_COVERED)


def test_a_danger_in_another_language_is_recognised_first(responder: Responder) -> None:
    outcome = respond(responder, "Der Stecker brennt und es riecht verbrannt", (), PUBLIC_VISITOR)
    assert outcome.decision == HandOff(Reason.SENSITIVE, "safety_incident")
