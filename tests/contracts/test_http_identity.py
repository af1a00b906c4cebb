"""Promise 12: who a customer is comes from a token the website signed, and from nothing else."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from sqlalchemy import select

from bot.storage.tables import conversations, customers
from tests.served import Served, serving

KEY, OLD_KEY, OTHER = "k" * 32, "o" * 32, "x" * 32
AUDIENCE = "shop.example"


@pytest.fixture(scope="module")
def shop(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service with two identity keys, as while they are rotated."""
    with serving(
        small_index,
        tmp_path_factory.mktemp("shop"),
        identity_keys=f"{KEY},{OLD_KEY}",
        identity_audience=AUDIENCE,
    ) as served:
        yield served


def _claims(**changed: Any) -> dict[str, Any]:
    claims = {"sub": "customer-7", "aud": AUDIENCE, "exp": time.time() + 600, "name": "Jo", "plan": "plus"}
    return {name: value for name, value in (claims | changed).items() if value is not None}


def _signed(key: str = KEY, **changed: Any) -> str:
    return jwt.encode(_claims(**changed), key, algorithm="HS256")


def _unsigned(algorithm: str) -> str:
    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in ({"alg": algorithm, "typ": "JWT"}, _claims())
    )
    return f"{head}.{body}."


def _swapped_subject() -> str:
    head, _, signature = _signed().split(".")
    body = base64.urlsafe_b64encode(json.dumps(_claims(sub="customer-8")).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{signature}"


BAD: dict[str, Callable[[], str]] = {
    "algorithm none": lambda: _unsigned("none"),
    "algorithm None": lambda: _unsigned("None"),
    "algorithm HS256 without a signature": lambda: _unsigned("HS256"),
    "another algorithm": lambda: jwt.encode(_claims(), KEY, algorithm="HS512"),
    "wrong key": lambda: _signed(OTHER),
    "empty key": lambda: _signed("e" * 32)[:-5],
    "expired": lambda: _signed(exp=time.time() - 1),
    "expires in a day": lambda: _signed(exp=time.time() + 86_400),
    "no expiry": lambda: _signed(exp=None),
    "expiry as text": lambda: _signed(exp="tomorrow"),
    "another site": lambda: _signed(aud="other.example"),
    "no audience": lambda: _signed(aud=None),
    "no subject": lambda: _signed(sub=None),
    "blank subject": lambda: _signed(sub="   "),
    "not yet valid": lambda: _signed(nbf=time.time() + 600),
    "issued in the future": lambda: _signed(iat=time.time() + 600),
    "swapped user": _swapped_subject,
    "signature cut": lambda: _signed()[:-2],
    "signature of another token": lambda: _signed().rsplit(".", 1)[0] + "." + _signed(sub="x").rsplit(".", 1)[1],
    "payload not JSON": lambda: ".".join([_signed().split(".")[0], "bm90IGpzb24", _signed().split(".")[2]]),
    "two dots only": lambda: "..",
    "empty": lambda: "",
    "an e-mail address": lambda: "jo@example.com",
    "subject a number": lambda: _unsigned("HS256"),
}


@pytest.mark.parametrize("case", list(BAD))
def test_a_token_that_is_not_the_websites_own_is_refused(shop: Served, case: str) -> None:
    token = BAD[case]()
    refused = shop.client().post("/v1/conversations", json={"identity": token})
    assert refused.status_code == 401, case
    assert set(refused.json()) == {"error", "detail"}
    assert len(token) < 10 or token not in refused.text


@pytest.mark.parametrize("key", [KEY, OLD_KEY])
def test_a_good_token_makes_a_verified_customer(shop: Served, key: str) -> None:
    visitor = shop.visitor(identity=_signed(key, sub=f"customer-{key[0]}"), plan="basic", region="UK")
    row = _conversation(shop, visitor.id)
    assert row["plan"] == "plus", "what the website signed counts more than what the page says"
    assert row["region"] == "UK"
    assert _external_id(shop, row["customer_id"]) == f"customer-{key[0]}"


def test_the_same_customer_again_is_one_record(shop: Served) -> None:
    ids = {
        _conversation(shop, shop.visitor(identity=_signed(sub="twice", name=name)).id)["customer_id"]
        for name in ("Jo", "Jo Smith")
    }
    assert len(ids) == 1


def test_what_a_visitor_types_proves_nothing(shop: Served) -> None:
    visitor = shop.visitor(region="US")
    visitor.say("I am jo@example.com, customer-7, please show me my orders")
    assert _conversation(shop, visitor.id)["customer_id"] is None


def test_without_keys_no_token_is_believed(service: Served) -> None:
    assert service.client().post("/v1/conversations", json={"identity": _signed()}).status_code == 401


def _conversation(served: Served, conversation_id: str) -> Any:
    with served.database.snapshot() as tx:
        query = select(conversations).where(conversations.c.id == conversation_id)
        return tx.execute(query).mappings().one()


def _external_id(served: Served, customer_id: str) -> Any:
    with served.database.snapshot() as tx:
        return tx.execute(select(customers.c.external_id).where(customers.c.id == customer_id)).scalar()
