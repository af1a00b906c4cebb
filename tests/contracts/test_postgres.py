"""PostgreSQL does what SQLite does: the migrations, and what the service leans on a database for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from typer.testing import CliRunner

from bot.api.seat_watch import SeatWatch
from bot.cli import app
from bot.events.hub import Hub, Person, Seat
from bot.storage.columns import metadata
from bot.storage.engine import open_database
from bot.storage.migrate import migrate, newest
from tests.postgres_server import PostgresServer
from tests.served import Served, Visitor, serving, stream

WRITERS, EACH = 6, 5
LAST = "That was all."


def _thanks(visitor: Visitor) -> None:
    for _ in range(EACH):
        assert visitor.say("thanks").status_code == 201


@pytest.fixture(scope="module")
def served(postgres: PostgresServer, small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(small_index, tmp_path_factory.mktemp("postgres"), database_url=postgres.make()) as service:
        yield service


def test_the_migrations_make_the_tables_of_the_code_and_a_second_run_changes_nothing(postgres: PostgresServer) -> None:
    database = open_database(postgres.make())
    with database.snapshot() as tx:
        assert compare_metadata(MigrationContext.configure(tx, opts={"compare_type": True}), metadata) == []
    assert migrate(database) == newest()
    database.close()


def test_a_message_that_is_sent_again_is_stored_once(served: Served) -> None:
    visitor = served.visitor()
    first, again = (visitor.say("How do I factory reset Hub 2?", "the-same") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["reply"] == again.json()["reply"]
    assert len(visitor.read()["messages"]) == 2


def test_a_person_takes_a_ticket_finds_it_and_replies(served: Served) -> None:
    visitor, agent = served.visitor(), served.staff()
    visitor.say("My PERSIMMON order has not come.")
    ticket = visitor.hand_off("Where is it?")["ticket"]["id"]
    assert agent.client.post(f"/v1/tickets/{ticket}/claim", json={}).is_success
    found = agent.client.get("/v1/tickets", params={"q": "persimmon"}).json()["tickets"]
    assert [each["id"] for each in found] == [ticket]
    assert agent.client.post(f"/v1/tickets/{ticket}/reply", json={"text": "It is on its way."}).is_success
    assert visitor.read()["messages"][-1]["text"] == "It is on its way."


def test_a_colleague_who_has_the_ticket_open_at_another_replica_is_seen(served: Served) -> None:
    agent, visitor, elsewhere = served.staff(), served.visitor(), Hub()
    ticket = visitor.hand_off("Where is it?")["ticket"]["id"]
    account = agent.client.get("/v1/session").json()["account"]
    seat = Seat(visitor.id, ticket, Person(account["id"], account["name"]))
    with stream(agent.client, "/v1/desk/events") as events, elsewhere.seated(seat):
        SeatWatch(served.database, elsewhere).look()
        told = next(event for event in events if event.kind == "presence")
    assert (told.data["ticket_id"], told.data["people"][0]["name"]) == (ticket, account["name"])


def test_with_many_who_write_at_once_the_desk_hears_each_event_once_and_in_order(served: Served) -> None:
    agent, visitors = served.staff(), [served.visitor() for _ in range(WRITERS)]
    with stream(agent.client, "/v1/desk/events") as events:
        writers = [threading.Thread(target=_thanks, args=(visitor,)) for visitor in visitors]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        visitors[0].say(LAST)
        messages = (event for event in events if event.kind == "message")
        heard = [event.id for event in takewhile(lambda event: event.data["text"] != LAST, messages)]
    assert heard == sorted(heard)
    assert len(set(heard)) == len(heard) == 2 * WRITERS * EACH


def test_who_is_erased_is_gone(served: Served, tmp_path: Path) -> None:
    visitor = served.visitor()
    ticket = visitor.hand_off("My name is Wilhelmina.")["ticket"]["id"]
    address = served.database.engine.url.render_as_string(hide_password=False)
    command = ["customers", "erase", ticket, "--data", str(tmp_path), "--yes", "--even-open"]
    erased = CliRunner().invoke(app, command, env={"ANSWERDESK_DATABASE_URL": address})
    assert erased.exit_code == 0, erased.output
    assert visitor.client.get(visitor.path).status_code == 401
    assert "Wilhelmina" not in served.staff().client.get("/v1/tickets").text
