"""Owns the addresses of the console's page on who is at the desk, which only read. Refuses to change anything: the page
calls /v1."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from bot.api import callers
from bot.api.callers import Caller
from bot.api.desk_team import topics_of
from bot.api.service import Service, Serving
from bot.console.shown import Values, shown
from bot.desk import assignment, team
from bot.desk.duty import LARGEST_CAPACITY
from bot.desk.sessions import SignedIn
from bot.desk.skills import SkillKind

router = APIRouter(include_in_schema=False)


@router.get("/console/team")
def people(service: Serving, caller: Caller) -> HTMLResponse:
    """Everybody's load, capacity and skills, for whoever leads the desk."""

    def values(tx: Connection, _session: SignedIn) -> Values:
        return _people(service, tx) | _choices(service)

    return shown(service, caller, "team.html", values, callers.lead)


@router.get("/console/team/people")
def people_alone(service: Serving, caller: Caller) -> HTMLResponse:
    """The list alone, to renew it."""
    return shown(service, caller, "team_people.html", lambda tx, _session: _people(service, tx), callers.lead)


def _people(service: Service, tx: Connection) -> dict[str, object]:
    policies = service.assistant.policies
    categories = {category.id: category.label for category in policies.sensitive.categories}
    return {
        "people": team.everybody(tx, policies),
        "unattended": assignment.unattended(tx),
        "names": {SkillKind.TEAM: policies.routing.teams, SkillKind.CATEGORY: categories},
        "kinds": SkillKind,
    }


def _choices(service: Service) -> dict[str, object]:
    policies = service.assistant.policies
    there_is = team.there_is(policies, topics_of(service))
    return {
        "choices": {kind: sorted(values) for kind, values in there_is.items()},
        "usual": policies.workload.capacity,
        "smallest": policies.workload.smallest_capacity,
        "largest": LARGEST_CAPACITY,
    }
