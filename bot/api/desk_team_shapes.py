"""Owns the JSON of who is at the desk and what they hold. Refuses unknown fields in what is sent."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from bot.access import Role
from bot.api.conversation_shapes import Sent
from bot.desk.duty import LARGEST_CAPACITY
from bot.desk.skills import SkillKind
from bot.desk.team import Member

MOST_OF_A_KIND = 100

Skill = Annotated[str, StringConstraints(min_length=1, max_length=64)]
SkillList = Annotated[tuple[Skill, ...], Field(max_length=MOST_OF_A_KIND)]


class AvailabilityPost(Sent):
    """Whether one wants to be given new tickets."""

    available: bool


class AvailabilityBody(BaseModel):
    """Whether one is given new tickets."""

    available: bool


class MemberPost(Sent):
    """`capacity` in points, null for everybody's; an empty list means everything of its kind."""

    capacity: Annotated[int, Field(ge=1, le=LARGEST_CAPACITY)] | None = None
    teams: SkillList = ()
    languages: SkillList = ()
    categories: SkillList = ()
    topics: SkillList = ()


class MemberBody(BaseModel):
    """Somebody of the desk: `on_duty` when given tickets now (available, signed in); load is in points."""

    id: str
    name: str
    role: Role
    available: bool
    on_duty: bool
    claimed: int
    offered: int
    load: int
    capacity: int
    own_capacity: int | None
    teams: list[str]
    languages: list[str]
    categories: list[str]
    topics: list[str]


class TeamBody(BaseModel):
    """The desk, by name."""

    people: list[MemberBody]


def member_body(member: Member) -> MemberBody:
    """One person with their load."""
    named = {kind: sorted(member.skills.of_kind.get(kind, ())) for kind in SkillKind}
    return MemberBody(
        id=member.account.id,
        name=member.account.name,
        role=member.account.role,
        available=member.duty.available,
        on_duty=member.on_duty,
        claimed=member.load.claimed,
        offered=member.load.offered,
        load=member.load.points,
        capacity=member.capacity,
        own_capacity=member.duty.capacity,
        teams=named[SkillKind.TEAM],
        languages=named[SkillKind.LANGUAGE],
        categories=named[SkillKind.CATEGORY],
        topics=named[SkillKind.TOPIC],
    )
