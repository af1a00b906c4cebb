"""Somebody is erased while the service runs: their key opens nothing, every page of the desk goes on without them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner

from bot.access import Role
from bot.api import retention_watch
from bot.cli import app
from bot.conversation.attachment_files import FOLDER, AttachmentFiles
from bot.conversation.conversations import opens
from bot.gaps import wordings
from bot.gaps.harvest import harvest
from bot.privacy.places import NOBODYS
from bot.privacy.retention_policy import RetentionPolicy, Stock
from bot.recall.told import tellings, versions_told
from bot.storage import clock
from bot.storage.tables import conversations, suggestions
from tests.served import Served, Staff, Visitor, serving, stream

ANY = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def alone(small_index: Path, tmp_path: Path) -> Iterator[tuple[Served, Path]]:
    with serving(small_index, tmp_path) as served:
        yield served, tmp_path


def _case(served: Served, agent: Staff, token: str) -> tuple[Visitor, str]:
    """A visitor who was answered, disliked it, sent a file, was helped with a suggestion, and rated it."""
    visitor = served.visitor()
    answered = visitor.say(f"My name is {token}. How do I reset hub 2?").json()
    judged = {"kind": "thumbs", "score": -1, "comment": token, "message_id": answered["reply"]["id"]}
    visitor.client.post(f"{visitor.path}/feedback", json=judged)
    ticket: str = visitor.hand_off(f"I need a person, says {token}")["ticket"]["id"]
    content = f"a file of {token}".encode()
    asked = {"name": f"{token}.txt", "client_id": secrets.token_hex(8)}
    assert visitor.client.post(f"{visitor.path}/attachments", content=content, params=asked, headers=ANY).is_success
    visitor.client.post(f"{visitor.path}/contact", json={"name": token, "email": f"{token}@example.org"})
    path = f"/v1/tickets/{ticket}"
    assert agent.client.post(f"{path}/notes", json={"text": f"{token} sounds angry"}).is_success
    assert agent.client.post(f"{path}/reply", json={"text": f"Dear {token}, hold the button."}).is_success
    assert agent.client.post(f"{path}/resolve", json={"note": f"{token} is happy"}).is_success
    return visitor, ticket


def _erase(data: Path, who: str, *more: str) -> str:
    run = CliRunner().invoke(app, ["customers", "erase", who, "--data", str(data), "--yes", *more])
    assert run.exit_code == 0, run.output
    return run.output


def test_the_desk_goes_on_without_whoever_was_erased(alone: tuple[Served, Path]) -> None:
    served, data = alone
    agent, lead = served.staff(), served.staff(Role.LEAD)
    token, other = f"canary{secrets.token_hex(6)}", f"canary{secrets.token_hex(6)}"
    visitor, ticket = _case(served, agent, token)
    stays, ticket_of_other = _case(served, agent, other)
    with served.database.snapshot() as tx:
        before = len(wordings.unanswered(tx, ""))
    receipt = _erase(data, ticket)
    assert token not in receipt
    live = [path for path in data.rglob("*") if path.is_file() and token.encode() in path.read_bytes()]
    assert live == []

    assert visitor.client.get(visitor.path).status_code in (401, 403, 404)
    assert visitor.say("Still there?").status_code in (401, 403, 404)
    assert stays.read()["messages"]

    pages = ["/console", f"/console/tickets/{ticket}", "/console/recall", "/console/gaps", "/console/health"]
    for page in pages:
        shown = lead.client.get(page, follow_redirects=True)
        assert shown.status_code == 200, (page, shown.text[:400])
        assert token not in shown.text
    for view in ("mine", "resolved", "closed", "all"):
        assert lead.client.get(f"/v1/tickets?view={view}").status_code in (200, 422)
    api = lead.client.get(f"/v1/tickets/{ticket}")
    assert (api.status_code, api.json()["status"], token in api.text) == (200, "resolved", False)
    assert lead.client.get(f"/v1/tickets/{ticket_of_other}").json()["status"] == "resolved"
    with stream(agent.client, "/v1/desk/events", **{"Last-Event-ID": "0"}) as events:
        for event in events:
            assert token not in str(event)
            if other in str(event) and event.kind == "ticket":
                break
    with served.database.snapshot() as tx:
        assert not any(opens(tx, visitor.id, key) for key in ("", NOBODYS, visitor.token))
        assert visitor.id not in str(list(harvest(tx)))
        assert len(wordings.unanswered(tx, "")) == before - 1
        assert token not in str(tellings(tx, versions_told(tx)))


def test_an_answer_of_a_suggestion_is_counted_and_never_recalled(alone: tuple[Served, Path]) -> None:
    served, data = alone
    agent = served.staff()
    visitor, ticket = _case(served, agent, "canary")
    with served.database.transaction() as tx:
        tx.execute(update(suggestions).values(state="accepted", decided_at=clock.now()))
        sent = len(tx.execute(select(suggestions.c.id)).all())
        told = [each for each in tellings(tx, versions_told(tx)) if each.conversation_id == visitor.id]
    assert sent
    assert told
    _erase(data, ticket)
    with served.database.snapshot() as tx:
        assert len(tx.execute(select(suggestions.c.id)).all()) == sent
        assert [each for each in tellings(tx, versions_told(tx)) if each.conversation_id == visitor.id] == []


def test_the_services_round_erases_what_is_too_old_and_overwrites_it(alone: tuple[Served, Path]) -> None:
    served, data = alone
    visitor, _ = _case(served, served.staff(), "canaryofold")
    with served.database.transaction() as tx:
        tx.execute(update(conversations).values(updated_at="2020-01-01T00:00:00.000Z"))
    service = served.app.state.service
    policy = RetentionPolicy(0, {stock: 30 if stock is Stock.CONVERSATIONS else 0 for stock in Stock})
    retention_watch.look(service, policy, "2199-01-01T12:00:00.000Z")
    assert [path for path in data.rglob("*") if path.is_file() and b"canaryofold" in path.read_bytes()] == []
    assert 'answerdesk_retention_removed_total{stock="conversations"} 1.0' in served.client().get("/metrics").text
    assert AttachmentFiles(data / FOLDER).sweep(lambda _: set(), settled=0) == 0, "no file is left"
    assert visitor.client.get(visitor.path).status_code in (401, 403, 404)
