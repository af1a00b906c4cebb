"""Owns finding out who calls, by token, service key or session. Refuses what access.py does not allow."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Connection

from bot.access import PUBLIC_VISITOR, Role, Viewer
from bot.api.service import Serving
from bot.conversation import conversations
from bot.customers import identity
from bot.desk import sessions
from bot.desk.accounts import Account
from bot.desk.sessions import SignedIn
from bot.errors import NotAllowed, SignInNeeded
from bot.settings import Settings
from bot.storage import clock
from bot.storage.engine import Database

SECURE_COOKIE = "__Host-answerdesk"
PLAIN_COOKIE = "answerdesk"
CSRF_HEADER = "X-CSRF-Token"
PANEL_AUDIENCE = "answerdesk-panel"
NOT_SIGNED_IN = "Please sign in on the website first; this chat is for its customers."

_bearer = HTTPBearer(
    auto_error=False, scheme_name="token", description="A visitor's conversation token, or a service key."
)
_cookie = APIKeyCookie(
    name=SECURE_COOKIE, auto_error=False, scheme_name="session", description="The session of signed-in staff."
)


def cookie_name(settings: Settings) -> str:
    """`__Host-` needs https, which one machine without a proxy does not have."""
    return SECURE_COOKIE if settings.cookie_secure else PLAIN_COOKIE


@dataclass(frozen=True, slots=True)
class Credentials:
    """What came with a request, unchecked."""

    bearer: str | None
    session: str | None
    csrf: str | None
    service_keys: tuple[str, ...] = ()
    customers_only: bool = False


async def _credentials(
    request: Request,
    service: Serving,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    _session: Annotated[str | None, Security(_cookie)],
    csrf: Annotated[str | None, Header(alias=CSRF_HEADER)] = None,
) -> Credentials:
    settings = service.assistant.settings
    return Credentials(
        bearer.credentials if bearer else None,
        request.cookies.get(cookie_name(settings)),
        csrf,
        tuple(key.get_secret_value() for key in settings.service_keys),
        settings.identity_required,
    )


async def _token(
    service: Serving, bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> Credentials:
    required = service.assistant.settings.identity_required
    return Credentials(bearer.credentials if bearer else None, None, None, customers_only=required)


Caller = Annotated[Credentials, Depends(_credentials)]
VisitorCaller = Annotated[Credentials, Depends(_token)]


def visitor(tx: Connection, caller: Credentials, conversation_id: str) -> Viewer:
    """The visitor of this conversation; SignInNeeded alike for a wrong token and no such conversation.

    Where every visitor must be a known customer, a conversation that was opened by nobody in particular is closed.
    """
    if caller.bearer is None or not conversations.by_token(tx, conversation_id, caller.bearer):
        raise SignInNeeded("This needs the token of this conversation.")
    conversation = conversations.load(tx, conversation_id)
    if caller.customers_only and conversation.customer_id is None:
        raise SignInNeeded(NOT_SIGNED_IN)
    return conversations.viewer_of(conversation)


def participant(tx: Connection, caller: Credentials, conversation_id: str) -> Viewer:
    """The visitor, or somebody of the desk."""
    if caller.bearer is not None or caller.session is None:
        return visitor(tx, caller, conversation_id)
    return desk(tx, caller).viewer


def signed_in(tx: Connection, caller: Credentials, *, changes: bool = False) -> SignedIn:
    """Whose session it is; a call that `changes` something must show the session's CSRF token."""
    if caller.session is None:
        raise SignInNeeded("Please sign in.")
    session = sessions.signed_in(tx, caller.session, clock.now())
    if changes:
        sessions.check_csrf(session, caller.csrf)
    return session


def desk(tx: Connection, caller: Credentials, *, changes: bool = False) -> Account:
    """Somebody who works tickets; NotAllowed for other staff."""
    return _of_the_desk(signed_in(tx, caller, changes=changes))


