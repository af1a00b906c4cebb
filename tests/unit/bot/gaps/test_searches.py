"""What the help centre was asked in vain is a wording of a gap: once a day, without personal data, not for ever."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from bot.conversation import messages
from bot.conversation.conversations import open_conversation
from bot.conversation.utterance import Speaker
from bot.gaps import ledger, searches, stories, view, wordings
from bot.gaps.ledger import Checked, Failing, Finding
from bot.gaps.wordings import Source
from bot.retrieval.live_index import LiveIndex
from bot.storage.engine import Database
from bot.storage.knowledge_tables import searches as rows

TEXT = "solar panel for the garden lamp"


def test_a_text_is_kept_once_a_day_if_it_says_something(database: Database) -> None:
    with database.transaction() as tx:
        assert [searches.keep(tx, text) for text in (TEXT, TEXT, "lamp", "the and of")] == [True, False, False, False]
        assert searches.keep(tx, "order FW-204518 of ada@example.com never came")
        first, second = searches.since(tx, "")
        assert (first.number, first.text, searches.since(tx, "2999")) == (-1, TEXT, ())
        assert not any(personal in second.text for personal in ("204518", "ada@"))


def test_a_day_has_enough_at_some_point(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searches, "MOST_A_DAY", 2)
    with database.transaction() as tx:
        assert [searches.keep(tx, f"garden lamp {number}") for number in range(3)] == [True, True, False]


def test_what_is_old_goes_with_its_place_in_a_gap(database: Database) -> None:
    with database.transaction() as tx:
        searches.keep(tx, TEXT)
        gap = ledger.open_gap(tx, [-1])
        assert searches.forget_old(tx) == 0
        tx.execute(update(rows).values(created_at="2020-01-01T00:00:00.000Z"))
        assert searches.forget_old(tx) == 1
        assert ledger.members(tx, gap) == ()


def test_searches_and_messages_are_wordings_of_one_gap(database: Database, tmp_path: Path) -> None:
    live = LiveIndex(tmp_path)
    with database.transaction() as tx:
        talk = open_conversation(tx, site="shop", language="en").conversation.id
        asked = messages.append(tx, talk, Speaker.CUSTOMER, "does the lamp have a solar panel").message.id
        for text in (TEXT, "lamp with solar panel"):
            searches.keep(tx, text)
        assert [(each.number, each.source) for each in wordings.unanswered(tx, "")] == [
            (-1, Source.SEARCHED), (-2, Source.SEARCHED),
        ]  # fmt: skip
        gap = ledger.open_gap(tx, [-2, -1, asked])
        assert gap == f"gap-{asked}"
        assert ledger.open_gap(tx, [-1, -2]) == "gap-s1", "both are in a gap already"
        assert ledger.members(tx, "gap-s1") == ()
        checked = (Checked(-2, None), Checked(asked, Failing.HANDED_OVER), Checked(-1, Failing.ASKED_BACK))
        ledger.record(tx, Finding(gap, "g1", None, None, False, checked))
        assert [(each.number, each.passed) for each in ledger.members(tx, gap)] == [
            (-2, True), (asked, False), (-1, False),
        ]  # fmt: skip
        told = stories.stories(tx, [-1, asked, -99])
        assert [(each.message.text, each.before, each.answered) for each in told[:1]] == [(TEXT, (), None)]
        assert [each.message.id for each in told] == [-1, asked]
        shown = view.detail(tx, live, gap)
        assert [each.text for each in shown.wordings] == [
            "lamp with solar panel", "does the lamp have a solar panel", TEXT,
        ]  # fmt: skip
        assert (shown.line.size, shown.line.passed, shown.line.this_week) == (3, 1, 3)
        assert [line.size for line in view.lines(tx, live)] == [3, 0]
