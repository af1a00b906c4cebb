"""Every event of the outbox is one that a help desk outside can be told of."""

from __future__ import annotations

import pytest

from bot.desk.contacts import TicketContact
from bot.desk.notices import TicketNotice
from bot.events.outbox import Topic
from bot.integrations.ticket_events import read, told
from bot.integrations.ticketing import Event
from bot.promises.promise import PromiseNotice
from bot.storage.record import encode

AT = "2026-11-25T15:00:00.000Z"


@pytest.mark.parametrize(
    ("topic", "payload", "sentence"),
    [
        (
            Topic.TICKET_CONTACT,
            TicketContact("t", "c", "Jo", "jo@example.org", AT),
            "The customer (Answerdesk) can be reached: Jo jo@example.org (not proven, do not mail there)",
        ),
        (
            Topic.TICKET_CONTACT,
            TicketContact("t", "c", "", "jo@example.org", AT, verified=True),
            "The customer (Answerdesk) can be reached: jo@example.org (proven by a code)",
        ),
        (
            Topic.PROMISE_BROKEN,
            PromiseNotice("p", "t", "c", "We call you.", "a", AT),
            f"The clock (Answerdesk) marked a promise as not kept: “We call you.”, by {AT}",
        ),
    ],
)
def test_what_is_no_notice_is_told_as_one(topic: Topic, payload: TicketContact | PromiseNotice, sentence: str) -> None:
    notice = read(Event("k", topic, encode(payload), AT))
    assert isinstance(notice, TicketNotice)
    assert (notice.ticket_id, notice.conversation_id) == ("t", "c")
    assert told(topic, notice) == sentence
