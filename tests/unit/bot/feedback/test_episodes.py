"""What the bot answered alone is asked about, too; at most two questions, and nobody is asked for ever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Connection, update

from bot.access import Role
from bot.answering.draft import Citation
from bot.conversation import conversations, messages
from bot.conversation.utterance import Speaker
from bot.desk import accounts, tickets
from bot.errors import BadRequest, NotFound
from bot.feedback import episodes, survey, survey_figures
from bot.feedback.survey import Given
from bot.handoff.policies import HandoffPolicies
from bot.handoff.survey_policy import Helper, Question
from bot.handoff.ticket import Ticket
from bot.privacy.erase import erase
from bot.privacy.person import Scope
from bot.storage import care_tables, clock, tables
from bot.storage.engine import Database
from kb_ingest.article import Visibility

Handed = Callable[[Connection], Ticket]
NO_PAUSE = timedelta()
LONG_AGO = "2026-01-01T00:00:00.000Z"


@dataclass(frozen=True, slots=True)
class _Turn:
    citations: tuple[Citation, ...]


CITED = _Turn((Citation(1, "reset-hub-2", "Reset the Hub 2", "v", 0, 5, "Press", Visibility.PUBLIC),))


def _talk(tx: Connection, *said: str) -> str:
    """A conversation in which the customer says these; the bot answers from an article unless it is small talk."""
    made = conversations.open_conversation(tx, site="shop", language="en").conversation
    _say(tx, made.id, *said)
    return made.id


def _say(tx: Connection, conversation_id: str, *said: str) -> None:
    for text in said:
        messages.append(tx, conversation_id, Speaker.CUSTOMER, text)
        cited = None if text in ("hello", "thanks", "my router sings") else CITED
        messages.append(tx, conversation_id, Speaker.BOT, "Press the button.", turn=cited)


def _resolved(tx: Connection, handed: Handed) -> Ticket:
    found = accounts.find(tx, "maya@example.com")
    maya = found.account if found else accounts.add(tx, "maya@example.com", "Maya", Role.LEAD, "correct horse battery")
    return tickets.resolve(tx, handed(tx).id, maya)


@pytest.mark.parametrize(
    ("said", "over_after"),
    [
        (("hello", "how do I reset it?"), timedelta(minutes=3)),
        (("how do I reset it?", "thanks"), NO_PAUSE),
        (("hello",), None),
        (("how do I reset it?", "my router sings"), None),
    ],
)
def test_what_the_bot_answered_is_over_after_a_pause_or_thanks(
    database: Database, policies: HandoffPolicies, said: tuple[str, ...], over_after: timedelta | None
) -> None:
    with database.transaction() as tx:
        chat = _talk(tx, *said)
        due = survey.due(tx, policies, chat)
        assert (due is not None) == (over_after is not None)
        if due is not None and over_after is not None:
            ended = messages.transcript(tx, chat)[-1].created_at
            assert due.since == clock.after(ended, over_after.total_seconds())
            assert (due.helper, survey.ask(tx, policies, due).questions) == (Helper.BOT, (Question.CSAT,))


def test_nothing_is_asked_while_a_person_has_it_or_when_it_was_erased(
    database: Database, policies: HandoffPolicies, waiting_ticket: Handed
) -> None:
    with database.transaction() as tx:
        assert survey.due(tx, policies, waiting_ticket(tx).conversation_id) is None
        resolved = _resolved(tx, waiting_ticket).conversation_id
        assert survey.due(tx, policies, resolved) is not None
        erase(tx, Scope(conversations=(resolved,)), "conversation")
        assert survey.due(tx, policies, resolved) is None


def test_answers_of_the_bot_are_asked_about_once_in_a_while_whatever_comes_of_it(
    database: Database, policies: HandoffPolicies
) -> None:
    with database.transaction() as tx:
        chat = _talk(tx, "how do I reset it?", "thanks")
        due = survey.due(tx, policies, chat)
        assert due is not None
        survey.ask(tx, policies, due)
        assert survey.due(tx, policies, chat) == due, "it stands until something is said about it"
        _say(tx, chat, "how do I mount it?", "thanks")
        assert survey.due(tx, policies, chat) is None
        tx.execute(update(care_tables.surveys).values(asked_at=LONG_AGO))
        again = survey.due(tx, policies, chat)
        assert again is not None
        assert again.id != due.id


def test_a_customer_is_asked_for_a_recommendation_once_in_a_time_and_never_more_than_two_things(
    database: Database, policies: HandoffPolicies, waiting_ticket: Handed
) -> None:
    known = {"id": "ana", "external_id": "ana", "name": "Ana", "email": "", "created_at": ""}
    with database.transaction() as tx:
        tx.execute(tables.customers.insert().values(known))
        asked = []
        for pause in (False, False, True):
            ticket = _resolved(tx, waiting_ticket)
            mine = tables.conversations.c.id == ticket.conversation_id
            tx.execute(update(tables.conversations).where(mine).values(customer_id="ana"))
            if pause:
                tx.execute(update(care_tables.surveys).values(asked_at=LONG_AGO))
            asked.append(survey.ask(tx, policies, episodes.of_ticket(ticket)).questions)
    assert asked == [(Question.CSAT, Question.NPS), (Question.CSAT, Question.CES), (Question.CSAT, Question.NPS)]


def test_only_what_was_asked_is_answered_and_any_bad_score_is_reviewed(
    database: Database, policies: HandoffPolicies, waiting_ticket: Handed
) -> None:
    with database.transaction() as tx:
        ticket = _resolved(tx, waiting_ticket)
        for scores in ({Question.NPS: 11}, {Question.CES: 4}):
            with pytest.raises(BadRequest):
                survey.answer(tx, policies, ticket.conversation_id, ticket.id, Given(scores))
        given = Given({Question.CSAT: 5, Question.NPS: 0})
        kept = survey.answer(tx, policies, ticket.conversation_id, ticket.id, given).survey
        assert (kept.scores, survey.is_bad(policies, kept)) == (given.scores, True)
        (note,) = tx.execute(tables.mentions.select()).all()
        assert note.ticket_id == ticket.id
        with pytest.raises(NotFound):
            survey.answer(tx, policies, ticket.conversation_id, f"{episodes.OF_BOT}1", Given())


def test_the_sums_say_of_how_many(database: Database, policies: HandoffPolicies, waiting_ticket: Handed) -> None:
    with database.transaction() as tx:
        for csat, nps in ((5, 10), (2, 6), (4, 7), (None, None)):
            ticket = _resolved(tx, waiting_ticket)
            scores = {Question.CSAT: csat, Question.NPS: nps}
            given = Given({each: score for each, score in scores.items() if score is not None}, "A call")
            survey.answer(tx, policies, ticket.conversation_id, ticket.id, given)
        bot = survey.due(tx, policies, _talk(tx, "how do I reset it?", "thanks"))
        assert bot is not None
        survey.ask(tx, policies, bot)
        survey.answer(tx, policies, bot.conversation_id, bot.id, Given({Question.CSAT: 1}))
        totals = survey_figures.totals(tx, LONG_AGO)
        bad = survey_figures.bad_answers(tx, policies, LONG_AGO)
        assert survey_figures.totals(tx, clock.after(clock.now(), 60))[Helper.PERSON].asked == 0
    person, alone = totals[Helper.PERSON], totals[Helper.BOT]
    assert (person.asked, person.answered, alone.asked, alone.answered) == (4, 3, 1, 1)
    shares = {each: person.figures[each].share(each) for each in Question}
    assert shares == {Question.CSAT: 67, Question.CES: None, Question.NPS: 0}
    assert (person.figures[Question.NPS].good, person.figures[Question.NPS].bad) == (1, 1)
    assert [(one.wanted, one.title) for one in bad if not one.survey.ticket_id] == [
        ("how do I reset it?", "Reset the Hub 2")
    ]
    assert len(bad) == 2
