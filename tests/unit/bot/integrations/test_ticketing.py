"""Every help desk behind the port keeps the same promises, against a double that checks each call by its contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.access import Role
from bot.conversation import conversations, messages
from bot.conversation.utterance import Speaker
from bot.customers import records
from bot.customers.identity import Identity
from bot.decision.outcome import Reason
from bot.desk import accounts, contacts, tickets
from bot.desk.accounts import Account
from bot.desk.reopen import reopen
from bot.handoff.hand_off import hand_off
from bot.handoff.packet_builder import Circumstances, build
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket
from bot.integrations import http_call
from bot.integrations.delivery import deliver_due
from bot.integrations.delivery_queue import Delivered, backlog, replay
from bot.integrations.packet_text import transcript_parts
from bot.integrations.zendesk import MOST_COMMENT_BYTES
from bot.merging.merge import merge
from bot.storage import clock
from bot.storage.engine import Database
from bot.storage.tables import outbox
from tests.chatwoot_double import ChatwootDouble
from tests.desk_double import DROP, EMPTY, HANG, TAKE_AND_DROP, Call
from tests.zendesk_double import ZendeskDouble

Double = ChatwootDouble | ZendeskDouble
SAID = "Meine Bestellung FW-123456 fehlt. “Grüße” \u2028 <b>&amp;\\ 😀\n\nsecond line"


@pytest.fixture(params=[ChatwootDouble, ZendeskDouble], ids=["chatwoot", "zendesk"])
def double(request: pytest.FixtureRequest) -> Iterator[Double]:
    with request.param() as running:
        yield running
        assert running.wrong == [], "a call that the real system's contract does not allow"


@pytest.fixture
def handed_over(database: Database, policies: HandoffPolicies) -> Callable[..., Ticket]:
    """Conversations of the given lines, handed over."""

    def make(*lines: str, customer: Identity | None = None) -> Ticket:
        with database.transaction() as tx:
            known = records.upsert(tx, customer).id if customer else None
            talk = conversations.open_conversation(tx, site="shop", language="en", customer_id=known).conversation
            for number, line in enumerate(lines or (SAID,)):
                speaker = Speaker.BOT if number % 2 else Speaker.CUSTOMER
                messages.append(tx, talk.id, speaker, line)
            said = messages.utterances(messages.transcript(tx, talk.id))
            packet = build(Circumstances(Reason.SENSITIVE, transcript=said), policies, datetime.now(UTC))
            return hand_off(tx, talk.id, packet)

    return make


def _now(seconds: float = 1) -> str:
    return clock.after(clock.now(), seconds)


def _deliver(database: Database, double: Double, now: str | None = None, passes: int = 6) -> Delivered:
    """As the thread does: again while something arrives."""
    total = Delivered()
    for _ in range(passes):
        done = deliver_due(database, double.adapter, now or _now())
        total = Delivered(total.delivered + done.delivered, total.failed + done.failed, total.dead + done.dead)
        if not done.delivered:
            break
    return total


def _person(tx: Connection) -> Account:
    return accounts.add(tx, "maya@example.com", "Maya", Role.AGENT, "a long enough password")


def _one(double: Double, ticket: Ticket) -> Any:
    (only,) = double.tickets()[ticket.id]
    return only


def _note(double: Double, ticket: Ticket) -> str:
    there = _one(double, ticket)
    if isinstance(double, ChatwootDouble):
        return next(message["content"] for message in there.messages if message["private"])
    return str(there.comments[1])


def assert_transcript(double: Double, ticket: Ticket) -> None:
    """Each turn is there, word for word and in order."""
    said = ticket.packet.transcript
    if isinstance(double, ChatwootDouble):
        there = [message for message in _one(double, ticket).messages if not message["private"]]
        assert [message["content"] for message in there[: len(said)]] == [one.text for one in said]
        assert [message["message_type"] == 0 for message in there[: len(said)]] == [
            one.speaker is Speaker.CUSTOMER for one in said
        ]
    else:
        parts = transcript_parts(said, MOST_COMMENT_BYTES)
        assert _one(double, ticket).comments[: len(parts)] == list(parts)


def test_a_ticket_arrives_with_its_transcript_and_its_context(
    database: Database, double: Double, handed_over: Callable[..., Ticket]
) -> None:
    ana = Identity("customer-7", "Ana", "ana@example.com", plan="plus", tier="gold")
    ticket = handed_over(SAID, "An answer", "Not what I asked", customer=ana)
    assert _deliver(database, double) == Delivered(delivered=1)
    assert_transcript(double, ticket)
    note = _note(double, ticket)
    for expected in (ticket.id, ticket.team, ticket.priority, "customer-7", "plus", "gold", "FW-123456 (turn 1)"):
        assert expected in note
    assert ticket.packet.target.told_customer in note
    assert all(step in note for step in ticket.packet.next_steps)


def test_nobody_vouched_for_is_said_so(database: Database, double: Double, handed_over: Callable[..., Ticket]) -> None:
    ticket = handed_over("I am ana@example.com, customer-7")
    _deliver(database, double)
    assert "Nobody vouched" in _note(double, ticket)


def test_what_happens_afterwards_follows_in_order(
    database: Database, double: Double, handed_over: Callable[..., Ticket], policies: HandoffPolicies
) -> None:
    ticket = handed_over()
    with database.transaction() as tx:
        agent = _person(tx)
        tickets.claim(tx, ticket.id, agent)
        tickets.reply(tx, ticket.id, agent, "We are looking for it.")
        more = messages.append(tx, ticket.conversation_id, Speaker.CUSTOMER, "Thank you, I wait.")
        tickets.customer_wrote(tx, policies, more.message)
        tickets.resolve(tx, ticket.id, agent, "Found at the depot.")
    assert _deliver(database, double) == Delivered(delivered=5)
    there = _one(double, ticket)
    texts = [message["content"] for message in there.messages] if isinstance(double, ChatwootDouble) else there.comments
    told = "\n".join(texts)
    order = ["Maya (Answerdesk) took", "We are looking for it.", "Thank you, I wait.", "Found at the depot."]
    assert [told.index(each) for each in order] == sorted(told.index(each) for each in order)
    assert there.status in ("resolved", "solved")
    assert len(double.keys()) == len(set(double.keys()))


def test_a_merge_a_contact_and_a_reopening_reach_the_desk_outside(
    database: Database, double: Double, handed_over: Callable[..., Ticket], policies: HandoffPolicies
) -> None:
    ana = Identity("customer-7", "Ana")
    first, second = handed_over("one", customer=ana), handed_over("two", customer=ana)
    with database.transaction() as tx:
        maya = _person(tx)
        contacts.keep(tx, second.conversation_id, "", "ana@example.org")
        merge(tx, policies, first.id, second.id, maya)
    assert _deliver(database, double).failed == 0
    assert _one(double, first).status in ("resolved", "solved")
    assert _one(double, second).status not in ("resolved", "solved")
    said = _everything(double, second)
    assert first.id in said
    assert "ana@example.org (not proven, do not mail there)" in said
    with database.transaction() as tx:
        tickets.resolve(tx, second.id, maya)
    _deliver(database, double)
    assert _one(double, second).status in ("resolved", "solved")
    with database.transaction() as tx:
        reopen(tx, policies, tickets.load(tx, second.id), "It is not fine.")
    assert _deliver(database, double).failed == 0
    assert _one(double, second).status == "open"
    assert "It is not fine." in _everything(double, second)


def _everything(double: Double, ticket: Ticket) -> str:
    there = _one(double, ticket)
    if isinstance(double, ChatwootDouble):
        return "\n".join(message["content"] for message in there.messages)
    return "\n".join(there.comments)


def test_zendesk_mails_nothing_of_it_to_anybody(database: Database, handed_over: Callable[..., Ticket]) -> None:
    """A public comment goes to the requester's address, which nobody has verified."""
    with ZendeskDouble() as double:
        ticket = handed_over()
        with database.transaction() as tx:
            tickets.reply(tx, ticket.id, _person(tx), "Hello")
        _deliver(database, double)
        said = [audit["events"][0] for audit in _one(double, ticket).audits]
    assert len(said) == 4
    assert [comment["public"] for comment in said] == [False] * 4


