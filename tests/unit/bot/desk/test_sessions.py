"""A session is an opaque token that ends, is hashed at rest, and needs its CSRF token to change anything."""

from __future__ import annotations

import pytest

from bot.access import Role
from bot.desk import accounts
from bot.desk.accounts import Account
from bot.desk.sessions import check_csrf, end, signed_in, start
from bot.errors import NotAllowed, SignInNeeded
from bot.storage import clock, tables
from bot.storage.engine import Database

NOW = "2026-11-22T08:00:00.000Z"
HOUR = 3600


@pytest.fixture
def ana(database: Database) -> Account:
    with database.transaction() as tx:
        return accounts.add(tx, "ana@example.com", "Ana", Role.AGENT, "correct horse battery")


def test_the_token_says_who_is_signed_in(database: Database, ana: Account) -> None:
    with database.transaction() as tx:
        started = start(tx, ana, 12, NOW)
        session = signed_in(tx, started.token, NOW)
    assert session.account == ana
    assert session.account.viewer.may_work_tickets


@pytest.mark.parametrize(("hours", "valid"), [(0, True), (11.99, True), (12, False), (48, False)])
def test_a_session_ends_on_time(database: Database, ana: Account, hours: float, valid: bool) -> None:
    with database.transaction() as tx:
        token = start(tx, ana, 12, NOW).token
        later = clock.after(NOW, hours * HOUR)
        if valid:
            assert signed_in(tx, token, later).account == ana
        else:
            with pytest.raises(SignInNeeded):
                signed_in(tx, token, later)


def test_a_guess_is_nobody(database: Database, ana: Account) -> None:
    with database.transaction() as tx:
        token = start(tx, ana, 12, NOW).token
        hashed = tx.execute(tables.sessions.select()).one().token_hash
        for guess in ("", token[:-1], token + "x", hashed, "\ud800"):
            with pytest.raises(SignInNeeded):
                signed_in(tx, guess, NOW)


def test_the_database_never_holds_the_token(database: Database, ana: Account) -> None:
    with database.transaction() as tx:
        started = start(tx, ana, 12, NOW)
        row = tx.execute(tables.sessions.select()).one()
    assert started.token not in row


def test_signing_out_ends_this_session_alone(database: Database, ana: Account) -> None:
    with database.transaction() as tx:
        here, there = start(tx, ana, 12, NOW), start(tx, ana, 12, NOW)
        end(tx, here.token)
        end(tx, "never signed in")
        assert signed_in(tx, there.token, NOW).account == ana
        with pytest.raises(SignInNeeded):
            signed_in(tx, here.token, NOW)


def test_ended_sessions_do_not_pile_up(database: Database, ana: Account) -> None:
    with database.transaction() as tx:
        start(tx, ana, 12, NOW)
        start(tx, ana, 12, clock.after(NOW, 13 * HOUR))
        assert len(tx.execute(tables.sessions.select()).all()) == 1


def test_only_this_sessions_csrf_token_passes(database: Database, ana: Account) -> None:
    with database.transaction() as tx:
        mine, other = start(tx, ana, 12, NOW), start(tx, ana, 12, NOW)
        session = signed_in(tx, mine.token, NOW)
    check_csrf(session, mine.csrf)
    for shown in (None, "", other.csrf, mine.token, mine.csrf + "x", "\ud800"):
        with pytest.raises(NotAllowed):
            check_csrf(session, shown)
