"""Owns showing a page to whom it is for: the sign-in page or what is wrong to everybody else. Refuses to say who that
is: callers do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from bot.api import callers
from bot.api.callers import Credentials
from bot.api.service import Service
from bot.console.pages import page
from bot.desk import duty
from bot.desk.accounts import Account
from bot.desk.sessions import SignedIn
from bot.errors import DeskError, SignInNeeded
from bot.events import log

Values = Mapping[str, object]
Look = Callable[[Connection, SignedIn], Values]
LongLook = Callable[[SignedIn], Values]
Gate = Callable[[Connection, Credentials], Account]
Fixed = dict[str, object]


def shown(service: Service, caller: Credentials, template: str, look: Look, gate: Gate = callers.desk) -> HTMLResponse:
    """The template for somebody whom the gate lets in."""

    def values(fixed: Fixed) -> Values:
        with service.assistant.database.snapshot() as tx:
            return look(tx, _let_in(tx, caller, gate, fixed))

    return _rendered(service, template, values)


def shown_slowly(service: Service, caller: Credentials, template: str, look: LongLook, gate: Gate) -> HTMLResponse:
    """The same for a look that takes its time: it opens its own snapshots, nobody waits for the database meanwhile."""

    def values(fixed: Fixed) -> Values:
        with service.assistant.database.snapshot() as tx:
            session = _let_in(tx, caller, gate, fixed)
        return look(session)

    return _rendered(service, template, values)


def _let_in(tx: Connection, caller: Credentials, gate: Gate, fixed: Fixed) -> SignedIn:
    """Who asks, once the gate lets them in; the frame of the page knows them even where it does not."""
    session = callers.signed_in(tx, caller)
    fixed["session"] = session
    fixed["after"] = log.last_id(tx)
    gate(tx, caller)
    fixed["duty"] = duty.of(tx, session.account.id)
    return session


def _rendered(service: Service, template: str, values: Callable[[Fixed], Values]) -> HTMLResponse:
    fixed: Fixed = {"company": service.assistant.settings.company_name, "session": None, "duty": None}
    try:
        given = values(fixed)
    except SignInNeeded as error:
        return page("sign_in.html", fixed, error.status)
    except DeskError as error:
        return page("problem.html", fixed | {"detail": error.detail, "status": error.status}, error.status)
    return page(template, fixed | dict(given))
