"""Owns who could be given a ticket: everybody on duty, with skills, load and untaken offers. Refuses to choose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.desk import duty, loads, offers, skills
from bot.desk.duty import Duty
from bot.desk.loads import Load
from bot.desk.offers import Offer
from bot.desk.skills import SkillKind, Skills
from bot.handoff.ticket import Ticket
from bot.handoff.workload import Workload
from bot.storage import clock

_NO_SKILLS = Skills()
_NO_LOAD = Load()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody on duty: what they are fit for, what they have, what they hold, what they have not taken yet."""

    duty: Duty
    skills: Skills
    load: int
    capacity: int
    untaken: tuple[Offer, ...]

    def fits(self, ticket: Ticket) -> bool:
        """True when they are fit for all that the ticket asks for."""
        return all(self.skills.fit(kind, needed) for kind, needed in needs(ticket))

    def has_room(self, points: int, untaken_at_once: int) -> bool:
        """True when they can hold so much more, and be given one more to take."""
        return self.load + points <= self.capacity and len(self.untaken) < untaken_at_once

    def lightest_untaken(self, points: int) -> Offer | None:
        """Of what they have not taken, the least that is less than `points`; of two alike the one given last."""
        lighter = [one for one in self.untaken if one.why.points < points]
        lighter.sort(key=lambda one: (one.offered_at, one.ticket_id), reverse=True)
        return min(lighter, key=lambda one: one.why.points, default=None)

    def without(self, offer: Offer) -> Candidate:
        """The same person once it was taken back from them."""
        kept = tuple(one for one in self.untaken if one != offer)
        return replace(self, load=self.load - offer.why.points, untaken=kept)


def on_duty(tx: Connection, workload: Workload) -> tuple[Candidate, ...]:
    """Everybody who can be given a ticket now, in the order of account ids."""
    has, fit = loads.of_everybody(tx, workload), skills.of_everybody(tx)
    untaken = defaultdict[str, list[Offer]](list)
    for offer in offers.standing(tx).values():
        untaken[offer.account_id].append(offer)
    return tuple(
        Candidate(
            one,
            fit.get(one.account_id, _NO_SKILLS),
            has.get(one.account_id, _NO_LOAD).points,
            one.capacity or workload.capacity,
            tuple(untaken[one.account_id]),
        )
        for one in duty.on_duty(tx, clock.now())
    )


def needs(ticket: Ticket) -> Iterator[tuple[SkillKind, str | None]]:
    """What somebody must be fit for to be given it."""
    yield SkillKind.TEAM, ticket.team
    yield SkillKind.LANGUAGE, ticket.packet.language
    yield SkillKind.CATEGORY, ticket.category
    yield SkillKind.TOPIC, ticket.packet.topic
