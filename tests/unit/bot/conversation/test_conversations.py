"""A conversation opens, proves its visitor, and moves only along legal steps."""

from __future__ import annotations

import itertools

import pytest

from bot.conversation import conversations
from bot.conversation.conversations import (
    LEGAL,
    Conversation,
    State,
    by_token,
    load,
    open_conversation,
    set_state,
)
from bot.errors import Conflict, NotFound
from bot.events import log
from bot.events.log import Audience, EventKind
from bot.storage import tables
from bot.storage.engine import Database

PATHS = {
    State.OPEN: (),
    State.WAITING: (State.WAITING,),
    State.PERSON: (State.WAITING, State.PERSON),
    State.RESOLVED: (State.RESOLVED,),
}


def opened_in(database: Database, state: State) -> Conversation:
    with database.transaction() as tx:
        conversation = open_conversation(tx, site="shop", language="en").conversation
        for step in PATHS[state]:
            conversation = set_state(tx, conversation, step)
    return conversation


def test_a_new_conversation_is_open_and_loads_as_it_was_made(database: Database) -> None:
    with database.transaction() as tx:
        made = open_conversation(tx, site="shop", language="de", region="eu", plan="plus").conversation
    with database.snapshot() as tx:
        assert load(tx, made.id) == made
    assert made.state is State.OPEN


def test_only_the_token_of_this_conversation_opens_it(database: Database) -> None:
    with database.transaction() as tx:
        one, other = (open_conversation(tx, site="shop", language="en") for _ in range(2))
        assert by_token(tx, one.conversation.id, one.token)
        assert not by_token(tx, one.conversation.id, other.token)
        assert not by_token(tx, one.conversation.id, "")
        assert not by_token(tx, one.conversation.id, one.token + "x")
        assert not by_token(tx, "no-such-conversation", one.token)
        assert not by_token(tx, "no-such-conversation", "")


def test_the_database_never_holds_the_token(database: Database) -> None:
    with database.transaction() as tx:
        opened = open_conversation(tx, site="shop", language="en")
        stored = tx.execute(tables.conversations.select()).one()
    assert opened.token not in stored
    assert len(opened.token) >= 43


@pytest.mark.parametrize(("before", "after"), itertools.permutations(State, 2))
def test_only_legal_jumps_happen_and_each_is_an_event(
    database: Database, before: State, after: State
) -> None:
    conversation = opened_in(database, before)
    with database.transaction() as tx:
        start = log.last_id(tx)
        if after in LEGAL[before]:
            assert set_state(tx, conversation, after).state is after
            event = log.since(tx, start, audience=Audience.ALL)[-1]
            assert (event.kind, event.payload) == (EventKind.STATE, f'{{"state": "{after}"}}')
        else:
            with pytest.raises(Conflict):
                set_state(tx, conversation, after)
            assert log.last_id(tx) == start
        assert load(tx, conversation.id).state is (after if after in LEGAL[before] else before)


def test_nobody_takes_a_conversation_that_waits_for_nobody() -> None:
    assert State.PERSON not in LEGAL[State.OPEN]
    assert State.PERSON not in LEGAL[State.RESOLVED]


def test_staying_is_no_event(database: Database) -> None:
    conversation = opened_in(database, State.WAITING)
    with database.transaction() as tx:
        start = log.last_id(tx)
        assert set_state(tx, conversation, State.WAITING) == conversation
        assert log.last_id(tx) == start


def test_a_step_from_an_outdated_view_is_refused(database: Database) -> None:
    outdated = opened_in(database, State.OPEN)
    with database.transaction() as tx:
        set_state(tx, outdated, State.WAITING)
        with pytest.raises(Conflict, match="meantime"):
            set_state(tx, outdated, State.RESOLVED)


def test_what_becomes_known_is_kept_and_unknown_does_not_erase(database: Database) -> None:
    conversation = opened_in(database, State.OPEN)
    with database.transaction() as tx:
        known = conversations.learn(tx, conversation, language="fr", region="uk")
        known = conversations.learn(tx, known, plan="plus")
        stored = load(tx, conversation.id)
    assert stored == known
    assert (stored.language, stored.region, stored.plan) == ("fr", "uk", "plus")


def test_an_unknown_conversation_is_not_found(database: Database) -> None:
    with database.snapshot() as tx, pytest.raises(NotFound):
        load(tx, "nothing")