def test_the_same_row_again_changes_nothing(
    database: Database, double: Double, handed_over: Callable[..., Ticket]
) -> None:
    ticket = handed_over(SAID, "An answer")
    with database.transaction() as tx:
        tickets.reply(tx, ticket.id, _person(tx), "Hello")
    _deliver(database, double)
    before = sorted(double.keys())
    if isinstance(double, ZendeskDouble):
        double.forget_keys()
    with database.transaction() as tx:
        tx.execute(outbox.update().values(delivered_at=None, dead_at=_now()))
        assert replay(tx, _now()) == 3
    assert _deliver(database, double).delivered == 3
    assert sorted(double.keys()) == before
    assert_transcript(double, ticket)


@pytest.mark.parametrize("mood", [TAKE_AND_DROP, DROP, 500, 502])
def test_whatever_breaks_is_mended_by_the_next_try(
    database: Database, double: Double, handed_over: Callable[..., Ticket], mood: int | str
) -> None:
    """Each call that changes something fails once, the help desk having done it or not."""
    broken: set[tuple[str, str]] = set()

    def once(call: Call) -> int | str | None:
        name = (call.path, str(call.body))
        if not call.changes or name in broken:
            return None
        broken.add(name)
        return mood

    double.mood = once
    ticket = handed_over(SAID, "An answer", "No")
    now = _now()
    for _ in range(10):
        deliver_due(database, double.adapter, now)
        now = clock.after(now, 24 * 3600)
    with database.snapshot() as tx:
        assert (backlog(tx).waiting, backlog(tx).dead) == (0, 0)
    assert len(broken) >= 2
    assert len(double.keys()) == len(set(double.keys()))
    assert_transcript(double, ticket)


