"""Only a token that the website signed, for this desk, in this hour, says who a visitor is."""

from __future__ import annotations

import base64
import json

import jwt
import pytest

from bot.customers.identity import LONGEST_SECONDS, Identity, verify
from bot.customers.records import load, upsert
from bot.errors import NotFound, SignInNeeded
from bot.storage import clock
from bot.storage.engine import Database

KEY, OLD_KEY, FOREIGN_KEY = "k" * 32, "o" * 32, "f" * 32
AUDIENCE = "answerdesk"
NOW = "2026-11-22T08:00:00.000Z"
SECONDS = clock.read(NOW).timestamp()
CLAIMS = {"sub": "4711", "aud": AUDIENCE, "exp": SECONDS + 600}


def signed(key: str = KEY, algorithm: str = "HS256", **changes: object) -> str:
    claims = {name: value for name, value in (CLAIMS | changes).items() if value is not None}
    return jwt.encode(claims, key, algorithm=algorithm)


def part(value: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def swapped_user() -> str:
    head, _, signature = signed().split(".")
    return f"{head}.{part(CLAIMS | {'sub': 'somebody-else'})}.{signature}"


BAD = {
    "algorithm none": f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(CLAIMS)}.",
    "algorithm None": f"{part({'alg': 'None', 'typ': 'JWT'})}.{part(CLAIMS)}.",
    "no signature": signed().rsplit(".", 1)[0] + ".",
    "key of another website": signed(FOREIGN_KEY),
    "another algorithm": signed("k" * 64, algorithm="HS512"),
    "another user in the payload": swapped_user(),
    "another audience": signed(aud="another-desk"),
    "no audience": signed(aud=None),
    "no subject": signed(sub=None),
    "blank subject": signed(sub="  "),
    "no expiry": signed(exp=None),
    "expired": signed(exp=SECONDS),
    "expired long ago": signed(exp=SECONDS - 86_400),
    "valid for two hours": signed(exp=SECONDS + 2 * LONGEST_SECONDS),
    "not valid yet": signed(nbf=SECONDS + 300),
    "issued in the future": signed(iat=SECONDS + 300),
    "empty": "",
    "no token at all": "4711",
    "an e-mail address": "ana@example.com",
    "dots": "..",
    "letters outside ASCII": "ü.ü.ü",
}


@pytest.mark.parametrize("token", BAD.values(), ids=BAD.keys())
def test_a_bad_token_proves_nothing(token: str) -> None:
    with pytest.raises(SignInNeeded) as refusal:
        verify(token, [KEY, OLD_KEY], AUDIENCE, NOW)
    assert not token.strip(".") or token not in refusal.value.detail


@pytest.mark.parametrize("key", [KEY, OLD_KEY])
def test_both_keys_work_while_they_rotate(key: str) -> None:
    token = signed(key, name="Ana", email="ana@example.com", region="eu", plan="plus", language="de")
    identity = verify(token, [KEY, OLD_KEY], AUDIENCE, NOW)
    assert identity == Identity("4711", "Ana", "ana@example.com", "eu", "plus", "de")


def test_a_retired_key_is_refused() -> None:
    with pytest.raises(SignInNeeded):
        verify(signed(OLD_KEY), [KEY], AUDIENCE, NOW)


def test_without_keys_nobody_is_known() -> None:
    with pytest.raises(SignInNeeded):
        verify(signed(), [], AUDIENCE, NOW)


def test_claims_of_the_wrong_type_are_not_believed() -> None:
    assert verify(signed(name=7, region=["eu"]), [KEY], AUDIENCE, NOW) == Identity("4711")


@pytest.mark.parametrize("changes", [{"exp": "tomorrow"}, {"nbf": "now"}, {"iat": [1]}, {"sub": 7}])
def test_claims_that_must_be_right_are_refused_when_they_are_not(changes: dict[str, object]) -> None:
    head = part({"alg": "HS256", "typ": "JWT"})
    body = part(CLAIMS | changes)
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(
        f"{head}.{body}".encode(), KEY.encode()
    )
    token = f"{head}.{body}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"
    with pytest.raises(SignInNeeded):
        verify(token, [KEY], AUDIENCE, NOW)


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
