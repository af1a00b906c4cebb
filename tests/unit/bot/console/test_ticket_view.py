"""What is shown of one ticket: suggestions stand in the order of what is said beside them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.access import Role
from bot.assist import record
from bot.assist.record import Proposal
from bot.console.pages import page
from bot.console.ticket_view import Extent, look
from bot.conversation import messages
from bot.conversation.conversations import open_conversation
from bot.conversation.utterance import Speaker
from bot.desk import accounts
from bot.handoff.hand_off import hand_off
from bot.handoff.policies import HandoffPolicies
from bot.pipeline import build_responder
from bot.settings import Settings
from bot.storage.engine import Database
from kb_ingest.article import Visibility
from tests.conftest import PACKET
from tests.served import encoder

FOUND = Proposal("Within 30 days.", "returns", "", "30 days", 0, 7, "abc", Visibility.PUBLIC, 0.0)


@pytest.mark.parametrize(
    ("confidences", "shown"),
    [
        ((0.03, 0.04, 0.002), ["1 Not sure", "2 Not sure", "3 Not sure"]),
        ((0.61, 0.2, 0.034), ["1 61 % sure", "2 20 % sure", "3 Not sure"]),
        ((0.904, 0.902, 0.1), ["1 90 % sure", "2 90 % sure", "3 10 % sure"]),
    ],
)
def test_suggestions_stand_in_their_order_with_what_is_said(
    database: Database, policies: HandoffPolicies, small_index: Path, confidences: tuple[float, ...], shown: list[str]
) -> None:
    with database.transaction() as tx:
        maya = accounts.add(tx, "m@example.com", "Maya", Role.AGENT, "a long enough password")
        conversation = open_conversation(tx, site="shop", language="en").conversation
        ticket = hand_off(tx, conversation.id, PACKET)
        asked = messages.append(tx, conversation.id, Speaker.CUSTOMER, "Can I return it?").message
        found = [replace(FOUND, title=str(rank), confidence=each) for rank, each in enumerate(confidences, 1)]
        record.store(tx, conversation.id, asked.id, found, ticket.id)
        parts = build_responder(Settings(index_dir=small_index), load=encoder)
        seen = look(tx, parts, policies, maya, "Fernwick", ticket.id, Extent())
    drawn = bytes(page("suggestions.html", {"seen": seen}).body).decode()
    told = zip(re.findall(r"<h3>(.*?)</h3>", drawn), re.findall(r'"confidence">(.*?)<', drawn), strict=True)
    assert [" ".join(each) for each in told] == shown
    assert [offer.place for offer in seen.offers] == [1, 2, 3]
