"""To close what is urgent or unanswered is asked about first, and to put off what is due before; thanks after an answer
are no question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.conversation import messages
from bot.conversation.utterance import Speaker
from bot.decision.small_talk_policy import SmallTalkPolicy
from bot.desk import doubts, next_reply, tickets
from bot.errors import ConfirmFirst
from bot.handoff.policies import HandoffPolicies, read_policies
from bot.handoff.ticket import Ticket
from bot.storage import clock
from bot.storage.engine import Database
from tests.conftest import ROOT
from tests.unit.bot.desk.conftest import People

Against = Callable[..., str]


@pytest.fixture
def against(policies: HandoffPolicies, words: SmallTalkPolicy, desk_people: People) -> Against:
    def found(tx: Connection, ticket: Ticket, **asked: Any) -> str:
        try:
            doubts.before_closing(tx, policies, words, ticket.id, desk_people.ana, **asked)
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


def test_the_bot_gets_no_topic_back_that_it_does_not_answer_on(
    database: Database, ticket: Ticket, desk_people: People, against: Against
) -> None:
    with database.transaction() as tx:
        sensitive = tickets.store(tx, replace(ticket, category="injury"))
        tickets.reply(tx, ticket.id, desk_people.ana, "I look into it.")
        assert against(tx, sensitive) == ""
        assert against(tx, sensitive, to_bot=True) == doubts.SENSITIVE


def test_what_the_customer_waits_for_is_not_put_off_unasked(
    database: Database, ticket: Ticket, desk_people: People
) -> None:
    policies, ana = read_policies(ROOT / "data" / "policies"), desk_people.ana
    with database.transaction() as tx:
        doubts.before_snoozing(tx, ticket.id, ana, clock.after(ticket.first_response_due, -1))
        beyond = clock.after(ticket.first_response_due, 1)
        with pytest.raises(ConfirmFirst, match="first answer is due before then"):
            doubts.before_snoozing(tx, ticket.id, ana, beyond)
        answered = tickets.reply(tx, ticket.id, ana, "I look into it.").ticket
        doubts.before_snoozing(tx, ticket.id, ana, clock.after(ticket.resolution_due, 1))
        next_reply.customer_wrote(tx, policies, answered)
        (waits,) = next_reply.of_tickets(tx, [ticket.id]).values()
        with pytest.raises(ConfirmFirst, match="what the customer wrote is due"):
            doubts.before_snoozing(tx, ticket.id, ana, clock.after(waits.due_at, 1))
