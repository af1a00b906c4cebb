"""Owns the routes by which people of the desk say that they are there, and leads arrange who is given what.

Refuses to choose whom a ticket goes to: desk/assignment.py does.
"""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import Connection

from bot.access import PUBLIC_VISITOR
from bot.api import callers
from bot.api.callers import Caller
from bot.api.desk_team_shapes import (
    AvailabilityBody,
    AvailabilityPost,
    MemberBody,
    MemberPost,
    TeamBody,
    member_body,
)
from bot.api.service import Service, Serving
from bot.desk import assignment, duty, team
from bot.desk.skills import SkillKind

router = APIRouter(tags=["desk"])


@router.get("/v1/desk/availability")
def read_availability(service: Serving, caller: Caller) -> AvailabilityBody:
    """Whether the caller is given new tickets."""
    with service.assistant.database.snapshot() as tx:
        return _availability(tx, callers.desk(tx, caller).id)


@router.post("/v1/desk/availability")
def set_availability(body: AvailabilityPost, service: Serving, caller: Caller) -> AvailabilityBody:
    """Be given new tickets, or none: what one has not taken goes to others, what one has taken stays."""
    change = assignment.come if body.available else assignment.go_away
    with service.assistant.database.transaction() as tx:
        account = callers.desk(tx, caller, changes=True)
        given = change(tx, service.assistant.policies.workload, account.id)
        now = _availability(tx, account.id)
    _tell(service, given.conversations)
    return now


@router.get("/v1/desk/team")
def read_team(service: Serving, caller: Caller) -> TeamBody:
    """Everybody at the desk with standing, load, capacity and skills."""
    with service.assistant.database.snapshot() as tx:
        callers.lead(tx, caller)
        people = team.everybody(tx, service.assistant.policies)
    return TeamBody(people=[member_body(member) for member in people])


@router.post("/v1/desk/team/{account_id}")
def arrange_member(account_id: str, body: MemberPost, service: Serving, caller: Caller) -> MemberBody:
    """Set what somebody holds at once and is fit for; an empty list: everything of that kind."""
    fit_for = {
        SkillKind.TEAM: frozenset(body.teams),
        SkillKind.LANGUAGE: frozenset(body.languages),
        SkillKind.CATEGORY: frozenset(body.categories),
        SkillKind.TOPIC: frozenset(body.topics),
    }
    with service.assistant.database.transaction() as tx:
        callers.lead(tx, caller, changes=True)
        topics = topics_of(service)
        arranged = team.arrange(tx, service.assistant.policies, account_id, body.capacity, fit_for, topics)
    _tell(service, arranged.given.conversations)
    return member_body(arranged.member)


def topics_of(service: Service) -> frozenset[str]:
    """The areas of the articles that customers ask about."""
    articles = service.assistant.live.current().articles.values()
    return frozenset(each.area for each in articles if each.area and PUBLIC_VISITOR.may_see(each))


def _availability(tx: Connection, account_id: str) -> AvailabilityBody:
    return AvailabilityBody(available=duty.of(tx, account_id).available)


def _tell(service: Service, conversations: frozenset[str]) -> None:
    for conversation_id in conversations:
        service.committed(conversation_id)
