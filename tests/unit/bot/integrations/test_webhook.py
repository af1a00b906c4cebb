"""Webhooks after Standard Webhooks 1.0, against a real receiver: signed, retried, given up."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from standardwebhooks import Webhook, WebhookVerificationError
from structlog.testing import capture_logs

from bot.errors import BadPolicy
from bot.events import outbox as outbox_events
from bot.events.outbox import Topic
from bot.integrations import http_call
from bot.integrations.backoff import DELAYS, TRIES
from bot.integrations.delivery import deliver_due
from bot.integrations.delivery_queue import LEASE_SECONDS, Delivered, backlog, claim, replay
from bot.integrations.probing import Probing
from bot.integrations.webhook import Endpoint, endpoint
from bot.integrations.webhook_thread import WebhookThread
from bot.settings import Settings
from bot.storage import clock
from bot.storage.engine import Database
from bot.storage.tables import outbox
from tests.help_desk import DRIP, DROP, HANG, SECRET, HelpDesk
from tests.patience import until


@dataclass(frozen=True, slots=True)
class Note:
    text: str


def _put(database: Database, *subjects: str) -> None:
    with database.transaction() as tx:
        for subject in subjects:
            outbox_events.put(tx, Topic.TICKET_CREATED, subject, Note(f"Grüße {subject}"))


def _row(database: Database, subject: str) -> Any:
    with database.snapshot() as tx:
        query = select(outbox).where(outbox.c.key == f"ticket.created:{subject}")
        return tx.execute(query).mappings().one()


def _now() -> str:
    return clock.after(clock.now(), 1)


def test_the_reference_library_verifies_what_is_sent(
    database: Database, desk: HelpDesk, receiver: Endpoint
) -> None:
    _put(database, "a")
    assert deliver_due(database, receiver, _now()) == Delivered(delivered=1)
    (request,) = desk.requests
    headers = {
        "webhook-id": request.id,
        "webhook-timestamp": request.timestamp,
        "webhook-signature": request.signature,
    }
    content = Webhook(SECRET).verify(request.body, headers)
    assert request.id == "ticket.created:a"
    assert content["type"] == "ticket.created"
    assert content["data"] == {"text": "Grüße a"}
    assert clock.read(content["timestamp"])
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(request.body.replace(b"a", b"b", 1), headers)
    assert _row(database, "a")["delivered_at"]
    assert deliver_due(database, receiver, _now()) == Delivered()


@pytest.mark.usefixtures("every_line")
def test_ten_tries_by_the_schedule_then_a_dead_letter(
    database: Database, desk: HelpDesk, receiver: Endpoint
) -> None:
    desk.answer = lambda _request, _nth: 500
    _put(database, "a")
    start = now = _now()
    gaps = []
    for tries in range(1, TRIES + 1):
        with capture_logs() as lines:
            deliver_due(database, receiver, now)
        about = {"key": "ticket.created:a", "tries": tries, "cause": "HTTP_500", "dead": tries == TRIES}
        assert lines == [{"event": "not_delivered", "log_level": "warning", **about}]
        due = _row(database, "a")["next_attempt_at"]
        assert deliver_due(database, receiver, clock.after(due, -0.1)) == Delivered()
        gaps.append((clock.read(due) - clock.read(now)).total_seconds())
        now = due
    assert len(desk.requests) == TRIES
    assert all(nominal <= gap <= nominal * 1.1 + 0.01 for nominal, gap in zip(DELAYS, gaps, strict=False))
    row = _row(database, "a")
    assert clock.read(row["dead_at"]) - clock.read(start) >= timedelta(hours=75)
    assert (row["attempts"], row["last_error"]) == (TRIES, "HTTP 500")
    assert len({request.body for request in desk.requests}) == 1
    assert all(request.is_signed() for request in desk.requests)
    with database.snapshot() as tx:
        assert (backlog(tx).waiting, backlog(tx).dead) == (0, 1)


def test_a_dead_letter_can_be_replayed(database: Database, desk: HelpDesk, receiver: Endpoint) -> None:
    _put(database, "a", "b")
    with database.transaction() as tx:
        tx.execute(outbox.update().values(dead_at=_now(), attempts=TRIES))
    with database.transaction() as tx:
        assert replay(tx, _now(), key="ticket.created:a") == 1
    assert deliver_due(database, receiver, _now()) == Delivered(delivered=1)
    with database.transaction() as tx:
        assert replay(tx, _now()) == 1
    deliver_due(database, receiver, _now())
    assert set(desk.accepted) == {"ticket.created:a", "ticket.created:b"}


def test_gone_stops_every_delivery_to_that_address(
    database: Database, desk: HelpDesk, receiver: Endpoint
) -> None:
    desk.answer = lambda _request, _nth: 410
    _put(database, "a")
    assert deliver_due(database, receiver, _now()) == Delivered(dead=1)
    _put(database, "b")
    assert deliver_due(database, receiver, clock.after(_now(), 10**6)) == Delivered()
    assert len(desk.requests) == 1
    assert _row(database, "b")["attempts"] == 0
    elsewhere = Endpoint(receiver.url + "/new", receiver.secret)
    desk.answer = lambda _request, _nth: 204
    assert deliver_due(database, elsewhere, _now()) == Delivered(delivered=1)
    with database.transaction() as tx:
        replay(tx, _now())
    assert deliver_due(database, receiver, _now()) == Delivered(delivered=1)


@pytest.mark.parametrize("answer", [301, 302, 307, 400, 404, 429, 503, DROP])
def test_anything_but_2xx_is_tried_again(
    database: Database, desk: HelpDesk, receiver: Endpoint, answer: int | str
) -> None:
    desk.answer = lambda _request, nth: answer if nth == 1 else 201
    _put(database, "a")
    assert deliver_due(database, receiver, _now()) == Delivered(failed=1)
    assert deliver_due(database, receiver, clock.after(_now(), 10)) == Delivered(delivered=1)
    assert len(desk.requests) == 2  # a redirect is not followed


@pytest.mark.parametrize("answer", [HANG, DRIP])
def test_a_receiver_that_never_ends_is_cut_off(
    database: Database, desk: HelpDesk, receiver: Endpoint, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_call, "DEADLINE_SECONDS", 0.5)
    desk.answer = lambda _request, _nth: answer
    _put(database, *(str(number) for number in range(8)))
    start = time.monotonic()
    assert deliver_due(database, receiver, _now()) == Delivered(failed=8)
    assert time.monotonic() - start <= 3
    assert _row(database, "0")["last_error"].startswith("outage: ")


def test_nobody_listening_is_an_outage(database: Database) -> None:
    with HelpDesk() as gone:
        receiver = gone.endpoint
    _put(database, "a")
    assert deliver_due(database, receiver, _now()) == Delivered(failed=1)
    assert _row(database, "a")["last_error"] == "outage: ConnectError"


def test_what_an_outage_held_back_goes_out_when_it_ends(
    database: Database, desk: HelpDesk, receiver: Endpoint
) -> None:
    desk.answer = lambda request, _nth: 400 if request.id.endswith("refused") else 503
    _put(database, "refused", "a", "b")
    now = _now()
    for _ in range(3):  # the next try is half an hour away now
        deliver_due(database, receiver, now)
        now = clock.after(now, 400)
    desk.answer = lambda request, _nth: 400 if request.id.endswith("refused") else 200
    _put(database, "new")
    assert deliver_due(database, receiver, now, Probing()) == Delivered(delivered=3)
    assert _row(database, "refused")["attempts"] == 3


def test_a_row_being_sent_is_not_sent_twice(database: Database, desk: HelpDesk, receiver: Endpoint) -> None:
    _put(database, "a")
    now = _now()
    with database.transaction() as tx:
        assert len(claim(tx, now, 8)) == 1
    assert deliver_due(database, receiver, now) == Delivered()
    assert deliver_due(database, receiver, clock.after(now, LEASE_SECONDS)) == Delivered(delivered=1)


def test_the_thread_delivers_what_was_left_and_what_comes(
    database: Database, desk: HelpDesk, receiver: Endpoint
) -> None:
    _put(database, "left")
    thread = WebhookThread(database, receiver)
    thread.start()
    assert until(lambda: len(desk.accepted) == 1)
    _put(database, "new")
    thread.wake()
    assert until(lambda: len(desk.accepted) == 2)
    thread.stop()
    _put(database, "later")
    thread.wake()
    time.sleep(0.2)
    assert len(desk.requests) == 2


@pytest.mark.parametrize(
    ("url", "secret", "named"),
    [
        ("http://desk.example.com/hook", SECRET, "ANSWERDESK_WEBHOOK_URL"),
        ("ftp://desk.example.com/hook", SECRET, "ANSWERDESK_WEBHOOK_URL"),
        ("https://desk.example.com/hook", "", "ANSWERDESK_WEBHOOK_SECRET"),
        ("https://desk.example.com/hook", "whsec_***", "ANSWERDESK_WEBHOOK_SECRET"),
    ],
)
def test_a_setting_that_cannot_work_is_named(url: str, secret: str, named: str) -> None:
    with pytest.raises(BadPolicy, match=named):
        endpoint(Settings(webhook_url=url, webhook_secret=SecretStr(secret)))


def test_no_address_means_no_webhook() -> None:
    assert endpoint(Settings(webhook_url="")) is None
    https = Settings(webhook_url="https://desk.example.com/hook", webhook_secret=SecretStr(SECRET))
    assert endpoint(https) == Endpoint("https://desk.example.com/hook", SecretStr(SECRET))
