"""Who may use the copilot."""

from __future__ import annotations

import pytest

from bot.access import Role
from bot.api.limits import RateLimits
from bot.copilot.door import Door
from bot.desk import accounts, sessions
from bot.errors import SignInNeeded
from bot.settings import Settings
from bot.storage import clock
from bot.storage.engine import Database

PASSWORD = "a long enough password"


@pytest.fixture
def door(database: Database) -> Door:
    settings = Settings(cookie_secure=False)
    with database.transaction() as tx:
        accounts.add(tx, "maya@example.com", "Maya", Role.CONTENT, PASSWORD)
    return Door(database, settings, RateLimits(settings))


def test_only_the_right_password_opens(door: Door) -> None:
    opened = door.by_password("maya@example.com", PASSWORD, "127.0.0.1")
    assert opened is not None
    assert opened.name == "Maya"
    assert door.by_password("maya@example.com", "wrong", "127.0.0.1") is None
    assert door.by_password("nobody@example.com", PASSWORD, "127.0.0.1") is None


def test_guessing_is_slowed_even_when_the_last_guess_is_right(door: Door) -> None:
    for _ in range(10):
        door.by_password("maya@example.com", "wrong", "127.0.0.1")
    assert door.by_password("maya@example.com", PASSWORD, "10.0.0.1") is None


def test_the_console_session_opens_until_it_ends(door: Door, database: Database) -> None:
    account = door.by_password("maya@example.com", PASSWORD, "127.0.0.1")
    assert account is not None
    with database.transaction() as tx:
        started = sessions.start(tx, account, 1, clock.now())
    found = door.by_session(f"other=1; answerdesk={started.token}")
    assert found == account
    assert door.by_session("answerdesk=forged") is None
    assert door.by_session("") is None
    with database.transaction() as tx:
        sessions.end(tx, started.token)
    assert door.by_session(f"answerdesk={started.token}") is None


def test_a_disabled_account_gets_no_more_answers(door: Door, database: Database) -> None:
    account = door.by_password("maya@example.com", PASSWORD, "127.0.0.1")
    assert account is not None
    assert door.still(account.id) == account
    with database.transaction() as tx:
        accounts.disable(tx, account.email)
    with pytest.raises(SignInNeeded):
        door.still(account.id)
