"""Nobody gives more than their limit, whoever asks whom; above it a lead answers, and both sides learn of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from bot.access import Role
from bot.allowances import approve, given
from bot.allowances.concession import ConcessionStatus, Wish
from bot.allowances.give import MOST_WAITING, give
from bot.conversation.conversations import open_conversation
from bot.customers import records
from bot.customers.identity import Identity
from bot.desk import accounts, history, notes, queue, tickets
from bot.desk.accounts import Account
from bot.desk.notices import Work
from bot.desk.queue import View, Wanted
from bot.errors import BadPolicy, BadRequest, Conflict, NotAllowed, OverAllowance
from bot.handoff.allowance_policy import Currency, Giver, read_allowances
from bot.handoff.hand_off import hand_off
from bot.handoff.packet import Fact, FactKind
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket
from bot.storage import clock
from bot.storage.care_tables import concessions
from bot.storage.engine import Database
from tests.conftest import PACKET

PASSWORD = "correct horse battery"
FILE = Path(__file__).parents[4] / "data" / "policies" / "allowances.yaml"


@dataclass(frozen=True)
class People:
    ana: Account
    ben: Account
    lea: Account
    ada: Account


@pytest.fixture
def people(database: Database) -> People:
    roles = {"ana": Role.AGENT, "ben": Role.AGENT, "lea": Role.LEAD, "ada": Role.ADMIN}
    with database.transaction() as tx:
        made = {
            name: accounts.add(tx, f"{name}@example.com", name.title(), role, PASSWORD) for name, role in roles.items()
        }
    return People(**made)


@pytest.fixture
def ticket(database: Database, waiting_ticket: Callable[[Connection], Ticket]) -> Ticket:
    with database.transaction() as tx:
        return waiting_ticket(tx)


def _wish(amount: int, client_id: str = "", kind: str = "goodwill") -> Wish:
    return Wish(kind, amount, "GW-3", "Our fault.", client_id or f"c{amount}")


def _of_customer(tx: Connection, name: str, plan: str | None = None, region: str = "uk") -> Ticket:
    customer = records.upsert(tx, Identity(name, name.title(), f"{name}@example.com", region, plan, None))
    opened = open_conversation(tx, site="", language="en", region=region, plan=plan, customer_id=customer.id)
    return hand_off(tx, opened.conversation.id, PACKET)


def _mentioned(tx: Connection, account: Account) -> list[str]:
    return [found.id for found in queue.find(tx, Wanted(View.MENTIONS, account.id)).tickets]


def test_within_the_limit_it_is_given_and_recorded(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    with database.transaction() as tx:
        got = give(tx, policies, ticket.id, people.ana, _wish(3000))
        assert (got.status, got.amount, got.currency, got.asked_by) == ("granted", 3000, "USD", people.ana.id)
        assert give(tx, policies, ticket.id, people.ana, _wish(3000)) == got  # the same client id
        left = given.standing(tx, policies, ticket, people.ana, "goodwill")
        assert (left.per_ticket, left.on_ticket, left.left) == (5000, 3000, 2000)
        last = history.of_ticket(tx, ticket)[-1]
        assert (last.deed, last.by, last.detail) == (Work.GRANTED, "Ana", "Goodwill credit, USD 30.00")


@pytest.mark.parametrize("amount", [5001, 10**9])
def test_above_the_limit_nothing_is_given(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People, amount: int
) -> None:
    with database.transaction() as tx:
        with pytest.raises(OverAllowance, match=r"USD 50\.00 is left for you here"):
            give(tx, policies, ticket.id, people.ana, _wish(amount))
        assert given.of_ticket(tx, ticket.id) == ()


def test_a_ticket_has_one_limit_whoever_gives(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    with database.transaction() as tx:
        give(tx, policies, ticket.id, people.ana, _wish(4000))
        with pytest.raises(OverAllowance, match=r"USD 10\.00"):
            give(tx, policies, ticket.id, people.ben, _wish(1001))
        # Another kind is another purse.
        assert give(tx, policies, ticket.id, people.ben, _wish(5000, kind="refund")).status == "granted"


def test_a_customer_has_one_limit_over_all_tickets_within_the_period(
    database: Database, policies: HandoffPolicies, people: People
) -> None:
    with database.transaction() as tx:
        for place in range(3):
            give(tx, policies, _of_customer(tx, "jo").id, people.ana, _wish(3500, f"t{place}"))
        again = _of_customer(tx, "jo")
        with pytest.raises(OverAllowance, match=r"GBP 0\.00"):  # three times, and 105 of 120
            give(tx, policies, again.id, people.ana, _wish(100, "t4"))
        assert give(tx, policies, _of_customer(tx, "kim").id, people.ana, _wish(3500, "kim")).status == "granted"
        old = clock.after(clock.now(), -366 * 86_400)
        tx.execute(update(concessions).values(asked_at=old))
        assert give(tx, policies, again.id, people.ana, _wish(100, "t5")).currency == "GBP"


def test_a_customers_sum_is_held_before_the_number_of_times(
    database: Database, policies: HandoffPolicies, people: People
) -> None:
    with database.transaction() as tx:
        for place in range(3):
            give(tx, policies, _of_customer(tx, "jo").id, people.lea, _wish(20000, f"t{place}"))
        with pytest.raises(OverAllowance, match=r"GBP 0\.00"):
            give(tx, policies, _of_customer(tx, "jo").id, people.lea, _wish(1, "t4"))


def test_plan_and_role_decide(database: Database, policies: HandoffPolicies, people: People) -> None:
    with database.transaction() as tx:
        basic, complete = _of_customer(tx, "jo"), _of_customer(tx, "kim", plan="complete")
        limits = {
            (account.name, plan): given.standing(tx, policies, of, account, "refund").per_ticket
            for account in (people.ana, people.lea, people.ada)
            for plan, of in (("basic", basic), ("complete", complete))
        }
    assert limits == {
        ("Ana", "basic"): 5000, ("Ana", "complete"): 10000, ("Lea", "basic"): 20000, ("Lea", "complete"): 20000,
        ("Ada", "basic"): 100000, ("Ada", "complete"): 100000,
    }  # fmt: skip


def test_a_plan_that_is_only_claimed_raises_no_limit(
    database: Database, policies: HandoffPolicies, people: People
) -> None:
    """Said in the chat, or by a page about a visitor or a customer whom the website vouched for without a plan."""
    said = replace(PACKET, facts=(Fact(FactKind.PLAN, "complete", 0),))
    with database.transaction() as tx:
        vouched_for = records.upsert(tx, Identity("jo", "Jo", "jo@example.com", None, None, None)).id
        for plan, customer_id in ((None, None), ("complete", None), ("complete", vouched_for)):
            opened = open_conversation(tx, site="", language="en", plan=plan, customer_id=customer_id)
            claimed = hand_off(tx, opened.conversation.id, said)
            assert given.standing(tx, policies, claimed, people.ana, "refund").per_ticket == 5000


def test_a_lead_answers_and_both_sides_learn_of_it(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    with database.transaction() as tx:
        asked = give(tx, policies, ticket.id, people.ana, _wish(15000), ask=True)
        assert asked.status is ConcessionStatus.WAITING
        assert given.standing(tx, policies, ticket, people.ana, "goodwill").on_ticket == 0
        assert _mentioned(tx, people.lea) == [ticket.id]
        assert "Ana asks for Goodwill credit, USD 150.00" in notes.of_ticket(tx, ticket)[-1].note.text
        done = approve.decide(tx, policies, asked.id, people.lea, approve=True, reason="Fair.")
        assert (done.status, done.decided_by, done.answer) == ("granted", people.lea.id, "Fair.")
        assert _mentioned(tx, people.ana) == [ticket.id]
        assert given.standing(tx, policies, ticket, people.ana, "goodwill").left == 0
        with pytest.raises(Conflict, match="granted already"):
            approve.decide(tx, policies, asked.id, people.ada, approve=False, reason="No.")


def test_what_is_denied_counts_for_nothing(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    with database.transaction() as tx:
        asked = give(tx, policies, ticket.id, people.ana, _wish(15000), ask=True)
        assert approve.decide(tx, policies, asked.id, people.lea, approve=False, reason="No.").status == "denied"
        assert given.standing(tx, policies, ticket, people.ana, "goodwill").left == 5000
        assert history.of_ticket(tx, ticket)[-2].detail == "Goodwill credit, USD 150.00 (No.)"


def test_a_request_is_named_before_its_ticket_is_closed_and_answered_after(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    with database.transaction() as tx:
        asked = give(tx, policies, ticket.id, people.ana, _wish(15000), ask=True)
        assert given.unanswered(tx, policies, ticket.id) == (
            "No lead has answered the request for Goodwill credit, USD 150.00.",
        )
        tickets.resolve(tx, ticket.id, people.ana)
        assert approve.decide(tx, policies, asked.id, people.lea, approve=True, reason="Fair.").status == "granted"
        assert _mentioned(tx, people.ana) == [ticket.id]
        assert given.unanswered(tx, policies, ticket.id) == ()


def test_who_may_not_answer(database: Database, policies: HandoffPolicies, ticket: Ticket, people: People) -> None:
    with database.transaction() as tx:
        asked = give(tx, policies, ticket.id, people.ana, _wish(90000), ask=True)
        with pytest.raises(NotAllowed, match="Only a lead"):
            approve.decide(tx, policies, asked.id, people.ben, approve=True, reason="Yes.")
        with pytest.raises(OverAllowance, match="your own limit"):
            approve.decide(tx, policies, asked.id, people.lea, approve=True, reason="Yes.")
        with pytest.raises(BadRequest, match="needs a reason"):
            approve.decide(tx, policies, asked.id, people.ada, approve=True, reason=" ")
        assert approve.decide(tx, policies, asked.id, people.ada, approve=True, reason="Yes.").status == "granted"
        own = give(tx, policies, ticket.id, people.lea, _wish(90001), ask=True)
        with pytest.raises(NotAllowed, match="Somebody else"):
            approve.decide(tx, policies, own.id, people.lea, approve=True, reason="Yes.")


def test_two_requests_are_not_both_approved_above_the_limit(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    with database.transaction() as tx:
        first, second = (give(tx, policies, ticket.id, people.ana, _wish(n), ask=True) for n in (15000, 15001))
        approve.decide(tx, policies, first.id, people.lea, approve=True, reason="Yes.")
        with pytest.raises(OverAllowance):
            approve.decide(tx, policies, second.id, people.lea, approve=True, reason="Yes.")


def test_a_closed_ticket_gives_nothing(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    with database.transaction() as tx:
        tickets.resolve(tx, ticket.id, people.ana)
        with pytest.raises(Conflict):
            give(tx, policies, ticket.id, people.ana, _wish(100))


def test_odd_wishes_are_refused(database: Database, policies: HandoffPolicies, ticket: Ticket, people: People) -> None:
    with database.transaction() as tx:
        for wish in (replace(_wish(1), kind="gold"), replace(_wish(1), reason="x"), _wish(0), _wish(-5)):
            with pytest.raises(BadRequest):
                give(tx, policies, ticket.id, people.ana, wish)
        give(tx, policies, ticket.id, people.ana, _wish(100, "same"))
        with pytest.raises(Conflict, match="client_id"):
            give(tx, policies, ticket.id, people.ana, _wish(200, "same"))
        for place in range(MOST_WAITING):
            give(tx, policies, ticket.id, people.ana, _wish(99000 + place), ask=True)
        with pytest.raises(Conflict, match="Enough"):
            give(tx, policies, ticket.id, people.ana, _wish(98000), ask=True)


def test_money_is_written_with_its_digits() -> None:
    assert Currency("USD", 2).written(1205) == "USD 12.05"
    assert Currency("JPY", 0).written(1205) == "JPY 1205"
    assert Currency("KWD", 3).written(5) == "KWD 0.005"


def test_whom_no_rule_knows_gives_nothing(policies: HandoffPolicies) -> None:
    assert policies.allowances.limit(Giver("content", "us", None, "goodwill")).per_ticket == 0


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"40.00"', "40.00", "must be text"),
        ('"40.00"', '"40,00"', 'must be a sum in quotes, such as "50.00"'),
        ("role: [agent], region: [uk]", "role: [boss], region: [uk]", "role: 'boss' does not exist"),
        ("  eu: {code: EUR, digits: 2}\n", "", "key 'eu' is missing"),
        ("digits: 2", "digits: 9", "digits: must be a whole number from 0 to 4"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, old: str, new: str, why: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    wrong = tmp_path / "allowances.yaml"
    wrong.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadPolicy, match=why):
        read_allowances(wrong, ["us", "uk", "eu"])
