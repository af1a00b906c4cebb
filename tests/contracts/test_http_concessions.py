"""No concession over the limit through the API, however many ask at once; its control, a check before the transaction,
gives too much. Above it a lead answers."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import jwt
import pytest

from bot.access import Role
from bot.allowances import given
from bot.allowances.concession import Concession, ConcessionStatus, Standing, Wish
from bot.allowances.give import store
from bot.api import callers
from bot.api import concessions as routes
from bot.api.callers import Credentials
from bot.api.service import Service
from bot.desk import tickets
from bot.errors import OverAllowance
from tests.served import Served, Staff, serving

IDENTITY_KEY = "an identity key that has 32 bytes or more"
AGENTS = 4
AT_ONCE = 16
SLOWLY = 0.005
TICKET_LIMIT, CUSTOMER_LIMIT, TIMES = 4000, 12000, 3  # goodwill of an agent in the UK, in pence


@pytest.fixture(scope="module")
def shop(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service of its own: its customers are known by name."""
    with serving(small_index, tmp_path_factory.mktemp("shop"), identity_keys=IDENTITY_KEY) as served:
        yield served


@pytest.fixture(scope="module")
def agents(shop: Served) -> list[Staff]:
    return [shop.staff() for _ in range(AGENTS)]


@pytest.fixture(scope="module")
def lead(shop: Served) -> Staff:
    return shop.staff(Role.LEAD)


def _ticket(shop: Served, name: str = "") -> str:
    """A ticket from the UK, of a customer the website vouches for when it has a name."""
    claims = {"sub": name, "aud": "answerdesk", "exp": int(time.time()) + 600, "name": name}
    known = {"identity": jwt.encode(claims, IDENTITY_KEY, algorithm="HS256")} if name else {}
    return str(shop.visitor(region="uk", **known).hand_off("The lamp hums")["ticket"]["id"])


def _give(who: Staff, ticket: str, amount: int, client_id: str = "", **more: Any) -> httpx2.Response:
    body = {"client_id": client_id or f"c{amount}", "kind": "goodwill", "amount": amount, "reason": "GW-3"}
    return who.client.post(f"/v1/tickets/{ticket}/concessions", json=body | more)


def _given(who: Staff, *of: str) -> int:
    """What these tickets have been given, as the service says."""
    found = [who.client.get(f"/v1/tickets/{ticket}/concessions").json()["concessions"] for ticket in of]
    return sum(one["amount"] for each in found for one in each if one["status"] == "granted")


def _all_at_once(calls: list[Callable[[], httpx2.Response]]) -> Counter[tuple[int, str]]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda call: call(), calls))
    return Counter((answer.status_code, answer.json().get("error", "")) for answer in answers)


def _on_one_ticket(shop: Served, agents: list[Staff], wishes: int) -> tuple[int, Counter[tuple[int, str]]]:
    """`wishes` requests for 15 pounds at once, by all agents, on one ticket that nobody has."""
    ticket = _ticket(shop)
    answered = _all_at_once(
        [lambda n=n: _give(agents[n % AGENTS], ticket, 1500, f"n{ticket}{n}") for n in range(wishes)]
    )
    return _given(agents[0], ticket), answered


def _check_one_ticket(shop: Served, agents: list[Staff], rounds: int) -> None:
    for _ in range(rounds):
        total, answered = _on_one_ticket(shop, agents, 24)
        assert total == 3000
        assert answered == {(200, ""): 2, (409, "over_allowance"): 22}


def _check_one_customer(shop: Served, agents: list[Staff], rounds: int, named: str = "customer") -> None:
    """Ten tickets of one customer, each within its own limit: the customer's holds over all of them."""
    for turn in range(rounds):
        own = [_ticket(shop, f"{named}-{turn}") for _ in range(10)]
        answered = _all_at_once(
            [lambda n=n, of=of: _give(agents[n % AGENTS], of, 4000, f"t{of}") for n, of in enumerate(own)]
        )
        assert _given(agents[0], *own) == CUSTOMER_LIMIT
        assert answered == {(200, ""): TIMES, (409, "over_allowance"): 10 - TIMES}


