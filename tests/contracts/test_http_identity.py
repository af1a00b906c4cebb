"""Promise 12: who a customer is comes from a token the website signed, and from nothing else."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.errors import BadPolicy
from bot.storage.tables import conversations, customers
from tests.identity_tokens import BAD, GOOD, KEY, OLD_KEY, good
from tests.served import Served, serving


def _signed(key: str = KEY, **changed: Any) -> str:
    return good(time.time(), key, **({"name": "Jo", "plan": "plus"} | changed))


@pytest.mark.parametrize("case", BAD)
def test_a_token_that_is_not_the_websites_own_is_refused(shop: Served, case: str) -> None:
    token = BAD[case](time.time())
    refused = shop.client().post("/v1/conversations", json={"identity": token})
    assert refused.status_code == 401, case
    assert set(refused.json()) == {"error", "detail"}
    assert len(token) < 10 or token not in refused.text


@pytest.mark.parametrize("case", GOOD)
def test_every_good_token_is_believed(shop: Served, case: str) -> None:
    visitor = shop.visitor(identity=GOOD[case](time.time()))
    assert _external_id(shop, _conversation(shop, visitor.id)["customer_id"]) == "customer-7"
    assert visitor.opened["verified"] is True


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


def test_a_refused_token_is_counted_by_its_reason(shop: Served) -> None:
    before = _refused(shop, "audience")
    token = _signed(aud="another desk")
    for path, body in (("", {}), ("/resume", {"code": "x" * 43})):
        answer = shop.client().post(f"/v1/conversations{path}", json=body | {"identity": token})
        assert (answer.status_code, "ANSWERDESK_IDENTITY_AUDIENCE" in answer.json()["detail"]) == (401, True)
    assert _refused(shop, "audience") == before + 2


def test_no_service_starts_with_a_key_that_can_be_found_by_trying(small_index: Path, tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match="ANSWERDESK_SERVICE_KEYS"), serving(small_index, tmp_path, service_keys="a"):
        pass


def _refused(served: Served, reason: str) -> float:
    figures = served.client().get("/metrics").text
    found = re.search(rf'answerdesk_identity_refused_total{{reason="{reason}"}} (.*)', figures)
    return float(found[1]) if found else 0.0


def _conversation(served: Served, conversation_id: str) -> Any:
    with served.database.snapshot() as tx:
        query = select(conversations).where(conversations.c.id == conversation_id)
        return tx.execute(query).mappings().one()


def _external_id(served: Served, customer_id: str) -> Any:
    with served.database.snapshot() as tx:
        return tx.execute(select(customers.c.external_id).where(customers.c.id == customer_id)).scalar()
