"""Owns who of the desk a waiting ticket is laid before: fit, with room, least loaded, longest without one.

Refuses to claim for anybody: a ticket is theirs when they take it, and anybody else may. The caller's transaction is
the only writer, so that two tickets at once never find the same room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Select, func, or_, select

from bot.desk import accounts, candidates, duty, notices, offers
from bot.desk.candidates import Candidate, needs
from bot.desk.notices import Work
from bot.desk.offers import Ending, Offer, Why
from bot.desk.skills import SkillKind
from bot.handoff.service_level import Priority
from bot.handoff.ticket import Ticket, TicketStatus, from_row
from bot.handoff.workload import Workload
from bot.storage import clock
from bot.storage.tables import offers as offer_rows
from bot.storage.tables import tickets

PAGE = 100
_SECONDS_PER_MINUTE = 60


@dataclass(frozen=True, slots=True)
class GivenOut:
    """What one look at the desk did: the offers made, how many were not taken in time, whose conversations changed."""

    offers: tuple[Offer, ...]
    missed: int
    conversations: frozenset[str]


def assign(tx: Connection, workload: Workload, ticket: Ticket) -> Offer | None:
    """Lay a waiting ticket before the best person; None when nobody fits or has room, or when somebody has it.

    An offer that stands is kept while its person is on duty and still fit: a ticket may have changed its team since.
    """
    if not _is_waiting(ticket):
        return None
    people = candidates.on_duty(tx, workload)
    before = offers.standing(tx, [ticket.id]).get(ticket.id)
    if before is not None:
        if any(one.duty.account_id == before.account_id and one.fits(ticket) for one in people):
            return before
        _take_back(tx, ticket, before, Ending.WITHDRAWN)
        people = candidates.on_duty(tx, workload)
    return _offer(tx, workload, ticket, people)


def give_out(tx: Connection, workload: Workload) -> GivenOut:
    """Take back what was not taken in time or whose person is gone, then lay out what waits, first due first."""
    back = _take_back_overdue(tx, workload)
    people = candidates.on_duty(tx, workload)
    made: list[Offer] = []
    changed = {ticket.conversation_id for ticket, _ in back}
    for ticket in _unoffered(tx, workload, _teams_with_room(people, workload)):
        offer = _offer(tx, workload, ticket, people)
        if offer is not None:
            people = candidates.on_duty(tx, workload)
            made.append(offer)
            changed.add(ticket.conversation_id)
    return GivenOut(tuple(made), sum(ending is Ending.MISSED for _, ending in back), frozenset(changed))


def go_away(tx: Connection, workload: Workload, account_id: str) -> GivenOut:
    """Be given no more tickets; what is laid before the person and not taken goes to others."""
    duty.set_available(tx, account_id, available=False)
    return give_out(tx, workload)


def come(tx: Connection, workload: Workload, account_id: str) -> GivenOut:
    """Be given tickets, beginning with those that wait."""
    duty.set_available(tx, account_id, available=True)
    return give_out(tx, workload)


def is_due(tx: Connection) -> bool:
    """True when `give_out` may find something to do; cheap, for reading only."""
    now = clock.now()
    on_duty = {one.account_id for one in duty.on_duty(tx, now)}
    standing = offers.standing(tx).values()
    if any(offer.take_by <= now or offer.account_id not in on_duty for offer in standing):
        return True
    return bool(on_duty) and tx.execute(_unoffered_ids().limit(1)).first() is not None


def count_unoffered(tx: Connection) -> int:
    """How many tickets wait before nobody."""
    return int(tx.execute(select(func.count()).select_from(_unoffered_ids().subquery())).scalar_one())


def unattended(tx: Connection) -> int | None:
    """How many tickets wait before nobody while nobody is there to be given one; None while somebody is."""
    return None if duty.on_duty(tx, clock.now()) else count_unoffered(tx)


def _is_waiting(ticket: Ticket) -> bool:
    put_off = ticket.snoozed_until is not None and ticket.snoozed_until > clock.now()
    return ticket.status is TicketStatus.WAITING and not put_off


def _offer(tx: Connection, workload: Workload, ticket: Ticket, people: Iterable[Candidate]) -> Offer | None:
    share = workload.shares[Priority(ticket.priority)]
    fit = [one for one in people if one.fits(ticket)]
    able = [one for one in fit if one.has_room(share.points, workload.untaken_at_once)]
    if able:
        best, others = _next(tx, ticket, able), len(able) - 1
    elif (pressed := _beyond_capacity(tx, workload, ticket, fit)) is not None:
        best, others = pressed, 0
    else:
        return None
    now = clock.now()
    offer = Offer(
        ticket_id=ticket.id,
        account_id=best.duty.account_id,
        why=_why(ticket, best, share.points, others),
        offered_at=now,
        take_by=clock.after(now, share.take_minutes * _SECONDS_PER_MINUTE),
    )
    offers.make(tx, offer)
    duty.was_given(tx, offer.account_id, now)
    notices.worked(tx, ticket, None, Work.OFFERED, accounts.load(tx, offer.account_id).name)
    return offer


def _beyond_capacity(
    tx: Connection, workload: Workload, ticket: Ticket, fit: Iterable[Candidate]
) -> Candidate | None:
    """Who gets what cannot wait for room, and first gives back something lighter that they have not taken yet."""
    if ticket.priority not in workload.beyond_capacity:
        return None
    points, most = workload.shares[Priority(ticket.priority)].points, workload.untaken_at_once
    able = [one for one in fit if len(one.untaken) < most or one.lightest_untaken(points)]
    if not able:
        return None
    best = _next(tx, ticket, able)
    lighter = best.lightest_untaken(points)
    if lighter is None:
        return best
    _take_back(tx, _of_offer(tx, lighter), lighter, Ending.WITHDRAWN)
    return best.without(lighter)


def _next(tx: Connection, ticket: Ticket, able: Iterable[Candidate]) -> Candidate:
    passed = offers.let_pass(tx, ticket.id)
    return min(able, key=lambda one: (passed.get(one.duty.account_id, 0), *_turn(one)))


def _turn(one: Candidate) -> tuple[float, str, str]:
    """Whose turn it is: the smallest part of what they hold, then the longest wait; the id makes it certain."""
    return one.load / one.capacity, one.duty.given_at or "", one.duty.account_id


def _why(ticket: Ticket, chosen: Candidate, points: int, others: int) -> Why:
    named = {kind: value for kind, value in needs(ticket) if value in chosen.skills.of_kind.get(kind, ())}
    return Why(
        team=ticket.team,
        language=ticket.packet.language,
        category=named.get(SkillKind.CATEGORY),
        topic=named.get(SkillKind.TOPIC),
        load=chosen.load,
        capacity=chosen.capacity,
        points=points,
        others=others,
    )


def _take_back_overdue(tx: Connection, workload: Workload) -> list[tuple[Ticket, Ending]]:
    now, back = clock.now(), []
    for offer in sorted(offers.standing(tx).values(), key=lambda one: (one.take_by, one.ticket_id)):
        here = {one.account_id for one in duty.on_duty(tx, now)}
        if offer.account_id in here and offer.take_by > now:
            continue
        ticket = _of_offer(tx, offer)
        ending = Ending.MISSED if offer.account_id in here else Ending.WITHDRAWN
        # What lay before them at the same time was missed by the same absence.
        again = offer.offered_at >= offers.last_missed(tx, offer.account_id)
        _take_back(tx, ticket, offer, ending)
        if ending is Ending.MISSED and again:
            duty.has_missed(tx, offer.account_id, workload.away_after_missed)
        back.append((ticket, ending))
    return back


def _take_back(tx: Connection, ticket: Ticket, offer: Offer, ending: Ending) -> None:
    offers.end(tx, ticket.id, ending)
    work = Work.MISSED if ending is Ending.MISSED else Work.WITHDRAWN
    notices.worked(tx, ticket, None, work, accounts.load(tx, offer.account_id).name)


def _of_offer(tx: Connection, offer: Offer) -> Ticket:
    return from_row(tx.execute(select(tickets).where(tickets.c.id == offer.ticket_id)).mappings().one())


def _unoffered_ids() -> Select[tuple[str]]:
    offered = select(offer_rows.c.ticket_id).where(offer_rows.c.ended_at.is_(None))
    here = or_(tickets.c.snoozed_until.is_(None), tickets.c.snoozed_until <= clock.now())
    return select(tickets.c.id).where(tickets.c.status == TicketStatus.WAITING, here, tickets.c.id.not_in(offered))


def _teams_with_room(people: Iterable[Candidate], workload: Workload) -> frozenset[str] | None:
    """The teams for which somebody has room; None: for all."""
    least, most = min(share.points for share in workload.shares.values()), workload.untaken_at_once
    named = [one.skills.of_kind.get(SkillKind.TEAM) for one in people if one.has_room(least, most)]
    return None if any(not teams for teams in named) else frozenset().union(*filter(None, named))


def _unoffered(tx: Connection, workload: Workload, teams: frozenset[str] | None) -> Iterator[Ticket]:
    """What waits before nobody, the first due first, a page at a time; of these teams only, if told, and what does not
    wait for room."""
    query = _unoffered_ids().order_by(tickets.c.first_response_due, tickets.c.id)
    if teams is not None:
        query = query.where(or_(tickets.c.team.in_(teams), tickets.c.priority.in_(workload.beyond_capacity)))
    waiting = tx.execute(query).scalars().all()
    for start in range(0, len(waiting), PAGE):
        rows = tx.execute(select(tickets).where(tickets.c.id.in_(waiting[start : start + PAGE]))).mappings()
        found = {row["id"]: from_row(row) for row in rows}
        yield from (found[ticket_id] for ticket_id in waiting[start : start + PAGE])
