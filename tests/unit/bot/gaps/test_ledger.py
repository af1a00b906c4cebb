"""The ledger keeps numbers of messages, each in one gap, and forgets what is erased."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete

from bot.conversation import messages
from bot.conversation.conversations import open_conversation
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Reason
from bot.errors import NotFound
from bot.feedback import record
from bot.feedback.record import FeedbackKind
from bot.gaps import ledger, stories, view, wordings
from bot.gaps.ledger import Checked, Failing, Finding, GapStatus
from bot.gaps.wordings import Source
from bot.handoff.hand_off import hand_off
from bot.retrieval.live_index import LiveIndex
from bot.storage.engine import Database
from bot.storage.tables import events
from bot.storage.tables import messages as message_rows
from tests.conftest import PACKET
from tests.plans import heard, scans


def said(tx: Connection, *texts: str) -> tuple[str, list[int]]:
    """A conversation in which customer and bot take turns."""
    conversation = open_conversation(tx, site="shop", language="en").conversation.id
    roles = (Speaker.CUSTOMER, Speaker.BOT) * len(texts)
    ids = [messages.append(tx, conversation, role, text).message.id for role, text in zip(roles, texts, strict=False)]
    return conversation, ids


def test_only_messages_that_an_article_could_have_answered_are_looked_at(database: Database) -> None:
    with database.transaction() as tx:
        missing, (_, _, asked) = said(tx, "Hi", "Hello.", "is the hub blue?")
        hand_off(tx, missing, replace(PACKET, reason=Reason.FACT_MISSING))
        wants_person, _ = said(tx, "a person please")
        hand_off(tx, wants_person, replace(PACKET, reason=Reason.ASKED_FOR_PERSON))
        liked, (_, answer) = said(tx, "how loud is it", "85 dB.")
        record.record(tx, liked, FeedbackKind.THUMBS, 1, "", answer)
        disliked, (question, wrong) = said(tx, "how heavy is it", "It is white.")
        record.record(tx, disliked, FeedbackKind.THUMBS, -1, "", wrong)
    with database.snapshot() as tx:
        found = wordings.unanswered(tx, "")
        assert [(each.number, each.source) for each in found] == [
            (asked, Source.HANDED_OVER),
            (question, Source.DISLIKED),
        ]
        assert wordings.unanswered(tx, "2999") == ()


def test_a_message_is_in_one_gap_and_leaves_it_when_it_is_erased(database: Database) -> None:
    with database.transaction() as tx:
        _, (one, _) = said(tx, "is the hub blue?", "No.")
        _, (two,) = said(tx, "is there a blue hub")
        gap = ledger.open_gap(tx, [one, two])
        other = ledger.open_gap(tx, [two])
        assert [member.number for member in ledger.members(tx, gap)] == [one, two]
        assert ledger.members(tx, other) == ()
        assert ledger.open_gap(tx, [one, two]) == gap
        tx.execute(delete(events))
        tx.execute(delete(message_rows).where(message_rows.c.id == two))
        assert [member.number for member in ledger.members(tx, gap)] == [one]
        assert stories.stories(tx, [one, two])[0].message.text == "is the hub blue?"


def test_a_message_that_was_erased_while_it_was_grouped_is_left_out(database: Database) -> None:
    with database.transaction() as tx:
        _, (one, _) = said(tx, "is the hub blue?", "No.")
        gone = one + 99
        gap = ledger.open_gap(tx, [one, gone])
        ledger.join(tx, gap, [gone])
        assert [member.number for member in ledger.members(tx, gap)] == [one]


def test_what_a_check_found_is_kept_and_a_gap_opens_again(database: Database) -> None:
    with database.transaction() as tx:
        _, (one,) = said(tx, "is the hub blue?")
        _, (two,) = said(tx, "is there a blue hub")
        gap = ledger.open_gap(tx, [one, two])
        checked = (Checked(two, None), Checked(one, Failing.HANDED_OVER))
        ledger.record(tx, Finding(gap, "g1", "hub-2", None, True, checked))
        members = ledger.members(tx, gap)
        assert [(each.number, each.passed) for each in members] == [(two, True), (one, False)]
        assert ledger.count_open(tx) == 1
        closed = ledger.close(tx, gap, "Lee")
        assert (closed.status, closed.contradicted, closed.article_id) == (GapStatus.CLOSED, True, "hub-2")
        assert ledger.count_open(tx) == 0
        assert ledger.reopen(tx, gap).closed_by is None
        with pytest.raises(NotFound):
            ledger.load(tx, "gap-0")


@pytest.mark.parametrize(
    ("claimed", "closed", "minutes"),
    [
        ("2026-11-01T10:00:00.000Z", "2026-11-01T10:12:00.000Z", 12),
        ("2026-11-01T10:00:00.000Z", "2026-11-02T10:00:00.000Z", stories.LONGEST_MINUTES),
        (None, None, stories.DEFAULT_MINUTES),
    ],
)
def test_the_cost_is_from_claim_to_close(claimed: str | None, closed: str | None, minutes: float) -> None:
    ticket = {"created_at": "2026-11-01T09:00:00.000Z", "claimed_at": claimed, "closed_at": closed}
    before = {"created_at": "2026-10-01T09:00:00.000Z", "claimed_at": None, "closed_at": "2026-10-02T09:00:00.000Z"}
    assert stories.minutes_spent([before, ticket], "2026-11-01T08:59:00.000Z") == minutes
    assert stories.minutes_spent([before], "2026-11-01T08:59:00.000Z") == 0


def test_the_list_of_gaps_asks_as_often_for_many_as_for_one(database: Database, tmp_path: Path) -> None:
    live = LiveIndex(tmp_path)

    def statements(run: Callable[[Connection], object]) -> int:
        with heard(database) as ran, database.snapshot() as tx:
            run(tx)
        return len(ran)

    def asked(gaps: int) -> str:
        with database.transaction() as tx:
            ids = [said(tx, f"is hub {number} blue?", "No.", "and red?")[1] for number in range(3 * gaps)]
            opened = [ledger.open_gap(tx, [each[0] for each in ids[start::gaps]]) for start in range(gaps)]
        return opened[0]

    first = asked(1)
    one = statements(lambda tx: view.lines(tx, live)), statements(lambda tx: view.detail(tx, live, first))
    asked(9)
    with database.transaction() as tx:
        ledger.join(tx, first, [said(tx, f"is lamp {number} blue?", "No.")[1][0] for number in range(9)])
    many = statements(lambda tx: view.lines(tx, live)), statements(lambda tx: view.detail(tx, live, first))
    assert many == one
    with database.snapshot() as tx:
        assert [line.title for line in view.lines(tx, live)][:2] == ["is hub 0 blue?"] * 2


def test_gaps_are_shown_without_reading_all_that_was_ever_said(database: Database, tmp_path: Path) -> None:
    live = LiveIndex(tmp_path)
    with database.transaction() as tx:
        gap = ledger.open_gap(tx, said(tx, "is the hub blue?", "No.")[1][:1])
    assert {step.split()[0] for step in scans(database, lambda tx: view.lines(tx, live))} == {
        "gaps", "gap_wordings", "gap_searches",
    }  # fmt: skip
    assert scans(database, lambda tx: view.detail(tx, live, gap)) == set()
