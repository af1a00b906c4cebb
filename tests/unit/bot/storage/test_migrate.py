"""The database is made by migrations, and they make exactly the tables the code uses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError

from bot.storage import care_tables, desk_tables, knowledge_tables, mail_tables, manuscript_tables, tables
from bot.storage import migrate as migrations
from bot.storage.care_tables import surveys
from bot.storage.columns import metadata
from bot.storage.engine import Database, open_database
from bot.storage.knowledge_tables import told
from bot.storage.migrate import migrate, newest, revision
from bot.storage.tables import conversations, customers, messages, outbox, tickets

ROOMS = (tables, care_tables, desk_tables, knowledge_tables, mail_tables, manuscript_tables)
"""Each adds its tables to the metadata when it is imported."""


@pytest.fixture
def empty(tmp_path: Path) -> Database:
    return open_database(f"sqlite:///{tmp_path / 'empty.db'}")


def test_an_empty_database_comes_to_the_newest_revision(empty: Database) -> None:
    assert migrate(empty) == newest()
    with empty.snapshot() as tx:
        assert set(inspect(tx).get_table_names()) >= set(metadata.tables)


def test_migrating_again_changes_nothing_and_keeps_the_rows(empty: Database) -> None:
    migrate(empty)
    with empty.transaction() as tx:
        tx.execute(insert(customers).values(id="1", external_id="e", name="n", email="", created_at=""))
    assert migrate(empty) == newest()
    with empty.snapshot() as tx:
        assert tx.execute(customers.select()).one().external_id == "e"


def test_a_database_of_the_first_release_keeps_its_rows(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as old:
        old.setattr(migrations, "HEAD", "0001")
        assert migrate(empty) == "0001"
    with empty.transaction() as tx:
        tx.execute(insert(customers).values(id="1", external_id="e", name="n", email="", created_at=""))
    assert migrate(empty) == newest()
    with empty.snapshot() as tx:
        assert tx.execute(customers.select()).one().external_id == "e"
        assert inspect(tx).has_table("gap_wordings")
def test_tickets_of_the_first_release_come_through(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "HEAD", "0001")
        assert migrate(empty) == "0001"
    talk = {column.name: "x" for column in conversations.columns if not column.nullable}
    names = [column.name for column in tickets.columns if not column.nullable]
    old = dict.fromkeys(names, "x") | {"version": 3, "status": "waiting"}
    with empty.transaction() as tx:
        tx.execute(insert(conversations).values(talk))
        tx.execute(insert(tickets).values(old))
    assert migrate(empty) == newest()
    with empty.transaction() as tx:
        kept = dict(tx.execute(tickets.select()).mappings().one())
        assert old.items() <= kept.items()
        assert kept["snoozed_until"] is None
        with pytest.raises(IntegrityError):
            tx.execute(insert(tickets).values(old | {"id": "second"}))


def test_the_newest_revision_is_the_head_of_the_scripts() -> None:
    scripts = ScriptDirectory(str(migrations.REVISIONS), version_locations=[str(migrations.VERSIONS)])
    assert scripts.get_heads() == [newest()]


def test_a_database_at_the_newest_revision_is_not_upgraded(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate(empty)

    def upgrades(_connection: Connection) -> None:
        raise AssertionError("there was nothing to upgrade")

    monkeypatch.setattr(migrations, "_upgrade", upgrades)
    assert migrate(empty) == newest()


def test_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    with database.snapshot() as tx:
        differences = compare_metadata(MigrationContext.configure(tx, opts={"compare_type": True}), metadata)
    assert differences == []


def test_a_failing_migration_leaves_the_database_as_it_was(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade = migrations._upgrade

    def fails_at_the_end(connection: Connection) -> None:
        upgrade(connection)
        connection.execute(text("SELECT 1 FROM there_is_no_such_table"))

    monkeypatch.setattr(migrations, "_upgrade", fails_at_the_end)
    with pytest.raises(Exception, match="there_is_no_such_table"):
        migrate(empty)
    with empty.snapshot() as tx:
        assert inspect(tx).get_table_names() == []
        assert revision(tx) is None


def test_foreign_keys_are_checked_again_after_migrating(empty: Database) -> None:
    migrate(empty)
    with empty.transaction() as tx:
        assert tx.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_rows_of_an_old_outbox_learn_their_ticket(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as old:
        old.setattr(migrations, "HEAD", "0005")
        assert migrations._migrate(empty) == "0005"
    keys = {"ticket.created:a1": "a1", "ticket.replied:a1:7": "a1", "odd": ""}
    with empty.transaction() as tx:
        for key in keys:
            row = {"key": key, "topic": "t", "payload": "{}", "attempts": 0, "next": "x", "made": "x"}
            tx.execute(
                text(
                    "INSERT INTO outbox (key, topic, payload, attempts, next_attempt_at, created_at) "
                    "VALUES (:key, :topic, :payload, :attempts, :next, :made)"
                ),
                row,
            )
    assert migrate(empty) == newest()
    with empty.snapshot() as tx:
        assert {row.key: row.subject for row in tx.execute(select(outbox))} == keys


def test_an_old_database_gets_who_was_told_what(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    note = json.dumps({"decision": "answer", "citations": [{"article_id": "a", "version": "v"}] * 2})
    with monkeypatch.context() as old:
        old.setattr(migrations, "HEAD", "0001")
        assert migrations._migrate(empty) == "0001"
    with empty.transaction() as tx:
        given = {"site": "", "visitor_token_hash": "", "state": "open", "language": "en"}
        tx.execute(insert(conversations).values(id="c", created_at="", updated_at="", **given))
        for turn in (None, note, json.dumps({"decision": "handoff"})):
            said = {"conversation_id": "c", "role": "bot", "text": "t", "created_at": ""}
            tx.execute(insert(messages).values(turn=turn, **said))
    migrate(empty)
    with empty.snapshot() as tx:
        assert [tuple(row) for row in tx.execute(select(told))] == [(2, "a", "v")]


def test_surveys_of_before_are_episodes_with_one_question(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as old:
        old.setattr(migrations, "HEAD", "0017")
        assert migrations._migrate(empty) == "0017"
    talk = {column.name: "x" for column in conversations.columns if not column.nullable}
    ticket = {column.name: "x" for column in tickets.columns if not column.nullable} | {"version": 3}
    with empty.transaction() as tx:
        tx.execute(insert(conversations).values(talk))
        tx.execute(insert(tickets).values(ticket))
        tx.execute(text("INSERT INTO surveys VALUES ('x', 2, 'A call', '2026-01-01')"))
    assert migrate(empty) == newest()
    with empty.snapshot() as tx:
        (kept,) = tx.execute(select(surveys)).mappings().all()
    assert (kept["episode"], kept["ticket_id"], kept["conversation_id"], kept["person"]) == ("x",) * 4
    assert (kept["questions"], kept["csat"], kept["missing"], kept["asked_at"]) == ("csat", 2, "A call", "2026-01-01")
    assert kept["answered_at"] == kept["asked_at"]