@pytest.fixture
def slow_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that takes its time after the sums: whatever can go between them and the grant, does."""
    standing = given.standing

    def slowly(*asked: Any) -> Standing:
        found = standing(*asked)
        time.sleep(SLOWLY)
        return found

    monkeypatch.setattr(given, "standing", slowly)


def test_one_ticket_gets_no_more_than_its_limit_however_many_give_at_once(shop: Served, agents: list[Staff]) -> None:
    _check_one_ticket(shop, agents, 3)


@pytest.mark.usefixtures("slow_sums")
def test_slow_sums_change_nothing(shop: Served, agents: list[Staff]) -> None:
    _check_one_ticket(shop, agents, 2)
    _check_one_customer(shop, agents, 1, "slow")


def test_one_customer_gets_no_more_than_the_limit_over_all_tickets(shop: Served, agents: list[Staff]) -> None:
    _check_one_customer(shop, agents, 2)


@pytest.mark.full
@pytest.mark.timeout(600)
def test_a_thousand_requests_at_once(shop: Served, agents: list[Staff]) -> None:
    started = time.monotonic()
    _check_one_ticket(shop, agents, 35)
    _check_one_customer(shop, agents, 16, "many")
    print(f"1,000 concurrent requests in {time.monotonic() - started:.1f} s: 0 over the limit")


def test_leads_who_answer_at_once_do_not_go_over_theirs(shop: Served, agents: list[Staff], lead: Staff) -> None:
    ticket, other = _ticket(shop), shop.staff(Role.LEAD)
    asked = [_give(agents[0], ticket, 15000, f"ask{n}", ask=True).json()["id"] for n in range(5)]
    yes = {"approve": True, "reason": "Fair."}
    answered = _all_at_once(
        [
            lambda one=one, who=who: who.client.post(f"/v1/concessions/{one}/decide", json=yes)
            for one in asked
            for who in (lead, other)
        ]
    )
    assert answered[200, ""] == 1
    assert _given(lead, ticket) == 15000


def test_a_repeated_request_gives_once(shop: Served, agents: list[Staff]) -> None:
    ticket = _ticket(shop)
    answered = _all_at_once([lambda: _give(agents[0], ticket, 1000, "again") for _ in range(AT_ONCE)])
    assert answered == {(200, ""): AT_ONCE}
    assert _given(agents[0], ticket) == 1000


def test_checked_before_the_transaction_it_gives_too_much(
    shop: Served, agents: list[Staff], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the usual way, look first and then write."""

    def looks_first(service: Service, caller: Credentials, ticket_id: str, wish: Wish, *, ask: bool) -> Concession:
        policies = service.assistant.policies
        with service.assistant.database.snapshot() as tx:
            account = callers.desk(tx, caller, changes=True)
            ticket = tickets.load(tx, ticket_id)
            standing = given.standing(tx, policies, ticket, account, wish.kind)
        if not standing.allows(wish.amount):
            raise OverAllowance("Above the limit.")
        time.sleep(SLOWLY)  # as long as anything may take that is done in between
        with service.assistant.database.transaction() as tx:
            return store(tx, policies, ticket, account, wish, standing, ConcessionStatus.GRANTED)

    monkeypatch.setattr(routes, "_given", looks_first)
    totals = [_on_one_ticket(shop, agents, 24)[0] for _ in range(5)]
    print(f"checked first: {totals} pence where {TICKET_LIMIT} are allowed")
    assert max(totals) > TICKET_LIMIT


def test_above_the_limit_a_lead_is_asked_and_the_agent_reads_the_answer(
    shop: Served, agents: list[Staff], lead: Staff
) -> None:
    ticket, agent = _ticket(shop), agents[0]
    refused = _give(agent, ticket, 9900)
    assert (refused.status_code, refused.json()["error"]) == (409, "over_allowance")
    assert "GBP 40.00 is left" in refused.json()["detail"]
    asked = _give(agent, ticket, 9900, ask=True).json()
    assert asked["status"] == "waiting"
    mentioned = lead.client.get("/v1/tickets", params={"view": "mentions"}).json()["tickets"]
    assert ticket in [each["id"] for each in mentioned]
    path = f"/v1/concessions/{asked['id']}/decide"
    assert agent.client.post(path, json={"approve": True, "reason": "Me."}).status_code == 403
    decided = lead.client.post(path, json={"approve": True, "reason": "Our mistake."}).json()
    assert (decided["status"], decided["answer"]) == ("granted", "Our mistake.")
    mentioned = agent.client.get("/v1/tickets", params={"view": "mentions"}).json()["tickets"]
    assert ticket in [each["id"] for each in mentioned]
    seen = agent.client.get(f"/v1/tickets/{ticket}/concessions").json()
    goodwill = next(each for each in seen["allowances"] if each["kind"] == "goodwill")
    assert (goodwill["currency"], goodwill["on_ticket"], goodwill["left"]) == ("GBP", 9900, 0)
    assert seen["concessions"] == [decided]


def test_no_visitor_hears_of_it(shop: Served, agents: list[Staff]) -> None:
    visitor = shop.visitor(region="uk")
    ticket = visitor.hand_off("The lamp hums")["ticket"]["id"]
    assert _give(agents[0], ticket, 1000).status_code == 200
    assert _give(agents[0], ticket, 99000, "more", ask=True).status_code == 200
    read = visitor.client.get(visitor.path).text
    for word in ("goodwill", "Goodwill", "GBP", "990.00", "99000", "concession", "GW-3"):
        assert word not in read
    assert visitor.client.get(f"/v1/tickets/{ticket}/concessions").status_code == 401


@pytest.mark.parametrize("amount", [0, -1, 10**10, 1.5, "12", None, True])
def test_odd_amounts_are_refused(shop: Served, agents: list[Staff], amount: Any) -> None:
    body = {"client_id": "odd", "kind": "goodwill", "amount": amount, "reason": "GW-3"}
    refused = agents[0].client.post(f"/v1/tickets/{_ticket(shop)}/concessions", json=body)
    assert refused.status_code in (400, 409, 422), refused.text
