"""Owns against whom a request counts: itself where it shows who it is, else its address. Refuses to let anybody in.

So visitors do not use up what is for the staff and systems that share an address with them.
"""

from __future__ import annotations

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from bot.api import callers
from bot.api.service import Service, Serving, address_of
from bot.desk import sessions
from bot.errors import SignInNeeded
from bot.storage import clock


async def limited(request: Request, service: Serving) -> None:
    """Counts a request; for routes that are open to visitors. TooMany over the limit."""
    known = await callers.system_of(request, service)
    session = request.cookies.get(callers.cookie_name(service.assistant.settings))
    if known is None and session is not None:
        known = await run_in_threadpool(_account, service, session)
    if known is None:
        service.limits.request(address_of(request))
    else:
        service.limits.known(known)


Limited = Depends(limited)


def _account(service: Service, session: str) -> str | None:
    try:
        with service.assistant.database.snapshot() as tx:
            return f"account:{sessions.signed_in(tx, session, clock.now()).account.id}"
    except SignInNeeded:
        return None