def test_a_pause_that_is_asked_for_is_kept_by_every_row(
    database: Database, double: Double, handed_over: Callable[..., Ticket]
) -> None:
    double.retry_after = "60"
    double.mood = lambda _call: 429
    handed_over()
    now = _now()
    deliver_due(database, double.adapter, now)
    asked = len(double.calls)
    assert asked == 1
    handed_over()
    with database.transaction() as tx:  # one that fell due meanwhile, before the pause was over
        tx.execute(outbox.update().where(outbox.c.attempts == 0).values(next_attempt_at=clock.after(now, 60)))
    for seconds in (1, 6, 30, 59):
        deliver_due(database, double.adapter, clock.after(now, seconds))
    assert len(double.calls) == asked
    double.mood = lambda _call: None
    assert _deliver(database, double, clock.after(now, 61)).delivered == 2


def test_rows_that_wait_hear_of_the_pause(
    database: Database, double: Double, handed_over: Callable[..., Ticket]
) -> None:
    double.retry_after = "60"
    for _ in range(20):
        handed_over()
    double.mood = lambda _call: 429
    now = _now()
    deliver_due(database, double.adapter, now)
    assert len(double.calls) <= 8, "one batch, and nobody after it"
    deliver_due(database, double.adapter, clock.after(now, 30))
    assert len(double.calls) <= 8


def test_what_the_desk_refuses_is_a_dead_letter_at_once_and_can_be_replayed(
    database: Database, double: Double, handed_over: Callable[..., Ticket]
) -> None:
    double.mood = lambda call: 422 if call.changes else None
    ticket = handed_over()
    with database.transaction() as tx:
        tickets.claim(tx, ticket.id, _person(tx))
    assert _deliver(database, double) == Delivered(dead=1, failed=1), "what comes after it waits for it"
    with database.snapshot() as tx:
        assert "422" in str(tx.execute(select(outbox.c.last_error)).scalars().first())
    double.mood = lambda _call: None
    with database.transaction() as tx:
        assert replay(tx, _now()) == 1
    _deliver(database, double, _now(3600))
    assert len(_one(double, ticket).messages if isinstance(double, ChatwootDouble) else double.keys()) >= 3


def test_a_contact_that_was_made_late_is_found(database: Database, handed_over: Callable[..., Ticket]) -> None:
    with ChatwootDouble() as double:
        ticket = handed_over()
        looked: list[Call] = []

        def late(call: Call) -> int | str | None:
            if "search" in call.path and not looked:
                looked.append(call)  # the contact is made between this look and what follows it
                double.contacts[10**9] = {"id": 10**9, "identifier": f"answerdesk-{ticket.conversation_id}"}
                return EMPTY
            return None

        double.mood = late
        assert _deliver(database, double) == Delivered(delivered=1)
        assert _one(double, ticket).contact == 10**9


def test_a_wrong_token_is_tried_again_until_it_is_mended(
    database: Database, double: Double, handed_over: Callable[..., Ticket]
) -> None:
    handed_over()
    double.mood = lambda _call: 401
    assert _deliver(database, double) == Delivered(failed=1)
    double.mood = lambda _call: None
    assert _deliver(database, double, _now(3600)).delivered == 1


def test_a_desk_that_hangs_is_cut_off(
    database: Database, double: Double, handed_over: Callable[..., Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_call, "DEADLINE_SECONDS", 0.4)
    double.mood = lambda _call: HANG
    handed_over()
    assert _deliver(database, double) == Delivered(failed=1)


def test_a_long_conversation_goes_on_where_the_time_was_over(
    database: Database, double: Double, handed_over: Callable[..., Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_call, "DEADLINE_SECONDS", 0.5)
    double.pause = 0.05
    lines = [f"line {number} " + "ü" * 20_000 for number in range(30)]
    ticket = handed_over(*lines)
    for _ in range(30):
        if deliver_due(database, double.adapter, _now()).delivered:
            break
    with database.snapshot() as tx:
        assert tx.execute(select(outbox.c.attempts)).scalars().all() == [1], "no try was a failed one"
    assert_transcript(double, ticket)
    assert len(double.keys()) == len(set(double.keys()))


def test_an_answer_that_is_no_json_is_a_failure(
    database: Database, double: Double, handed_over: Callable[..., Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(double, "take", lambda _call: (200, "a proxy's page"))
    handed_over()
    assert _deliver(database, double) == Delivered(failed=1)
    with database.snapshot() as tx:
        assert "UnreadableAnswer" in str(tx.execute(select(outbox.c.last_error)).scalar())


def test_gone_disables_until_it_is_replayed(
    database: Database, double: Double, handed_over: Callable[..., Ticket]
) -> None:
    double.mood = lambda _call: 410
    handed_over()
    assert _deliver(database, double) == Delivered(dead=1)
    handed_over()
    before = len(double.calls)
    assert _deliver(database, double) == Delivered()
    assert len(double.calls) == before
