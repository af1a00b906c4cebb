"""Messages after other turns: of the sample base's own articles, never of the test split; what was cited is told."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from bot.assemble import build_responder
from bot.casebook import case_file
from bot.casebook.case import Case, Split
from bot.conversation.utterance import Speaker, Utterance
from bot.respond import Responder
from bot.settings import Settings
from eval import dialogues
from eval.dialogues import Written, needed, of_public, unneeded
from eval.shared_sets import SharedQuestion
from kb_ingest import library
from kb_ingest.article import Visibility
from tests.conftest import ROOT
from tests.served import encoder
from tests.unit.bot.decision.conftest import KEPT

RESET = Written("reset-hub-2", "How do I reset Hub 2 to factory settings?", "Hold it for 10 seconds.", "and then?")
PLAN = Written("cancel-plan", "How do I cancel my plan?", "Under Account > Plan.", "from when does that count?")
OTHER = Written("hub-offline", "My hub is offline, what can I do?", "Restart the router.", "it still is")


@pytest.fixture(scope="module")
def responder(small_index: Path) -> Responder:
    return build_responder(Settings(index_dir=small_index, data_dir=KEPT), load=encoder)


@pytest.fixture(scope="module")
def cases() -> tuple[Case, ...]:
    return case_file.read([ROOT / "data" / "eval"])


@pytest.mark.parametrize("file", [dialogues.PLACE, dialogues.OPEN])
def test_each_dialogue_is_of_a_public_article_and_is_no_case(cases: tuple[Case, ...], file: Path) -> None:
    found = dialogues.read(ROOT / file)
    articles = library.read([ROOT / "data" / "kb"], date(2026, 11, 27)).articles
    public = {article.id for article in articles if article.visibility is Visibility.PUBLIC}
    assert {each.article for each in found} <= public
    assert all(text.strip() for each in found for text in (each.asked, each.answer, each.then))
    asked = {case.text.casefold() for case in cases}
    assert [each.then for each in found if each.asked.casefold() in asked] == []


def test_what_follows_knows_what_was_cited(responder: Responder, cases: tuple[Case, ...]) -> None:
    found = list(needed(responder, [RESET], cases))
    kinds = Counter(each.kind for each in found)
    assert kinds["same article, an answer in other words"] == 1
    written = found[0]
    assert (written.text, written.right, written.needed) == ("and then?", {"reset-hub-2"}, True)
    assert [(turn.text, turn.article_ids) for turn in written.context] == [
        (RESET.asked, ()),
        (RESET.answer, ("reset-hub-2",)),
    ]
    own = [each for each in found if each.kind == "same article, its own answer"]
    assert [each.context[1].article_ids for each in own] == [("reset-hub-2",)]
    assert "paper clip" in own[0].context[1].text
    tune = [case.text for case in cases if case.belongs_to is Split.TUNE]
    assert {each.text for each in found} <= {"and then?", *tune}


def test_a_new_matter_comes_after_another_article(responder: Responder, cases: tuple[Case, ...]) -> None:
    some = [case for case in cases if case.belongs_to is Split.TUNE][:60] + [
        case for case in cases if case.belongs_to is Split.TEST
    ]
    found = list(unneeded(responder, [RESET, PLAN, OTHER], some))
    assert {each.needed for each in found} == {False}
    firsts = [each for each in found if each.kind == "a first question, as written"]
    assert firsts == []  # no two articles of one area among the three
    test_split = {case.text for case in some if case.belongs_to is Split.TEST}
    assert found
    assert not {each.text for each in found} & test_split
    twin = Written("cancel-order", "How do I cancel an order?", "Under My orders.", "until when?")
    (of_plan, of_order) = unneeded(responder, [PLAN, twin], [])
    assert (of_plan.text, of_plan.context[0].text) == (PLAN.asked, twin.asked)
    assert (of_order.right, of_order.context[1].article_ids) == ({"cancel-order"}, ("cancel-plan",))


def test_of_a_public_set_only_answered_messages_after_others_count() -> None:
    before = (Utterance(Speaker.CUSTOMER, "I look for a hotel"),)
    asked = [
        SharedQuestion("1", "parking?", ("a",), before, ""),
        SharedQuestion("2", "parking?", (), before, ""),
        SharedQuestion("3", "parking?", ("a",), (), ""),
    ]
    assert [(each.right, each.context) for each in of_public(asked)] == [(frozenset({"a"}), before)]
