"""Owns reading the signed token by which a website vouches for a customer. Refuses an e-mail as proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.errors import SignInNeeded
from bot.storage import clock

ALGORITHM = "HS256"
LONGEST_SECONDS = timedelta(hours=1).total_seconds()
CLOCK_SKEW_SECONDS = 60
REQUIRED = ["sub", "aud", "exp"]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the website says the visitor is; `external_id` is its own customer number."""

    external_id: str
    name: str = ""
    email: str = ""
    region: str | None = None
    plan: str | None = None
    language: str | None = None


def verify(token: str, keys: Sequence[str], audience: str, now: str) -> Identity:
    """The identity in an HS256 token signed with one of `keys`, valid at `now` (ISO UTC) for at most an hour.

    SignInNeeded for anything else; the detail never repeats the token.
    """
    claims = _signed_claims(token, keys, audience)
    _check_times(claims, clock.read(now).timestamp())
    return _identity(claims)


def _signed_claims(token: str, keys: Sequence[str], audience: str) -> Mapping[str, Any]:
    import jwt  # noqa: PLC0415 - slow, and only for desks whose websites vouch for customers

    # Times are checked by _check_times, against the caller's clock.
    options: Any = {"require": REQUIRED, "verify_exp": False, "verify_nbf": False, "verify_iat": False}
    for key in keys:
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token, key, algorithms=[ALGORITHM], audience=audience, options=options
            )
        except jwt.InvalidTokenError:
            continue
        return claims
    raise SignInNeeded("The identity token is not signed for this desk.")


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    times = {name: claims.get(name, now) for name in ("exp", "nbf", "iat")}
    if not all(isinstance(moment, int | float) for moment in times.values()):
        raise SignInNeeded("The identity token's times are not numbers.")
    if times["exp"] <= now:
        raise SignInNeeded("The identity token has expired; the website must make a new one.")
    if times["exp"] > now + LONGEST_SECONDS + CLOCK_SKEW_SECONDS:
        raise SignInNeeded("The identity token is valid for more than an hour.")
    if max(times["nbf"], times["iat"]) > now + CLOCK_SKEW_SECONDS:
        raise SignInNeeded("The identity token is not valid yet.")


def _identity(claims: Mapping[str, Any]) -> Identity:
    subject = claims["sub"].strip()
    if not subject:
        raise SignInNeeded("The identity token names no customer.")
    return Identity(
        external_id=subject,
        name=_said(claims, "name") or "",
        email=_said(claims, "email") or "",
        region=_said(claims, "region"),
        plan=_said(claims, "plan"),
        language=_said(claims, "language"),
    )


def _said(claims: Mapping[str, Any], name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) and value else None
