"""Two agents and a customer who writes twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Connection

from bot.access import Role
from bot.conversation import messages
from bot.conversation.conversations import open_conversation
from bot.conversation.utterance import Speaker
from bot.customers import records
from bot.customers.identity import Identity
from bot.desk import accounts
from bot.desk.accounts import Account
from bot.handoff.facts import extract
from bot.handoff.hand_off import hand_off
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket
from bot.storage.engine import Database
from tests.conftest import PACKET

LATER = "2026-11-23T12:00:00.000Z"
SOONER = "2026-11-21T12:00:00.000Z"


@dataclass(frozen=True)
class Desk:
    """What the tests of merging need of the database and the policies."""

    database: Database
    policies: HandoffPolicies
    ana: Account
    ben: Account


@pytest.fixture
def desk(database: Database, policies: HandoffPolicies) -> Desk:
    with database.transaction() as tx:
        ana = accounts.add(tx, "ana@example.com", "Ana", Role.AGENT, "correct horse battery")
        ben = accounts.add(tx, "ben@example.com", "Ben", Role.AGENT, "correct horse battery")
    return Desk(database, policies, ana, ben)


Opened = Callable[..., Ticket]


@pytest.fixture
def opened(policies: HandoffPolicies) -> Opened:
    """A conversation of a customer of the website with these messages, handed over."""

    def hand_over(
        tx: Connection, customer: str | None, *said: str, due: str = LATER, priority: str = "normal"
    ) -> Ticket:
        known = records.upsert(tx, Identity(customer, email=f"{customer}@example.org")).id if customer else None
        conversation = open_conversation(tx, site="shop", language="en", customer_id=known).conversation
        for text in said:
            messages.append(tx, conversation.id, Speaker.CUSTOMER, text)
        whole = messages.utterances(messages.transcript(tx, conversation.id))
        target = replace(
            PACKET.target, first_response_due=due, resolution_due=due, priority=priority, told_customer=f"By {due}."
        )
        facts = extract(whole, policies.facts, None)
        return hand_off(
            tx, conversation.id, replace(PACKET, goal=said[0], facts=facts, transcript=whole, target=target)
        )

    return hand_over
