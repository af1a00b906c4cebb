"""Only a token that the website signed, for this desk, in this hour, says who a visitor is."""

from __future__ import annotations

import pytest

from bot.customers.identity import BadToken, Fault, Identity, check_settings, verify
from bot.customers.records import load, upsert
from bot.errors import BadPolicy, NotFound, SignInNeeded
from bot.settings import Settings
from bot.storage import clock
from bot.storage.engine import Database
from tests.identity_tokens import AUDIENCE, BAD, CUSTOMER, FOREIGN_KEY, GOOD, KEY, OLD_KEY, SUBJECTS, good

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


@pytest.mark.parametrize("name", ["identity_keys", "service_keys"])
def test_a_short_key_is_no_key(name: str) -> None:
    check_settings(Settings(**{name: f"{KEY},{OLD_KEY}"}))
    with pytest.raises(BadPolicy, match=f"ANSWERDESK_{name.upper()}: each key must have 32 bytes or more"):
        check_settings(Settings(**{name: f"{KEY},short"}))


def test_a_desk_that_would_let_nobody_in_is_refused() -> None:
    check_settings(Settings(identity_required=True, identity_keys=KEY))
    with pytest.raises(BadPolicy, match=r"ANSWERDESK_IDENTITY_REQUIRED: nobody could sign in, .* name a key"):
        check_settings(Settings(identity_required=True))


@pytest.mark.parametrize(
    ("token", "fault", "told"),
    [
        (good(SECONDS, FOREIGN_KEY), Fault.KEY, "ANSWERDESK_IDENTITY_KEYS"),
        (good(SECONDS, FOREIGN_KEY, aud="other"), Fault.KEY, "ANSWERDESK_IDENTITY_KEYS"),
        (good(SECONDS, aud="other"), Fault.AUDIENCE, "ANSWERDESK_IDENTITY_AUDIENCE"),
        (good(SECONDS, aud=None), Fault.CLAIM_MISSING, "sub, aud, exp"),
        (good(SECONDS, exp=None), Fault.CLAIM_MISSING, "sub, aud, exp"),
        (BAD["subject a number"](SECONDS), Fault.CUSTOMER, "write a number in quotes"),
        (BAD["HS512"](SECONDS), Fault.ALGORITHM, "HS256"),
        (BAD["expired"](SECONDS), Fault.TIME, "expired"),
        (BAD["two dots only"](SECONDS), Fault.FORM, "JWT"),
        (good(SECONDS, name="x" * 201), Fault.CUSTOMER, "name must have at most 200 characters"),
        (good(SECONDS, language="german please"), Fault.CUSTOMER, "language must be a code like en or pt-BR"),
        (good(SECONDS, sub=" 7"), Fault.CUSTOMER, "sub must be 1 to 200 characters"),
    ],
)
def test_the_developer_is_told_what_is_wrong_with_a_token(token: str, fault: Fault, told: str) -> None:
    with pytest.raises(BadToken) as refused:
        verify(token, [OLD_KEY, KEY], AUDIENCE, NOW)
    assert refused.value.fault is fault
    assert told in refused.value.detail
    assert AUDIENCE not in refused.value.detail


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
