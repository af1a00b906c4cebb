"""Accounts are made by an administrator, hashed with argon2, and a sign-in tells nothing but yes or no."""

from __future__ import annotations

import pytest

from bot.access import Role
from bot.desk import accounts, passwords, sessions
from bot.desk.accounts import Account
from bot.errors import BadRequest, Conflict, NotFound, SignInNeeded
from bot.storage import tables
from bot.storage.engine import Database
from tests.conftest import SHIPPED_COST

PASSWORD = "correct horse battery"
NOW = "2026-11-22T08:00:00.000Z"


@pytest.fixture
def ana(database: Database) -> Account:
    with database.transaction() as tx:
        return accounts.add(tx, "Ana@Example.com ", "Ana", Role.AGENT, PASSWORD)


def sign_in(database: Database, email: str, password: str) -> Account:
    with database.snapshot() as tx:
        credential = accounts.find(tx, email)
    return accounts.check(credential, password)


def test_the_right_password_signs_in_whatever_the_case_of_the_address(
    database: Database, ana: Account
) -> None:
    assert sign_in(database, "ANA@example.com", PASSWORD) == ana


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ana@example.com", "wrong password"),
        ("ana@example.com", ""),
        ("ana@example.com", PASSWORD + " "),
        ("ana@example.com", "x" * 5000),
        ("nobody@example.com", PASSWORD),
        ("nobody@example.com", "nobody has this password"),
    ],
)
def test_every_wrong_sign_in_is_told_the_same(
    database: Database, ana: Account, email: str, password: str
) -> None:
    with pytest.raises(SignInNeeded) as refusal:
        sign_in(database, email, password)
    assert refusal.value.detail == "E-mail or password is wrong."


def test_only_an_argon2id_hash_is_stored(database: Database, ana: Account) -> None:
    with database.snapshot() as tx:
        row = tx.execute(tables.accounts.select()).one()
    assert row.password_hash.startswith("$argon2id$")
    assert PASSWORD not in str(row)


def test_a_hash_costs_what_is_recommended(monkeypatch: pytest.MonkeyPatch) -> None:
    passes, kibibytes = SHIPPED_COST
    monkeypatch.setattr(passwords, "PASSES", passes)
    monkeypatch.setattr(passwords, "KIBIBYTES", kibibytes)
    monkeypatch.setattr(passwords, "_hasher", passwords._hasher.__wrapped__)
    assert passwords.hash_password(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_same_password_has_another_hash_each_time() -> None:
    assert passwords.hash_password(PASSWORD) != passwords.hash_password(PASSWORD)


def test_without_a_hash_no_password_matches() -> None:
    assert not passwords.matches(None, "nobody has this password")


def test_a_hash_of_another_kind_never_matches() -> None:
    assert not passwords.matches("5f4dcc3b5aa765d61d8327deb882cf99", "password")


def test_a_disabled_person_cannot_sign_in_and_is_signed_out(database: Database, ana: Account) -> None:
    with database.transaction() as tx:
        started = sessions.start(tx, ana, 12, NOW)
        assert accounts.disable(tx, "ana@example.com").disabled
        with pytest.raises(SignInNeeded):
            sessions.signed_in(tx, started.token, NOW)
        assert tx.execute(tables.sessions.select()).all() == []
    with pytest.raises(SignInNeeded):
        sign_in(database, "ana@example.com", PASSWORD)


def test_an_address_has_one_account(database: Database, ana: Account) -> None:
    with database.transaction() as tx, pytest.raises(Conflict):
        accounts.add(tx, "ana@EXAMPLE.com", "Another Ana", Role.LEAD, PASSWORD)
    with database.snapshot() as tx:
        assert accounts.every(tx) == (ana,)


@pytest.mark.parametrize(
    ("email", "name", "role", "password"),
    [
        ("no-at-sign", "Ana", Role.AGENT, PASSWORD),
        ("@example.com", "Ana", Role.AGENT, PASSWORD),
        ("a na@example.com", "Ana", Role.AGENT, PASSWORD),
        ("ana@example.com", "  ", Role.AGENT, PASSWORD),
        ("ana@example.com", "Ana", Role.VISITOR, PASSWORD),
        ("ana@example.com", "Ana", Role.SERVICE, PASSWORD),
        ("ana@example.com", "Ana", Role.AGENT, "too short"),
    ],
)
def test_an_incomplete_account_is_refused(
    database: Database, email: str, name: str, role: Role, password: str
) -> None:
    with database.transaction() as tx, pytest.raises(BadRequest):
        accounts.add(tx, email, name, role, password)


def test_nobody_unknown_is_disabled_or_loaded(database: Database) -> None:
    with database.transaction() as tx:
        with pytest.raises(NotFound):
            accounts.disable(tx, "nobody@example.com")
        with pytest.raises(NotFound):
            accounts.load(tx, "nobody")


def test_a_disabled_person_who_is_added_again_is_back_with_what_was_given(database: Database, ana: Account) -> None:
    with database.transaction() as tx:
        accounts.disable(tx, "ana@example.com")
        back = accounts.add(tx, " ANA@example.com", "Ana B.", Role.LEAD, "another long password")
        assert back == Account(ana.id, "ana@example.com", "Ana B.", Role.LEAD, disabled=False)
        assert accounts.every(tx) == (back,)
    assert sign_in(database, "ana@example.com", "another long password") == back
    with pytest.raises(SignInNeeded):
        sign_in(database, "ana@example.com", PASSWORD)
    with pytest.raises(Conflict), database.transaction() as tx:
        accounts.add(tx, "ana@example.com", "Ana", Role.AGENT, PASSWORD)
