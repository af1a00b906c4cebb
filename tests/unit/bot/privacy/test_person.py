"""Who is meant: a vouched customer, a proven address, a conversation; a typed address proves nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, insert, update

from bot.channels import mail_threads
from bot.conversation.conversations import open_conversation
from bot.conversation.mail_proof import Proof
from bot.customers import records
from bot.customers.identity import Identity
from bot.errors import BadRequest, NotFound
from bot.handoff.ticket import Ticket
from bot.privacy import person
from bot.storage.engine import Database
from bot.storage.tables import contacts, conversations, merges, tickets

MOMENT = "2026-11-22T12:00:00.000Z"


def talk(tx: Connection, customer_id: str | None = None) -> str:
    return open_conversation(tx, site="shop", language="en", customer_id=customer_id).conversation.id


def typed(tx: Connection, conversation_id: str, email: str, verified_at: str | None = None) -> None:
    row = {"conversation_id": conversation_id, "name": "", "email": email, "given_at": MOMENT}
    tx.execute(insert(contacts).values(row | {"verified_at": verified_at}))


@pytest.fixture
def tx(database: Database) -> Connection:  # type: ignore[misc]
    with database.transaction() as connection:
        yield connection


def test_a_customer_by_number_id_and_address_with_what_came_by_mail(tx: Connection) -> None:
    ann = records.upsert(tx, Identity("4711", "Ann", "Ann@Example.org"))
    own = talk(tx, ann.id)
    by_mail = mail_threads.open_thread(tx, "ann@example.org", "Hello", "en", Proof.AUTHENTICATED).conversation_id
    talk(tx)
    for who in ("4711", ann.id, "ann@example.org", " ANN@example.org "):
        found = person.find(tx, who)
        assert found.scope == person.Scope((ann.id,), (own, by_mail), ("ann@example.org",))
        assert found.unproven == ()


def test_a_typed_address_is_told_apart_and_taken_in_only_when_wanted(tx: Connection) -> None:
    ann = records.upsert(tx, Identity("4711", "Ann", "ann@example.org"))
    own, strangers = talk(tx, ann.id), talk(tx)
    typed(tx, strangers, "ann@example.org")
    claimed = mail_threads.open_thread(tx, "ann@example.org", "Hi", "en", Proof.CLAIMED).conversation_id
    found = person.find(tx, "4711")
    assert found.scope.conversations == (own,)
    assert {one.conversation_id for one in found.unproven} == {strangers, claimed}
    assert {one.why for one in found.unproven} == {"nobody proved that the address is theirs"}
    assert set(found.with_unproven().scope.conversations) == {own, strangers, claimed}


def test_an_address_proven_by_a_code_is_enough_and_one_only_typed_is_somebody_too(tx: Connection) -> None:
    proven, only_typed = talk(tx), talk(tx)
    typed(tx, proven, "ben@example.org", MOMENT)
    typed(tx, only_typed, "cas@example.org")
    assert person.find(tx, "ben@example.org").scope.conversations == (proven,)
    found = person.find(tx, "cas@example.org")
    assert (found.scope.conversations, [one.conversation_id for one in found.unproven]) == ((), [only_typed])


def test_two_customers_with_one_address_are_two_people(tx: Connection) -> None:
    ann, bob = (records.upsert(tx, Identity(number, "", "family@example.org")) for number in ("1001", "1002"))
    anns, bobs = talk(tx, ann.id), talk(tx, bob.id)
    shared = mail_threads.open_thread(tx, "family@example.org", "Hi", "en", Proof.ANSWERED).conversation_id
    with pytest.raises(BadRequest, match=r"2 customers have this address.*1001, 1002"):
        person.find(tx, "family@example.org")
    found = person.find(tx, "1001")
    assert (found.scope.conversations, found.scope.addresses) == ((anns,), ())
    assert {one.conversation_id: one.why for one in found.unproven} == {
        shared: "another customer has the same address"
    }
    assert bobs not in found.with_unproven().scope.conversations


def test_another_customers_conversation_is_never_taken_for_ones_own(tx: Connection) -> None:
    ann = records.upsert(tx, Identity("1001", "", "ann@example.org"))
    bob = records.upsert(tx, Identity("1002", "", "bob@example.org"))
    bobs = talk(tx, bob.id)
    typed(tx, bobs, "ann@example.org", MOMENT)
    found = person.find(tx, ann.id)
    assert found.scope.conversations == ()
    assert [one.why for one in found.unproven] == ["it is another customer's"]


def test_a_visitor_is_their_conversation_or_ticket_and_what_was_merged_with_it(
    tx: Connection, waiting_ticket: Callable[[Connection], Ticket]
) -> None:
    ended, kept = waiting_ticket(tx), waiting_ticket(tx)
    row = {"ticket_id": ended.id, "into_id": kept.id, "conversation_id": ended.conversation_id}
    tx.execute(insert(merges).values(row | {"goes_on_in": kept.conversation_id, "merged_at": MOMENT}))
    for who in (ended.id, kept.id, f"#{ended.id[:10]}", kept.conversation_id):
        found = person.find(tx, who)
        assert set(found.scope.conversations) == {ended.conversation_id, kept.conversation_id}
    assert person.open_tickets(tx, found.scope) == (ended.id, kept.id)
    tx.execute(update(tickets).values(status="resolved"))
    assert person.open_tickets(tx, found.scope) == ()


def test_a_customers_conversation_names_the_customer(tx: Connection) -> None:
    ann = records.upsert(tx, Identity("4711", "Ann", "ann@example.org"))
    with pytest.raises(BadRequest, match="customer 4711: name that one"):
        person.find(tx, talk(tx, ann.id))


@pytest.mark.parametrize("who", ["nobody@example.org", "4711", "", "   ", "%", "deadbeefdeadbeef"])
def test_nobody_is_said_to_be_nobody(tx: Connection, who: str) -> None:
    talk(tx)
    with pytest.raises(NotFound, match="Nobody is known by this"):
        person.find(tx, who)


def test_an_erased_conversation_is_said_to_be_erased(tx: Connection) -> None:
    conversation_id = talk(tx)
    tx.execute(update(conversations).values(erased_at=MOMENT))
    with pytest.raises(NotFound, match=f"was erased at {MOMENT}"):
        person.find(tx, conversation_id)
