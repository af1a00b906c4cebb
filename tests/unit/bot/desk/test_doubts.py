"""To resolve what is urgent or unanswered is asked about first; thanks after an answer are no question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from bot.conversation import messages
from bot.conversation.utterance import Speaker
from bot.decision.small_talk_policy import SmallTalkPolicy, read_small_talk
from bot.desk import doubts, tickets
from bot.errors import ConfirmFirst
from bot.handoff.policies import HandoffPolicies, read_policies
from bot.handoff.ticket import Ticket
from bot.storage.engine import Database
from tests.conftest import ROOT
from tests.unit.bot.desk.conftest import People

Against = Callable[[Connection, Ticket], str]


@pytest.fixture
def against(desk_people: People) -> Against:
    folder = ROOT / "data" / "policies"
    policies: HandoffPolicies = read_policies(folder)
    words: SmallTalkPolicy = read_small_talk(folder / "small_talk.yaml")

    def found(tx: Connection, ticket: Ticket) -> str:
        try:
            doubts.check(tx, policies, words, ticket.id, desk_people.ana)
        except ConfirmFirst as error:
            return error.detail
        return ""

    return found


def _says(tx: Connection, ticket: Ticket, text: str) -> None:
    messages.append(tx, ticket.conversation_id, Speaker.CUSTOMER, text)


def test_a_customer_whom_nobody_answered(
    database: Database, ticket: Ticket, desk_people: People, against: Against
) -> None:
    with database.transaction() as tx:
        assert against(tx, ticket) == doubts.UNANSWERED
        tickets.claim(tx, ticket.id, desk_people.ana)
        _says(tx, ticket, "Hello?")
        assert against(tx, ticket) == doubts.UNANSWERED
        tickets.reply(tx, ticket.id, desk_people.ana, "It is on its way.")
        assert against(tx, ticket) == ""
        _says(tx, ticket, "And the other parcel?")
        assert against(tx, ticket) == doubts.WROTE_LAST


@pytest.mark.parametrize("text", ["Thanks!", "thank you very much", "ok", "bye", "👍"])
def test_thanks_want_no_answer(
    database: Database, ticket: Ticket, desk_people: People, against: Against, text: str
) -> None:
    with database.transaction() as tx:
        tickets.reply(tx, ticket.id, desk_people.ana, "It is on its way.")
        _says(tx, ticket, text)
        assert against(tx, ticket) == ""


def test_an_urgent_one_answered_or_not(
    database: Database, ticket: Ticket, desk_people: People, against: Against
) -> None:
    with database.transaction() as tx:
        urgent = tickets.store(tx, replace(ticket, priority="urgent"))
        assert against(tx, urgent) == f"{doubts.URGENT} {doubts.UNANSWERED}"
        tickets.reply(tx, ticket.id, desk_people.ana, "Leave the house.")
        assert against(tx, urgent) == doubts.URGENT
        tickets.resolve(tx, ticket.id, desk_people.ana)
        assert against(tx, urgent) == ""
