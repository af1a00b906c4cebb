"""What was suggested, sent, edited or rejected is recorded once; internal text needs a release."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.access import Role
from bot.assist import figures, record
from bot.assist.record import Handling, Proposal, Suggestion, SuggestionsChanged, SuggestionState
from bot.assist.reply import Reply, send
from bot.assist.time_saved import saved_seconds
from bot.conversation import messages
from bot.conversation.utterance import Speaker
from bot.desk import accounts, history
from bot.desk.accounts import Account
from bot.desk.notices import Work
from bot.errors import Conflict, ContainsInternal, MovedOn, NotFound
from bot.events import log
from bot.events.log import Audience, EventKind
from bot.handoff.ticket import Ticket
from bot.retrieval.live_index import LiveIndex
from bot.storage.engine import Database
from bot.storage.record import decode
from kb_ingest.article import Visibility

TEXT = "You can return it within 30 days."
PUBLIC = Proposal(
    TEXT, "returns", "Returns", "within 30 days", 10, 24, "abc", Visibility.PUBLIC, 0.9, ("Can I?",), ("Why?",), True
)
INTERNAL = replace(PUBLIC, article_id="playbook", visibility=Visibility.INTERNAL, confidence=0.6)


@pytest.fixture
def ticket(database: Database, waiting_ticket: Callable[[Connection], Ticket]) -> Ticket:
    with database.transaction() as tx:
        return waiting_ticket(tx)


@pytest.fixture
def live(tmp_path: Path) -> LiveIndex:
    """No article is in service: what is internal is known of the suggestions alone."""
    return LiveIndex(tmp_path)


@pytest.fixture
def ana(database: Database) -> Account:
    with database.transaction() as tx:
        return accounts.add(tx, "ana@example.com", "Ana", Role.AGENT, "correct horse battery")


def offer(tx: Connection, ticket: Ticket, *proposals: Proposal) -> tuple[Suggestion, ...]:
    asked = messages.append(tx, ticket.conversation_id, Speaker.CUSTOMER, "Can I return it?").message
    return record.store(tx, ticket.conversation_id, asked.id, proposals, ticket.id)


def test_suggestions_come_back_best_first_as_they_were_stored(database: Database, ticket: Ticket) -> None:
    with database.transaction() as tx:
        offered = offer(tx, ticket, PUBLIC, INTERNAL)
        assert record.current(tx, ticket.conversation_id) == offered
    assert [one.rank for one in offered] == [1, 2]


def test_only_the_desk_hears_of_a_suggestion(database: Database, ticket: Ticket) -> None:
    with database.transaction() as tx:
        offered = offer(tx, ticket, INTERNAL)
        visitor = log.since(tx, 0, conversation_id=ticket.conversation_id, audience=Audience.ALL)
        desk = log.since(tx, 0, conversation_id=ticket.conversation_id, audience=Audience.DESK)
    assert EventKind.SUGGESTION not in {event.kind for event in visitor}
    assert decode(SuggestionsChanged, desk[-1].payload).ids == (offered[0].id,)


def test_the_next_message_makes_older_offers_stale(database: Database, ticket: Ticket) -> None:
    with database.transaction() as tx:
        old = offer(tx, ticket, PUBLIC, INTERNAL)
        new = offer(tx, ticket, PUBLIC)
        assert record.current(tx, ticket.conversation_id) == new
        assert record.load(tx, old[0].id).state is SuggestionState.STALE
        assert offer(tx, ticket) == ()
        assert record.current(tx, ticket.conversation_id) == ()


@pytest.mark.parametrize(
    ("sent", "state", "distance"),
    [
        (TEXT, SuggestionState.ACCEPTED, 0),
        (f"  {TEXT}\n", SuggestionState.ACCEPTED, 0),
        ("You can return it within 60 days.", SuggestionState.EDITED, 1),
        (f"Hi! {TEXT}", SuggestionState.EDITED, 4),
    ],
)
def test_how_much_the_person_kept_is_recorded(
    database: Database, live: LiveIndex, ticket: Ticket, ana: Account, sent: str, state: SuggestionState, distance: int
) -> None:
    with database.transaction() as tx:
        (offered,) = offer(tx, ticket, PUBLIC)
        replied = send(tx, live, ticket.id, ana, Reply(sent, offered.id))
        stored = record.load(tx, offered.id)
    assert (stored.state, stored.edit_distance, stored.decided_by) == (state, distance, ana.id)
    assert stored.final_text == replied.message.text == sent.strip()


def test_internal_text_needs_a_release_and_sends_nothing_without(
    database: Database, live: LiveIndex, ticket: Ticket, ana: Account
) -> None:
    with database.transaction() as tx:
        (offered,) = offer(tx, ticket, INTERNAL)
    with pytest.raises(ContainsInternal, match="internal"), database.transaction() as tx:
        send(tx, live, ticket.id, ana, Reply(TEXT, offered.id))
    with database.transaction() as tx:
        said = messages.transcript(tx, ticket.conversation_id)
        assert Speaker.AGENT not in {message.role for message in said}
        assert record.load(tx, offered.id).state is SuggestionState.OFFERED
        assert send(tx, live, ticket.id, ana, Reply(TEXT, offered.id, release_internal=True)).created


def test_every_internal_article_that_is_released_is_in_the_history(
    database: Database, live: LiveIndex, ticket: Ticket, ana: Account
) -> None:
    with database.transaction() as tx:
        one, two, public = offer(tx, ticket, INTERNAL, replace(INTERNAL, article_id="second", title="Second"), PUBLIC)
    with pytest.raises(ContainsInternal, match="Second"), database.transaction() as tx:
        send(tx, live, ticket.id, ana, Reply(TEXT, public.id, also_from=[two.id]))
    with database.transaction() as tx:
        send(tx, live, ticket.id, ana, Reply(TEXT, one.id, also_from=[two.id, public.id], release_internal=True))
        trail = history.of_ticket(tx, ticket)
    released = [(each.by, each.detail) for each in trail if each.deed is Work.RELEASED_INTERNAL]
    assert released == [("Ana", "Returns"), ("Ana", "Second")]


def test_a_suggestion_is_used_once_but_a_retried_reply_is_fine(
    database: Database, live: LiveIndex, ticket: Ticket, ana: Account
) -> None:
    with database.transaction() as tx:
        (offered,) = offer(tx, ticket, PUBLIC)
        first = send(tx, live, ticket.id, ana, Reply(TEXT, offered.id, client_id="r1"))
        assert send(tx, live, ticket.id, ana, Reply(TEXT, offered.id, client_id="r1")).message == first.message
        with pytest.raises(Conflict, match="already accepted"):
            send(tx, live, ticket.id, ana, Reply(TEXT, offered.id, client_id="r2"))


def test_a_suggestion_for_what_the_customer_wrote_before_is_questioned(
    database: Database, live: LiveIndex, ticket: Ticket, ana: Account
) -> None:
    with database.transaction() as tx:
        (offered,) = offer(tx, ticket, PUBLIC)
        messages.append(tx, ticket.conversation_id, Speaker.CUSTOMER, "Never mind, my camera is offline.")
    with pytest.raises(MovedOn, match="Never mind, my camera is offline"), database.transaction() as tx:
        send(tx, live, ticket.id, ana, Reply(TEXT, offered.id, confirmed=False))
    with database.transaction() as tx:
        for confirmed in (True, False):  # again is no new reply
            send(tx, live, ticket.id, ana, Reply(TEXT, offered.id, client_id="r1", confirmed=confirmed))
        assert [message.role for message in messages.transcript(tx, ticket.conversation_id)].count("agent") == 1


def test_a_suggestion_that_went_stale_while_it_was_edited_can_be_sent(
    database: Database, live: LiveIndex, ticket: Ticket, ana: Account
) -> None:
    with database.transaction() as tx:
        (offered,) = offer(tx, ticket, PUBLIC)
        offer(tx, ticket, INTERNAL)
        send(tx, live, ticket.id, ana, Reply(TEXT, offered.id))
        assert record.load(tx, offered.id).state is SuggestionState.ACCEPTED


def test_a_suggestion_of_another_conversation_is_not_found(
    database: Database, live: LiveIndex, ticket: Ticket, ana: Account, waiting_ticket: Callable[[Connection], Ticket]
) -> None:
    with database.transaction() as tx:
        (offered,) = offer(tx, waiting_ticket(tx), PUBLIC)
        with pytest.raises(NotFound):
            send(tx, live, ticket.id, ana, Reply(TEXT, offered.id))


def test_rejecting_is_recorded_once_and_final(database: Database, ticket: Ticket, ana: Account) -> None:
    with database.transaction() as tx:
        (offered,) = offer(tx, ticket, PUBLIC)
        rejected = record.reject(tx, offered.id, ana.id)
        assert record.reject(tx, offered.id, ana.id) == rejected
        with pytest.raises(Conflict):
            record.sent(tx, offered.id, ana.id, TEXT)
    assert (rejected.state, rejected.decided_by) == (SuggestionState.REJECTED, ana.id)


def test_a_stale_suggestion_cannot_be_rejected(database: Database, ticket: Ticket, ana: Account) -> None:
    with database.transaction() as tx:
        (offered,) = offer(tx, ticket, PUBLIC)
        assert record.make_stale(tx, ticket.conversation_id) == 1
        with pytest.raises(Conflict, match="stale"):
            record.reject(tx, offered.id, ana.id)


def test_an_unknown_suggestion_is_not_found(database: Database) -> None:
    with database.snapshot() as tx, pytest.raises(NotFound):
        record.load(tx, "nothing")


def test_what_a_suggestion_saved_is_recorded(
    database: Database, ticket: Ticket, ana: Account, live: LiveIndex
) -> None:
    """33 characters kept at 260 a minute, less reading 33 at 1,400; one of no use cost its reading."""
    with database.transaction() as tx:
        (used,) = offer(tx, ticket, PUBLIC)
        send(tx, live, ticket.id, ana, Reply(TEXT, used.id, handling=Handling(shown=40_000, inserted=10_000)))
        (edited,) = offer(tx, ticket, PUBLIC)
        send(tx, live, ticket.id, ana, Reply(f"{TEXT} Bye.", edited.id))
        (rejected,) = offer(tx, ticket, PUBLIC)
        record.reject(tx, rejected.id, ana.id)
        stored = [record.load(tx, each.id) for each in (used, edited, rejected)]
        seen = figures.lately(tx)
    assert [round(each.saved_seconds or 0, 2) for each in stored] == [6.2, 6.2, -1.41]
    assert (stored[0].shown_at or "x") < (stored[0].inserted_at or "") < (stored[0].decided_at or "")
    assert (stored[1].shown_at, stored[1].inserted_at) == (None, None)
    assert (seen.accepted, seen.edited, seen.rejected, round(seen.saved, 1)) == (1, 1, 1, 11.0)
    assert seen.to_sent == pytest.approx(40, abs=1)


def test_what_is_left_of_a_text_that_was_cut_was_not_typed() -> None:
    assert saved_seconds("x" * 1000, "x" * 300, 700) == pytest.approx(300 * 60 / 260 - 1000 * 60 / 1400)