def _of_the_desk(session: SignedIn) -> Account:
    if not session.account.viewer.may_work_tickets:
        raise NotAllowed("Your account may not work on tickets.")
    return session.account


def lead(tx: Connection, caller: Credentials, *, changes: bool = False) -> Account:
    """Somebody who answers for the agents; NotAllowed for other staff."""
    account = signed_in(tx, caller, changes=changes).account
    if not account.viewer.may_lead:
        raise NotAllowed("Only a lead may do this.")
    return account


def editor(tx: Connection, caller: Credentials, *, changes: bool = False) -> Account:
    """Somebody who answers for the articles; NotAllowed for other staff."""
    account = signed_in(tx, caller, changes=changes).account
    if not account.viewer.may_edit_knowledge:
        raise NotAllowed("Your account may not work on what the articles say.")
    return account


def other_system(caller: Credentials) -> Viewer:
    """A program that holds a service key; SignInNeeded for everybody else, staff too."""
    return _service(caller)


def reviewer(tx: Connection, caller: Credentials, *, changes: bool = False) -> Account:
    """Somebody who brings articles into service; NotAllowed for who only writes them."""
    account = editor(tx, caller, changes=changes)
    if not account.viewer.may_publish:
        raise NotAllowed("Your account may write articles; a lead reviews and publishes them.")
    return account


def helper(tx: Connection, caller: Credentials) -> Viewer:
    """Somebody of the desk, or another help desk with a service key."""
    if caller.bearer is not None:
        return _service(caller)
    return desk(tx, caller).viewer


def panel(tx: Connection, caller: Credentials) -> Viewer:
    """The panel inside another help desk: as `helper`, or with a pass that opens nothing else.

    A pass is of somebody of the desk (`sessions.panel_pass`), or signed by the other help desk with its service key.
    """
    if caller.bearer is None or _is_service(caller):
        return helper(tx, caller)
    if caller.bearer.count(".") == 1:
        return _of_the_desk(sessions.by_panel_pass(tx, caller.bearer, clock.now())).viewer
    identity.verify(caller.bearer, caller.service_keys, PANEL_AUDIENCE, clock.now())
    return Viewer(Role.SERVICE)


def anybody(database: Database, caller: Credentials) -> Viewer:
    """Staff or service when they say so, else the public; a wrong key is refused, not ignored.

    Asks the database only about a session: most who search are visitors, and connections are few.
    """
    if caller.bearer is not None:
        return _service(caller)
    if caller.session is None:
        return PUBLIC_VISITOR
    with database.snapshot() as tx:
        return signed_in(tx, caller).account.viewer


def reader(database: Database, caller: Credentials) -> Viewer:
    """Like `anybody`, but a token that is no service key is a visitor's and opens what is public."""
    if caller.bearer is not None and not _is_service(caller):
        return PUBLIC_VISITOR
    return anybody(database, caller)


def of_file(tx: Connection, caller: Credentials, conversation_id: str) -> Viewer:
    """As `participant`, or a help desk outside, which learns of the file from an event of its ticket."""
    return _service(caller) if _is_service(caller) else participant(tx, caller, conversation_id)


async def system_of(request: Request, service: Serving) -> str | None:
    """The name of the system whose service key comes with the request, None without one."""
    shown = await _bearer(request)
    keys = [key.get_secret_value() for key in service.assistant.settings.service_keys]
    found = (number for number, key in enumerate(keys) if shown and _same(shown.credentials, key))
    return next((f"service:{number}" for number in found), None)


def _service(caller: Credentials) -> Viewer:
    if not _is_service(caller):
        raise SignInNeeded("This service key is not known here.")
    return Viewer(Role.SERVICE)


def _is_service(caller: Credentials) -> bool:
    return any(_same(caller.bearer or "", key) for key in caller.service_keys)


def _same(shown: str, key: str) -> bool:
    return hmac.compare_digest(shown.encode("utf-8", "replace"), key.encode())
