"""What is older than the policy keeps it goes, and nothing that somebody still works on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml
from sqlalchemy import Connection, func, insert, select, update

from bot.channels import mail_threads
from bot.conversation import messages
from bot.conversation.attachment_files import FOLDER, AttachmentFiles
from bot.conversation.conversations import open_conversation
from bot.conversation.mail_proof import Proof
from bot.conversation.utterance import Speaker
from bot.customers import records
from bot.customers.identity import Identity
from bot.errors import BadPolicy
from bot.handoff.ticket import Ticket
from bot.privacy import retention
from bot.privacy.retention_policy import FILE, RetentionPolicy, Stock, read_retention
from bot.storage.engine import Database
from bot.storage.privacy_tables import erasures
from bot.storage.tables import attachments, conversations, customers, outbox, tickets
from bot.storage.tables import messages as message_rows
from tests.conftest import ROOT

NOW, OLD, YOUNG = "2026-11-27T04:00:00.000Z", "2026-10-01T00:00:00.000Z", "2026-11-20T00:00:00.000Z"


def policy(**days: int) -> RetentionPolicy:
    return RetentionPolicy(3, {stock: days.get(stock, 0) for stock in Stock})


@pytest.fixture
def files(tmp_path: Path) -> AttachmentFiles:
    return AttachmentFiles(tmp_path / FOLDER)


def said(tx: Connection, at: str, customer_id: str | None = None) -> str:
    opened = open_conversation(tx, site="shop", language="en", customer_id=customer_id).conversation.id
    messages.append(tx, opened, Speaker.CUSTOMER, "Where is my parcel?")
    tx.execute(update(conversations).where(conversations.c.id == opened).values(updated_at=at))
    return opened


def left(database: Database) -> set[str]:
    with database.snapshot() as tx:
        return set(tx.execute(select(message_rows.c.conversation_id)).scalars())


def rounds(database: Database, files: AttachmentFiles, **days: int) -> Mapping[Stock, int]:
    with database.snapshot() as tx:
        foreseen = retention.overdue(tx, policy(**days), NOW)
    done = retention.apply(database, policy(**days), files, NOW)
    assert done == foreseen
    assert retention.apply(database, policy(**days), files, NOW) == {}
    return done


def test_old_conversations_go_and_young_ones_stay(database: Database, files: AttachmentFiles) -> None:
    with database.transaction() as tx:
        said(tx, OLD)
        young = said(tx, YOUNG)
    assert rounds(database, files, conversations=30) == {Stock.CONVERSATIONS: 1}
    assert left(database) == {young}


def test_what_has_an_open_ticket_stays_however_old(
    database: Database, files: AttachmentFiles, waiting_ticket: Callable[[Connection], Ticket]
) -> None:
    with database.transaction() as tx:
        ticket = waiting_ticket(tx)
        messages.append(tx, ticket.conversation_id, Speaker.CUSTOMER, "Hello?")
        tx.execute(update(conversations).values(updated_at=OLD))
    days = {str(stock): 1 for stock in Stock}
    assert rounds(database, files, **days) == {}
    assert left(database) == {ticket.conversation_id}
    with database.transaction() as tx:
        tx.execute(update(tickets).values(status="resolved", closed_at=OLD))
    assert rounds(database, files, **days) == {Stock.CONVERSATIONS: 1}


def test_visitors_without_a_ticket_go_sooner_than_customers(database: Database, files: AttachmentFiles) -> None:
    with database.transaction() as tx:
        known = said(tx, OLD, records.upsert(tx, Identity("4711")).id)
        said(tx, OLD)
    assert rounds(database, files, visitors=30) == {Stock.VISITORS: 1}
    assert left(database) == {known}


def test_history_goes_alone_only_where_it_is_kept_shorter(database: Database, files: AttachmentFiles) -> None:
    with database.transaction() as tx:
        talk = said(tx, OLD)
    assert rounds(database, files, conversations=90, history=90) == {}
    assert rounds(database, files, conversations=90, history=30) == {Stock.HISTORY: 1}
    assert left(database) == {talk}


def test_many_go_in_small_transactions(
    database: Database, files: AttachmentFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    with database.transaction() as tx:
        for _ in range(5):
            said(tx, OLD)
    assert rounds(database, files, conversations=30) == {Stock.CONVERSATIONS: 5}
    assert left(database) == set()


def test_files_deliveries_and_customers_have_times_of_their_own(database: Database, files: AttachmentFiles) -> None:
    digest = files.keep(b"a photograph")
    with database.transaction() as tx:
        talk = said(tx, YOUNG, records.upsert(tx, Identity("writes")).id)
        tx.execute(update(customers).values(created_at=OLD))
        records.upsert(tx, Identity("never wrote", email="claimed@example.org"))
        records.upsert(tx, Identity("mails", email="Mails@example.org"))
        for address, proof in (("claimed@example.org", Proof.CLAIMED), ("mails@example.org", Proof.ANSWERED)):
            mail_threads.open_thread(tx, address, "", "en", proof)
        tx.execute(update(customers).values(created_at=OLD))
        number = tx.execute(select(message_rows.c.id)).scalar_one()
        row = {"id": "a", "conversation_id": talk, "message_id": number, "digest": digest, "name": "a.png"}
        tx.execute(insert(attachments).values(row | {"kind": "image/png", "size": 1, "created_at": OLD}))
        row = {"topic": "ticket.created", "payload": "{}", "attempts": 1, "next_attempt_at": OLD, "created_at": OLD}
        tx.execute(insert(outbox).values(row | {"key": "taken", "delivered_at": OLD}))
        tx.execute(insert(outbox).values(row | {"key": "given up", "dead_at": OLD}))
    found = rounds(database, files, attachments=30, deliveries=30, customers=30)
    assert found == {Stock.ATTACHMENTS: 1, Stock.DELIVERIES: 1, Stock.CUSTOMERS: 1}
    assert not files.remove(digest), "it is gone already"
    with database.snapshot() as tx:
        assert tx.execute(select(outbox.c.key)).scalars().all() == ["given up"]
        assert set(tx.execute(select(customers.c.external_id)).scalars()) == {"writes", "mails"}
    assert left(database) == {talk}


def test_a_day_has_one_round_from_its_hour_on(database: Database) -> None:
    days = policy(conversations=30)
    assert not retention.begin_day(database, days, "2026-11-27T02:59:59.000Z")
    assert retention.begin_day(database, days, NOW)
    assert not retention.begin_day(database, days, "2026-11-27T23:00:00.000Z")
    assert retention.begin_day(database, days, "2026-11-28T03:00:00.000Z")
    with database.snapshot() as tx:
        waiting = select(func.count()).select_from(erasures).where(erasures.c.scrubbed_at.is_(None))
        assert tx.execute(waiting).scalar() == 0, "nothing was erased, nothing is to be overwritten"


def test_the_policy_that_comes_with_the_product_is_generous() -> None:
    shipped = read_retention(ROOT / "data" / "policies")
    assert all(days == 0 or days >= 90 for days in shipped.days.values())


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("hour", 24, "hour: must be an hour from 0 to 23"),
        ("days.mails", -1, "days.mails: must be a number of days"),
        ("days.mails", True, "days.mails: must be a number of days"),
        ("days.mails", "a year", "days.mails: must be a number of days"),
        ("days.letters", 3, "days: unknown key 'letters'"),
    ],
)
def test_a_wrong_policy_is_named(tmp_path: Path, key: str, value: object, told: str) -> None:
    content = yaml.safe_load((ROOT / "data" / "policies" / FILE).read_text())
    *parents, last = key.split(".")
    (content[parents[0]] if parents else content)[last] = value
    (tmp_path / FILE).write_text(yaml.safe_dump(content))
    with pytest.raises(BadPolicy, match=told):
        read_retention(tmp_path)


def test_a_policy_without_a_stock_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("version: 1\nhour: 3\ndays: {mails: 3}\n")
    with pytest.raises(BadPolicy, match="'conversations' is missing"):
        read_retention(tmp_path)
