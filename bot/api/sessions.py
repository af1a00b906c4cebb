"""Owns the routes of signing in and out. Refuses to tell a wrong e-mail from a wrong password."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from bot.api import callers
from bot.api.callers import Caller
from bot.api.service import Service, Serving, address_of
from bot.api.ticket_shapes import SessionBody, SignInPost, account_body
from bot.desk import accounts, sessions
from bot.storage import clock

SECONDS_PER_HOUR = 3600

router = APIRouter(tags=["staff"])


@router.post("/v1/session")
def sign_in(body: SignInPost, request: Request, response: Response, service: Serving) -> SessionBody:
    """Sign in; the answer sets the session cookie."""
    service.limits.sign_in(address_of(request), body.email)
    database, settings = service.assistant.database, service.assistant.settings
    with database.snapshot() as tx:
        credential = accounts.find(tx, body.email)
    # Takes tens of milliseconds, so not while the database connection is held.
    account = accounts.check(credential, body.password)
    with database.transaction() as tx:
        started = sessions.start(tx, account, settings.session_hours, clock.now())
    response.set_cookie(
        callers.cookie_name(settings),
        started.token,
        max_age=settings.session_hours * SECONDS_PER_HOUR,
        path="/",
        secure=settings.cookie_secure,
        httponly=True,
        samesite="strict",
    )
    return SessionBody(account=account_body(account), csrf=started.csrf)


@router.get("/v1/session")
def who(service: Serving, caller: Caller) -> SessionBody:
    """Who is signed in, and the CSRF token, for a page that was reloaded."""
    with service.assistant.database.snapshot() as tx:
        session = callers.signed_in(tx, caller)
    return SessionBody(account=account_body(session.account), csrf=session.csrf)


@router.delete("/v1/session", status_code=HTTPStatus.NO_CONTENT)
def sign_out(response: Response, service: Serving, caller: Caller) -> None:
    """End the session."""
    with service.assistant.database.transaction() as tx:
        callers.signed_in(tx, caller, changes=True)
        sessions.end(tx, caller.session or "")
    _forget(service, response)


def _forget(service: Service, response: Response) -> None:
    settings = service.assistant.settings
    response.delete_cookie(
        callers.cookie_name(settings),
        path="/",
        secure=settings.cookie_secure,
        httponly=True,
        samesite="strict",
    )
