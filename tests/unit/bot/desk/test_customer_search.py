"""Customers are found by every word of name, address and number; what nobody recorded is found with its ticket."""

from __future__ import annotations

import pytest

from bot.channels import mail_threads
from bot.conversation.mail_proof import Proof
from bot.customers import records
from bot.customers.identity import Identity
from bot.desk import customer_search, queue
from bot.desk.queue import Wanted
from bot.handoff.hand_off import hand_off
from bot.storage.engine import Database
from tests.conftest import PACKET

PEOPLE = (
    Identity("10", "Zoë Ärm", "zoe@example.org"),
    Identity("4", "bea 100", "bea@example.org"),
    Identity("100", "Ada", "ada@example.org"),
)


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("", ["100", "4", "10"]),
        ("100", ["100", "4"]),
        ("10", ["10", "100", "4"]),
        ("ärm ZOE@", ["10"]),
        ("bea ada", []),
        ("%", []),
        ("'; DROP TABLE customers; --", []),
    ],
)
def test_every_word_must_stand_in_the_record_and_a_whole_number_is_first(
    database: Database, words: str, numbers: list[str]
) -> None:
    with database.transaction() as tx:
        for person in PEOPLE:
            records.upsert(tx, person)
        found = customer_search.find(tx, words, 10)
        assert [one.external_id for one in found.customers] == numbers
        second = customer_search.find(tx, words, 1, page=2)
    assert [one.external_id for one in second.customers] == numbers[1:2]
    assert found.total == second.total == len(numbers)


def test_a_ticket_that_came_by_mail_is_found_by_the_name_it_goes_by_and_by_no_other(database: Database) -> None:
    with database.transaction() as tx:
        records.upsert(tx, Identity("1", "Vera Voss", "info@voss.example"))
        for proof in (Proof.ANSWERED, Proof.CLAIMED):
            hand_off(tx, mail_threads.open_thread(tx, "info@voss.example", "", "en", proof).conversation_id, PACKET)
        assert queue.find(tx, Wanted(words="vera")).total == 1
        records.upsert(tx, Identity("2", "Bob", "INFO@voss.example"))
        assert [queue.find(tx, Wanted(words=words)).total for words in ("vera", "bob")] == [0, 0]
