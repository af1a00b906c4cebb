"""One survey for each episode, of at most two questions; a bad score opens one review, which the leads find."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, func, select

from bot.access import Role
from bot.desk import accounts, notes, queue, tickets
from bot.desk.accounts import Account
from bot.desk.queue import View, Wanted
from bot.errors import BadRequest, Conflict, NotFound
from bot.feedback import survey
from bot.feedback.record import LONGEST_COMMENT
from bot.feedback.survey import Answered, Given
from bot.handoff.policies import HandoffPolicies
from bot.handoff.survey_policy import Question
from bot.handoff.ticket import Ticket
from bot.storage.care_tables import surveys
from bot.storage.engine import Database

PASSWORD = "correct horse battery"
Handed = Callable[[Connection], Ticket]


@pytest.fixture
def people(database: Database) -> dict[Role, Account]:
    with database.transaction() as tx:
        return {
            role: accounts.add(tx, f"{role}@example.com", f"The {role}", role, PASSWORD)
            for role in (Role.AGENT, Role.LEAD, Role.ADMIN)
        }


def _resolved(tx: Connection, handed: Handed, people: dict[Role, Account]) -> Ticket:
    return tickets.resolve(tx, handed(tx).id, people[Role.AGENT])


def _answer(
    tx: Connection, policies: HandoffPolicies, ticket: Ticket, score: int | None, missing: str = ""
) -> Answered:
    scores = {Question.CSAT: score} if score is not None else {}
    return survey.answer(tx, policies, ticket.conversation_id, ticket.id, Given(scores, missing))


def _mentioned(tx: Connection, account: Account) -> list[str]:
    return [ticket.id for ticket in queue.find(tx, Wanted(View.MENTIONS, account.id)).tickets]


def test_it_is_due_when_the_ticket_is_resolved_and_until_something_is_said(
    database: Database, policies: HandoffPolicies, waiting_ticket: Handed, people: dict[Role, Account]
) -> None:
    for score in (4, None):
        with database.transaction() as tx:
            ticket = waiting_ticket(tx)
            assert survey.due(tx, policies, ticket.conversation_id) is None
            tickets.resolve(tx, ticket.id, people[Role.AGENT])
            assert (survey.due(tx, policies, ticket.conversation_id) or ticket).id == ticket.id
            _answer(tx, policies, ticket, score)
            assert survey.due(tx, policies, ticket.conversation_id) is None


@pytest.mark.parametrize("score", [1, 2])
def test_a_bad_score_opens_exactly_one_review_that_a_lead_closes_with_a_note(
    database: Database, policies: HandoffPolicies, waiting_ticket: Handed, people: dict[Role, Account], score: int
) -> None:
    with database.transaction() as tx:
        ticket = _resolved(tx, waiting_ticket, people)
        answers = [_answer(tx, policies, ticket, score, "No time") for _ in range(2)]
        assert [answered.created for answered in answers] == [True, False]
        (review,) = notes.of_ticket(tx, ticket)
        assert review.note.mentioned == ("The lead",)
        assert f"{score} of 5" in review.note.text
        assert "No time" in review.note.text
        assert _mentioned(tx, people[Role.LEAD]) == [ticket.id]
        assert queue.counts(tx, people[Role.LEAD].id)[View.MENTIONS] == 1
        assert _mentioned(tx, people[Role.AGENT]) == _mentioned(tx, people[Role.ADMIN]) == []
        notes.add(tx, ticket.id, people[Role.LEAD], "Talked to the team.")
        assert _mentioned(tx, people[Role.LEAD]) == []


@pytest.mark.parametrize("score", [3, 4, 5, None])
def test_other_answers_open_none(
    database: Database,
    policies: HandoffPolicies,
    waiting_ticket: Handed,
    people: dict[Role, Account],
    score: int | None,
) -> None:
    with database.transaction() as tx:
        ticket = _resolved(tx, waiting_ticket, people)
        _answer(tx, policies, ticket, score)
        assert notes.of_ticket(tx, ticket) == ()
        assert _mentioned(tx, people[Role.LEAD]) == []


def test_without_a_lead_the_administrators_are_called(
    database: Database, policies: HandoffPolicies, waiting_ticket: Handed, people: dict[Role, Account]
) -> None:
    with database.transaction() as tx:
        accounts.disable(tx, people[Role.LEAD].email)
        ticket = _resolved(tx, waiting_ticket, people)
        _answer(tx, policies, ticket, 1)
        assert _mentioned(tx, people[Role.ADMIN]) == [ticket.id]


def test_closing_a_ticket_ends_the_mentions_made_before(
    database: Database, policies: HandoffPolicies, waiting_ticket: Handed, people: dict[Role, Account]
) -> None:
    with database.transaction() as tx:
        ticket = waiting_ticket(tx)
        notes.add(tx, ticket.id, people[Role.AGENT], "@lead@example.com please look")
        assert _mentioned(tx, people[Role.LEAD]) == [ticket.id]
        tickets.resolve(tx, ticket.id, people[Role.AGENT])
        assert _mentioned(tx, people[Role.LEAD]) == []


def test_the_words_are_masked(
    database: Database, policies: HandoffPolicies, waiting_ticket: Handed, people: dict[Role, Account]
) -> None:
    with database.transaction() as tx:
        ticket = _resolved(tx, waiting_ticket, people)
        _answer(tx, policies, ticket, 1, "My card 4111 1111 1111 1111 was refused")
        kept = survey.of_ticket(tx, ticket.id)
        assert kept is not None
        assert "4111" not in kept.missing + notes.of_ticket(tx, ticket)[0].note.text
        assert "was refused" in kept.missing


def test_what_cannot_be_an_answer_is_refused_and_nothing_is_kept(
    database: Database, policies: HandoffPolicies, waiting_ticket: Handed, people: dict[Role, Account]
) -> None:
    with database.transaction() as tx:
        still_open, ticket = waiting_ticket(tx), _resolved(tx, waiting_ticket, people)
        for conversation, about, score, missing, error in (
            (ticket.conversation_id, ticket.id, 0, "", BadRequest),
            (ticket.conversation_id, ticket.id, 6, "", BadRequest),
            (ticket.conversation_id, ticket.id, 5, "x" * (LONGEST_COMMENT + 1), BadRequest),
            (still_open.conversation_id, ticket.id, 1, "", NotFound),
            (ticket.conversation_id, "none", 1, "", NotFound),
            (still_open.conversation_id, still_open.id, 1, "", Conflict),
        ):
            with pytest.raises(error):
                survey.answer(tx, policies, conversation, about, Given({Question.CSAT: score}, missing))
        assert tx.execute(select(func.count()).select_from(surveys)).scalar() == 0
        _answer(tx, policies, ticket, 5)
        with pytest.raises(Conflict):
            _answer(tx, policies, ticket, 1)
