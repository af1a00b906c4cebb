"""A new ticket is laid before somebody fit, with room, whose turn it is; never more than they can hold."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.access import Role
from bot.conversation.conversations import open_conversation
from bot.desk import accounts, assignment, duty, history, loads, offers, queue, skills, snooze, tickets
from bot.desk.accounts import Account
from bot.desk.notices import Work
from bot.desk.offers import Ending, Offer
from bot.desk.queue import View, Wanted
from bot.desk.skills import SkillKind
from bot.desk.transfer import transfer
from bot.errors import BadRequest
from bot.handoff.hand_off import hand_off
from bot.handoff.ticket import Ticket
from bot.handoff.workload import Workload, read_workload
from bot.storage import clock
from bot.storage.engine import Database
from bot.storage.tables import offers as offer_rows
from bot.storage.tables import sessions
from tests.conftest import PACKET

SHIPPED = Path(__file__).parents[4] / "data" / "policies" / "assignment.yaml"
LONG_AGO = "2020-01-01T00:00:00.000Z"


@pytest.fixture(scope="module")
def shipped() -> Workload:
    return read_workload(SHIPPED)


@pytest.fixture(scope="module")
def workload(shipped: Workload) -> Workload:
    """As shipped, for tests in which nobody takes anything and nothing is too urgent to wait for room."""
    return replace(shipped, untaken_at_once=99, beyond_capacity=frozenset())


@pytest.fixture
def tx(database: Database) -> Iterator[Connection]:
    with database.transaction() as connection:
        yield connection


def _signed_in(tx: Connection, name: str, *, available: bool = True, hours: int = 8) -> Account:
    account = accounts.find(tx, f"{name}@example.com")
    made = account.account if account else accounts.add(tx, f"{name}@example.com", name, Role.AGENT, "long enough pw")
    now = clock.now()
    row = {"token_hash": f"{name}-{hours}", "account_id": made.id, "csrf": "", "created_at": now}
    tx.execute(insert(sessions).values(row | {"expires_at": clock.after(now, hours * 3600)}))
    duty.set_available(tx, made.id, available=available)
    return made


def _waiting(
    tx: Connection, team: str = "orders", priority: str = "normal", language: str = "en", topic: str | None = None,
    category: str | None = None,
) -> Ticket:  # fmt: skip
    conversation = open_conversation(tx, site="shop", language=language).conversation
    target = replace(PACKET.target, team=team, priority=priority)
    packet = replace(PACKET, language=language, topic=topic, category=category, target=target)
    return hand_off(tx, conversation.id, packet)


def _fit(tx: Connection, account: Account, kind: SkillKind, *values: str) -> None:
    skills.replace(tx, account.id, kind, frozenset(values), frozenset(values))


def _who(tx: Connection, workload: Workload, ticket: Ticket) -> str | None:
    offer = assignment.assign(tx, workload, ticket)
    return accounts.load(tx, offer.account_id).name if offer else None


def test_nobody_available_nobody_is_given_it(tx: Connection, workload: Workload) -> None:
    _signed_in(tx, "away", available=False)
    assert _who(tx, workload, _waiting(tx)) is None


def test_who_is_signed_out_or_disabled_is_given_nothing(tx: Connection, workload: Workload) -> None:
    _signed_in(tx, "gone", hours=-1)
    _signed_in(tx, "disabled")
    accounts.disable(tx, "disabled@example.com")
    assert _who(tx, workload, _waiting(tx)) is None


@pytest.mark.parametrize(
    ("kind", "fits", "needed"),
    [
        (SkillKind.TEAM, "lock", {"team": "lock"}),
        (SkillKind.LANGUAGE, "de", {"language": "de"}),
        (SkillKind.TOPIC, "thermostat", {"topic": "thermostat"}),
        (SkillKind.CATEGORY, "fraud", {"category": "fraud"}),
    ],
)
def test_only_who_is_fit(
    tx: Connection, workload: Workload, kind: SkillKind, fits: str, needed: dict[str, str]
) -> None:
    other, able = _signed_in(tx, "a-other"), _signed_in(tx, "b-able")
    _fit(tx, other, kind, "something-else")
    _fit(tx, able, kind, fits, "and-more")
    assert [_who(tx, workload, _waiting(tx, **needed)) for _ in range(3)] == ["b-able"] * 3
    duty.set_available(tx, able.id, available=False)
    assert _who(tx, workload, _waiting(tx, **needed)) is None


def test_without_skills_of_a_kind_somebody_is_fit_for_everything(tx: Connection, workload: Workload) -> None:
    _signed_in(tx, "everything")
    ticket = _waiting(tx, team="lock", language="de", topic="lock", category="fraud")
    assert _who(tx, workload, ticket) == "everything"


def test_the_least_loaded_then_who_waited_longest(tx: Connection, workload: Workload) -> None:
    for name in ("ana", "ben", "cem"):
        _signed_in(tx, name)
    given = [_who(tx, workload, _waiting(tx)) for _ in range(6)]
    assert sorted(given[:3]) == ["ana", "ben", "cem"]
    assert given[3:] == given[:3], "in the same order again"
    busy = accounts.find(tx, f"{given[0]}@example.com")
    assert busy
    tickets.claim(tx, _waiting(tx, priority="urgent").id, busy.account)
    after = [_who(tx, workload, _waiting(tx)) for _ in range(4)]
    assert given[0] not in after


def test_load_is_measured_by_what_each_can_hold(tx: Connection, workload: Workload) -> None:
    small, large = _signed_in(tx, "small"), _signed_in(tx, "large")
    duty.set_capacity(tx, small.id, 4, workload.smallest_capacity)
    duty.set_capacity(tx, large.id, 12, workload.smallest_capacity)
    given = Counter(_who(tx, workload, _waiting(tx)) for _ in range(20))
    assert given == {"small": 4, "large": 12, None: 4}


def test_a_heavy_ticket_waits_for_room_and_a_light_one_does_not(tx: Connection, workload: Workload) -> None:
    one = _signed_in(tx, "one")
    duty.set_capacity(tx, one.id, 4, workload.smallest_capacity)
    assert [_who(tx, workload, _waiting(tx)) for _ in range(2)] == ["one", "one"]
    assert _who(tx, workload, _waiting(tx, priority="urgent")) is None
    assert _who(tx, workload, _waiting(tx, priority="high")) == "one"
    with pytest.raises(BadRequest, match="3 to"):
        duty.set_capacity(tx, one.id, 2, workload.smallest_capacity)


def test_what_is_closed_put_off_or_handed_on_makes_room(tx: Connection, workload: Workload) -> None:
    one = _signed_in(tx, "one")
    duty.set_capacity(tx, one.id, 3, workload.smallest_capacity)
    held = [_waiting(tx) for _ in range(3)]
    for ticket in held:
        assert _who(tx, workload, ticket) == "one"
        tickets.claim(tx, ticket.id, one)
    assert loads.of_everybody(tx, workload)[one.id].points == 3
    waiting = [_waiting(tx) for _ in range(4)]
    assert assignment.give_out(tx, workload).offers == ()
    tickets.resolve(tx, held[0].id, one)
    snooze.snooze(tx, held[1].id, one, clock.after(clock.now(), 3600))
    transfer(tx, held[2].id, one, "lock", {"lock": "Locks"})
    given = assignment.give_out(tx, workload).offers
    assert {offer.ticket_id for offer in given} <= {ticket.id for ticket in waiting} | {held[2].id}
    assert len(given) == 3


def test_not_taken_in_time_it_goes_to_the_next_and_back_only_when_all_let_it_pass(
    tx: Connection, workload: Workload
) -> None:
    for name in ("ana", "ben"):
        _signed_in(tx, name)
    ticket = _waiting(tx)
    patient = replace(workload, away_after_missed=99)
    given = []
    for _ in range(4):
        given.append(_who(tx, patient, ticket))
        tx.execute(update(offer_rows).where(offer_rows.c.ended_at.is_(None)).values(take_by=LONG_AGO))
        assert assignment.is_due(tx)
        given_out = assignment.give_out(tx, patient)
        assert (len(given_out.offers), given_out.missed) == (1, 1)
        assert given_out.conversations == {ticket.conversation_id}
    assert sorted(given[:2]) == ["ana", "ben"]
    assert given[2:] == given[:2]
    assert offers.endings(tx) == {Ending.TAKEN: 0, Ending.MISSED: 4, Ending.WITHDRAWN: 0}


def test_whoever_let_it_pass_comes_after_a_busier_colleague(tx: Connection, workload: Workload) -> None:
    _signed_in(tx, "idle")
    busy = _signed_in(tx, "busy")
    for _ in range(3):
        tickets.claim(tx, _waiting(tx).id, busy)
    ticket = _waiting(tx)
    assert _who(tx, workload, ticket) == "idle"
    tx.execute(update(offer_rows).where(offer_rows.c.ended_at.is_(None)).values(take_by=LONG_AGO))
    assert [offer.account_id for offer in assignment.give_out(tx, workload).offers] == [busy.id]


def test_who_lets_two_in_a_row_pass_is_away(tx: Connection, workload: Workload) -> None:
    one = _signed_in(tx, "one")
    for _ in range(2):
        ticket = _waiting(tx)
        assert _who(tx, workload, ticket) == "one"
        tx.execute(update(offer_rows).where(offer_rows.c.ended_at.is_(None)).values(take_by=LONG_AGO))
        assignment.give_out(tx, workload)
    assert not duty.of(tx, one.id).available
    assert offers.standing(tx) == {}
    assert duty.set_available(tx, one.id, available=True).missed == 0


def test_taking_one_forgets_what_was_missed(tx: Connection, workload: Workload) -> None:
    one = _signed_in(tx, "one")
    duty.has_missed(tx, one.id, workload.away_after_missed)
    ticket = _waiting(tx)
    assignment.assign(tx, workload, ticket)
    tickets.claim(tx, ticket.id, one)
    assert duty.of(tx, one.id).missed == 0
    assert offers.endings(tx)[Ending.TAKEN] == 1


def test_going_away_gives_what_was_not_taken_to_others(tx: Connection, workload: Workload) -> None:
    ana = _signed_in(tx, "ana")
    first, second = _waiting(tx), _waiting(tx)
    assert [_who(tx, workload, ticket) for ticket in (first, second)] == ["ana", "ana"]
    tickets.claim(tx, second.id, ana)
    ben = _signed_in(tx, "ben")
    assignment.go_away(tx, workload, ana.id)
    assert {offer.account_id for offer in offers.standing(tx).values()} == {ben.id}
    assert tickets.load(tx, second.id).assignee == ana.id, "what she has taken stays hers"


def test_whose_session_ended_loses_what_was_not_taken(tx: Connection, workload: Workload) -> None:
    ana = _signed_in(tx, "ana")
    ticket = _waiting(tx)
    assignment.assign(tx, workload, ticket)
    assert not assignment.is_due(tx)
    tx.execute(update(sessions).where(sessions.c.account_id == ana.id).values(expires_at=LONG_AGO))
    assert assignment.is_due(tx)
    assignment.give_out(tx, workload)
    assert offers.standing(tx) == {}
    assert duty.of(tx, ana.id).missed == 0


def test_coming_back_is_given_what_waits_the_first_due_first(tx: Connection, workload: Workload) -> None:
    late = _waiting(tx)
    conversation = open_conversation(tx, site="shop", language="en").conversation
    sooner = replace(PACKET.target, first_response_due="2026-11-22T09:00:00.000Z")
    early = hand_off(tx, conversation.id, replace(PACKET, target=sooner))
    one = _signed_in(tx, "one", available=False)
    assignment.come(tx, workload, one.id)
    made = tx.execute(select(offer_rows.c.ticket_id).order_by(offer_rows.c.id)).scalars().all()
    assert made == [early.id, late.id]


def test_a_colleague_may_take_it_and_the_offer_ends(tx: Connection, workload: Workload) -> None:
    _signed_in(tx, "ana")
    ben = _signed_in(tx, "ben", available=False)
    ticket = _waiting(tx)
    assert _who(tx, workload, ticket) == "ana"
    assert tickets.claim(tx, ticket.id, ben).assignee == ben.id
    assert offers.standing(tx) == {}
    assert offers.endings(tx)[Ending.WITHDRAWN] == 1


def test_a_second_handoff_keeps_the_offer_while_it_fits(tx: Connection, workload: Workload) -> None:
    ana = _signed_in(tx, "ana")
    _fit(tx, ana, SkillKind.TEAM, "orders")
    ben = _signed_in(tx, "ben")
    _fit(tx, ben, SkillKind.TEAM, "safety")
    ticket = _waiting(tx)
    assert _who(tx, workload, ticket) == "ana"
    again = hand_off(tx, ticket.conversation_id, PACKET)
    assert _who(tx, workload, again) == "ana"
    urgent = replace(PACKET.target, team="safety", priority="urgent", first_response_due="2026-11-22T08:00:00.000Z")
    assert _who(tx, workload, hand_off(tx, ticket.conversation_id, replace(PACKET, target=urgent))) == "ben"
    assert len(tx.execute(select(offer_rows)).all()) == 2


def test_it_says_why_and_the_trail_says_who(tx: Connection, workload: Workload) -> None:
    ana, _ben = _signed_in(tx, "ana"), _signed_in(tx, "ben")
    _fit(tx, ana, SkillKind.TOPIC, "lock", "hub")
    tickets.claim(tx, _waiting(tx).id, ana)
    _ben_is_busier = [_waiting(tx, topic="billing") for _ in range(2)]
    for ticket in _ben_is_busier:
        assert _who(tx, workload, ticket) == "ben"
    ticket = _waiting(tx, topic="lock")
    offer = assignment.assign(tx, workload, ticket)
    assert offer is not None
    why = offer.why
    assert (why.team, why.language, why.topic, why.category) == ("orders", "en", "lock", None)
    assert (why.load, why.capacity, why.points, why.others) == (1, workload.capacity, 1, 1)
    assert [(entry.deed, entry.by, entry.detail) for entry in history.of_ticket(tx, ticket)][-1] == (
        Work.OFFERED,
        None,
        "ana",
    )
    assert [found.id for found in queue.find(tx, Wanted(View.MINE, ana.id)).tickets].count(ticket.id) == 1
    assert queue.counts(tx, ana.id)[View.MINE] == 2


def test_nobody_has_more_than_two_before_them_and_the_next_comes_when_one_is_taken(
    tx: Connection, shipped: Workload
) -> None:
    for _ in range(5):
        _waiting(tx)
    ana = _signed_in(tx, "ana", available=False)
    assert len(assignment.come(tx, shipped, ana.id).offers) == shipped.untaken_at_once == 2
    assert _who(tx, shipped, _waiting(tx)) is None
    ben = _signed_in(tx, "ben")
    assert {offer.account_id for offer in assignment.give_out(tx, shipped).offers} == {ben.id}
    taken = next(offer for offer in offers.standing(tx).values() if offer.account_id == ana.id)
    tickets.claim(tx, taken.ticket_id, ana)
    assert [offer.account_id for offer in assignment.give_out(tx, shipped).offers] == [ana.id]
    assert len(offers.standing(tx)) == 4


def test_two_that_lay_there_at_the_same_time_are_missed_once(tx: Connection, shipped: Workload) -> None:
    ana = _signed_in(tx, "ana")
    assert [_who(tx, shipped, _waiting(tx)) for _ in range(2)] == ["ana", "ana"]
    tx.execute(update(offer_rows).values(offered_at=LONG_AGO, take_by=LONG_AGO))
    given = assignment.give_out(tx, shipped)
    assert (given.missed, len(given.offers)) == (2, 2)
    assert (duty.of(tx, ana.id).missed, duty.of(tx, ana.id).available) == (1, True)
    tx.execute(update(offer_rows).where(offer_rows.c.ended_at.is_(None)).values(take_by=LONG_AGO))
    assignment.give_out(tx, shipped)
    assert not duty.of(tx, ana.id).available, "they were given anew after the first were missed"


def test_an_urgent_ticket_is_laid_before_the_least_loaded_when_nobody_has_room(
    tx: Connection, shipped: Workload
) -> None:
    ana, ben = _signed_in(tx, "ana"), _signed_in(tx, "ben")
    for one, points in ((ana, 9), (ben, 8)):
        for _ in range(points):
            tickets.claim(tx, _waiting(tx).id, one)
    assert _who(tx, shipped, _waiting(tx, priority="high")) is None
    offer = assignment.assign(tx, shipped, _waiting(tx, priority="urgent"))
    assert offer is not None
    assert (offer.account_id, offer.why.load, offer.why.capacity, offer.why.others) == (ben.id, 8, 8, 0)


@pytest.mark.parametrize("team", ["orders", "lock"])
def test_an_urgent_ticket_takes_the_place_of_the_lightest_not_taken_yet(
    tx: Connection, shipped: Workload, team: str
) -> None:
    ana = _signed_in(tx, "ana")
    _fit(tx, ana, SkillKind.TEAM, "orders", "lock")
    heavy, light = _waiting(tx, priority="high"), _waiting(tx)
    assert [_who(tx, shipped, ticket) for ticket in (heavy, light)] == ["ana", "ana"]
    urgent = [_waiting(tx, team=team, priority="urgent") for _ in range(3)]
    made = assignment.give_out(tx, shipped).offers
    assert {offer.ticket_id for offer in made} == set(offers.standing(tx)) <= {ticket.id for ticket in urgent}
    assert len(made) == shipped.untaken_at_once, "and one that is as urgent is not taken back"
    assert offers.endings(tx)[Ending.WITHDRAWN] == 2
    assert duty.of(tx, ana.id).missed == 0
    assert [entry.deed for entry in history.of_ticket(tx, light)][-1] is Work.WITHDRAWN


def _at_once(amount: int, work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(amount)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def test_forty_handoffs_at_once_overload_nobody(database: Database, workload: Workload) -> None:
    with database.transaction() as tx:
        people = [_signed_in(tx, f"agent-{number}").id for number in range(3)]
    priorities = ("urgent", "high", "normal", "low")
    made: list[Offer | None] = []

    def one(number: int) -> None:
        with database.transaction() as tx:
            ticket = _waiting(tx, priority=priorities[number % 4])
            made.append(assignment.assign(tx, workload, ticket))

    _at_once(40, one)
    assert len(made) == 40
    with database.snapshot() as tx:
        held = loads.of_everybody(tx, workload)
        standing = offers.standing(tx)
    assert set(held) == set(people)
    assert all(held[person].points <= workload.capacity for person in people)
    assert sum(load.offered for load in held.values()) == len(standing) == sum(offer is not None for offer in made)
    assert max(load.points for load in held.values()) - min(load.points for load in held.values()) <= 1


def test_everybody_away_and_back_at_once_loses_no_ticket(database: Database, workload: Workload) -> None:
    with database.transaction() as tx:
        people = [_signed_in(tx, f"agent-{number}") for number in range(4)]
        waiting = {_waiting(tx).id for _ in range(12)}

    def one(number: int) -> None:
        account = people[number % 4]
        for turn in range(3):
            with database.transaction() as tx:
                go = assignment.go_away if (number + turn) % 2 else assignment.come
                go(tx, workload, account.id)

    _at_once(8, one)
    with database.transaction() as tx:
        for account in people:
            assignment.come(tx, workload, account.id)
        assert set(offers.standing(tx)) == waiting
        held = loads.of_everybody(tx, workload)
    assert all(load.points <= workload.capacity for load in held.values())
