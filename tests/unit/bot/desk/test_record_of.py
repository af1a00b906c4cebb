"""Whose record the desk goes by: a website's word, or a proven mail address that one customer alone has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from bot.access import PUBLIC_VISITOR
from bot.carry_out import circumstances
from bot.channels import mail_threads
from bot.conversation import conversations
from bot.conversation.conversations import open_conversation
from bot.conversation.mail_proof import Proof
from bot.customers import records
from bot.customers.identity import Identity
from bot.customers.records import Customer
from bot.decision.outcome import Reason
from bot.desk import customer_of, record_of, timeline
from bot.desk.record_of import ProvenBy, Record
from bot.handoff.hand_off import hand_off
from bot.handoff.policies import HandoffPolicies
from bot.storage.engine import Database
from tests.conftest import PACKET

ANN = Identity("4711", "Ann", "Ann@Example.org", region="uk", plan="Plus", language="de", tier="VIP")
PROVEN = [proof for proof in Proof if proof is not Proof.CLAIMED]


@pytest.fixture
def tx(database: Database) -> Iterator[Connection]:
    with database.transaction() as connection:
        yield connection


@pytest.fixture
def ann(tx: Connection) -> Customer:
    return records.upsert(tx, ANN)


def mailed(tx: Connection, address: str = "ann@example.org", proof: Proof = Proof.AUTHENTICATED) -> str:
    return mail_threads.open_thread(tx, address, "Hello", "en", proof).conversation_id


@pytest.mark.parametrize("proof", PROVEN)
def test_a_proven_address_leads_to_the_one_customer_who_has_it(tx: Connection, ann: Customer, proof: Proof) -> None:
    conversation, other = mailed(tx, proof=proof), mailed(tx, "ben@example.org", proof)
    assert record_of.of_conversation(tx, conversation) == Record(ann, ProvenBy.MAIL)
    assert record_of.of_conversation(tx, other) is None
    assert record_of.theirs(tx, ann) == {conversation: ProvenBy.MAIL}


def test_an_address_that_is_only_claimed_leads_nowhere_until_it_is_proven(tx: Connection, ann: Customer) -> None:
    conversation = mailed(tx, proof=Proof.CLAIMED)
    assert record_of.of_conversation(tx, conversation) is None
    assert record_of.theirs(tx, ann) == {}
    thread = mail_threads.load(tx, conversation)
    assert thread is not None
    mail_threads.prove(tx, thread, Proof.ANSWERED)
    assert record_of.of_conversation(tx, conversation) == Record(ann, ProvenBy.MAIL)


def test_an_address_that_two_customers_have_leads_to_neither(tx: Connection, ann: Customer) -> None:
    conversation = mailed(tx)
    ben = records.upsert(tx, Identity("4712", "Ben", "ann@EXAMPLE.org"))
    assert record_of.of_conversation(tx, conversation) is None
    for one in (ann, ben):
        assert record_of.theirs(tx, one) == {}
        assert record_of.shares_address(tx, one)


def test_a_record_without_an_address_has_nobodys_mails(tx: Connection) -> None:
    nameless = records.upsert(tx, Identity("1"))
    mailed(tx)
    assert record_of.theirs(tx, nameless) == {}
    assert not record_of.shares_address(tx, nameless)


def test_what_a_website_vouched_for_stays_that_customers_whoever_has_the_address(tx: Connection, ann: Customer) -> None:
    ben, conversation = records.upsert(tx, Identity("4712", "Ben")), mailed(tx)
    conversations.vouch(tx, conversations.load(tx, conversation), ben)
    assert record_of.of_conversation(tx, conversation) == Record(ben, ProvenBy.WEBSITE)
    assert record_of.theirs(tx, ann) == {}


def test_a_chat_that_goes_on_by_mail_belongs_to_whom_the_website_named_and_nobody_else(
    tx: Connection, ann: Customer
) -> None:
    """Of a chat somebody holds a key: an address does not make it another's, be it proven by a code."""
    ben = records.upsert(tx, Identity("4712", "Ben"))
    bens = open_conversation(tx, site="shop", language="en", customer_id=ben.id).conversation.id
    nobodys = open_conversation(tx, site="shop", language="en").conversation.id
    for one in (bens, nobodys):
        mail_threads.join(tx, one, "ann@example.org", Proof.CODE)
    assert record_of.of_conversations(tx, (bens, nobodys)) == {bens: Record(ben, ProvenBy.WEBSITE)}
    assert record_of.theirs(tx, ann) == {}


def test_routing_and_timeline_go_by_the_record_and_the_sender_stays_unverified(
    tx: Connection, ann: Customer, policies: HandoffPolicies
) -> None:
    chat = open_conversation(tx, site="shop", language="en", customer_id=ann.id).conversation.id
    conversation = conversations.load(tx, mailed(tx))
    viewer = conversations.viewer_of(conversation)
    given = circumstances(tx, conversation, viewer, Reason.ASKED_FOR_PERSON)
    assert (given.tier, given.plan, given.known.region, given.verified) == ("vip", "plus", "uk", False)
    assert viewer == PUBLIC_VISITOR, "what the assistant tells does not follow the record"
    ticket = hand_off(tx, conversation.id, PACKET)
    customer = customer_of.of_ticket(tx, policies, ticket)
    assert (customer.tier, customer.plan, customer.id) == ("vip", None, None), "an allowance asks for more than a mail"
    seen = timeline.of_conversation(tx, conversation.id)
    proven_by = {one.conversation_id: one.proven_by for one in seen}
    assert proven_by == {conversation.id: ProvenBy.MAIL, chat: ProvenBy.WEBSITE}
