"""Owns who may use the copilot: accounts of the desk, by password or console session. Refuses visitors."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from bot.api.callers import cookie_name
from bot.api.limits import RateLimits
from bot.desk import accounts, sessions
from bot.desk.accounts import Account
from bot.errors import DeskError, SignInNeeded
from bot.settings import Settings
from bot.storage import clock
from bot.storage.engine import Database


@dataclass(frozen=True, slots=True)
class Door:
    """Checks against the desk's own accounts; nothing is kept here."""

    database: Database
    settings: Settings
    limits: RateLimits

    def by_password(self, email: str, password: str, address: str) -> Account | None:
        """The account, None when the password is wrong, the account disabled or too many were tried."""
        try:
            self.limits.sign_in(address, email)
            with self.database.snapshot() as tx:
                credential = accounts.find(tx, email)
            return accounts.check(credential, password)
        except DeskError:
            return None

    def by_session(self, cookies: str) -> Account | None:
        """The account of the console's session cookie, None without a valid one."""
        token = _cookie(cookies, cookie_name(self.settings))
        if token is None:
            return None
        try:
            with self.database.snapshot() as tx:
                return sessions.signed_in(tx, token, clock.now()).account
        except DeskError:
            return None

    def still(self, account_id: str) -> Account:
        """The account as it is now; SignInNeeded once it is disabled, NotFound once it is gone."""
        with self.database.snapshot() as tx:
            account = accounts.load(tx, account_id)
        if account.disabled:
            raise SignInNeeded("Your account was disabled.")
        return account


def _cookie(header: str, name: str) -> str | None:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return None
    return found.value if found is not None else None
