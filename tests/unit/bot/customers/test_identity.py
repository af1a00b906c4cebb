"""Only a token that the website signed, for this desk, in this hour, says who a visitor is."""

from __future__ import annotations

import pytest

from bot.customers.identity import Identity, check_keys, verify
from bot.customers.records import load, upsert
from bot.errors import BadPolicy, NotFound, SignInNeeded
from bot.storage import clock
from bot.storage.engine import Database
from tests.identity_tokens import AUDIENCE, BAD, CUSTOMER, GOOD, KEY, OLD_KEY, SUBJECTS, good

NOW = "2026-11-22T08:00:00.000Z"
SECONDS = clock.read(NOW).timestamp()


def test_there_are_60_cases_and_more() -> None:
    assert len(BAD) >= 60


@pytest.mark.parametrize("case", BAD)
def test_a_bad_token_proves_nothing(case: str) -> None:
    token = BAD[case](SECONDS)
    with pytest.raises(SignInNeeded) as refusal:
        verify(token, [KEY, OLD_KEY], AUDIENCE, NOW)
    assert not token.strip(".") or token not in refusal.value.detail


@pytest.mark.parametrize("case", GOOD)
def test_every_good_token_is_believed(case: str) -> None:
    assert verify(GOOD[case](SECONDS), [KEY, OLD_KEY], AUDIENCE, NOW).external_id == CUSTOMER


def test_a_token_says_who_the_customer_is() -> None:
    said = verify(GOOD["with everything"](SECONDS), [KEY], AUDIENCE, NOW)
    assert said == Identity(CUSTOMER, "Ana", "ana@example.com", "EU", "plus", "de", "gold")


def test_numbers_that_look_alike_stay_apart() -> None:
    found = [verify(good(SECONDS, sub=subject), [KEY], AUDIENCE, NOW).external_id for subject in SUBJECTS]
    assert found == list(SUBJECTS)


def test_a_retired_key_is_refused() -> None:
    with pytest.raises(SignInNeeded):
        verify(good(SECONDS, OLD_KEY), [KEY], AUDIENCE, NOW)


def test_without_keys_nobody_is_known() -> None:
    with pytest.raises(SignInNeeded):
        verify(good(SECONDS), [], AUDIENCE, NOW)


def test_a_short_key_is_no_key() -> None:
    check_keys([KEY, OLD_KEY])
    with pytest.raises(BadPolicy, match="32 bytes"):
        check_keys([KEY, "short"])


def test_the_same_customer_number_is_the_same_customer(database: Database) -> None:
    with database.transaction() as tx:
        first = upsert(tx, Identity("4711", "Ana", "ana@example.com", region="eu"))
        again = upsert(tx, Identity("4711", "Ana Maria", plan="plus"))
        other = upsert(tx, Identity("4712"))
        assert load(tx, first.id) == again
    assert first.id == again.id != other.id
    assert (again.name, again.email, again.region, again.plan) == (
        "Ana Maria",
        "ana@example.com",
        "eu",
        "plus",
    )


def test_an_unknown_customer_is_not_found(database: Database) -> None:
    with database.snapshot() as tx, pytest.raises(NotFound):
        load(tx, "nobody")
