"""Owns reading the signed token by which a website vouches for a customer. Refuses an e-mail as proof."""

from __future__ import annotations

import base64
import json
import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.errors import BadPolicy, SignInNeeded
from bot.storage import clock

ALGORITHM = "HS256"
LONGEST_SECONDS = timedelta(hours=1).total_seconds()
CLOCK_SKEW_SECONDS = 60
REQUIRED = ["sub", "aud", "exp"]
LONGEST_TOKEN = 4096
LONGEST_SUBJECT = 200
NUMBER_RULE = f"must be 1 to {LONGEST_SUBJECT} characters that can be seen, without spaces around them."
SHORTEST_KEY_BYTES = 32
# Control characters, format characters and halves of one: storing them could make two numbers one.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the website says the visitor is; `external_id` is its own customer number."""

    external_id: str
    name: str = ""
    email: str = ""
    region: str | None = None
    plan: str | None = None
    language: str | None = None
    tier: str | None = None


def check_keys(keys: Sequence[str]) -> None:
    """BadPolicy for a key that is too short to trust a signature by."""
    if not all(is_long_enough(key) for key in keys):
        raise BadPolicy(f"ANSWERDESK_IDENTITY_KEYS: each key must have {SHORTEST_KEY_BYTES} bytes or more.")


def is_long_enough(key: str) -> bool:
    """Whether nobody finds the key by trying it on a token that it signed."""
    return len(key.encode()) >= SHORTEST_KEY_BYTES


def verify(token: str, keys: Sequence[str], audience: str, now: str) -> Identity:
    """The identity in an HS256 token signed with one of `keys`, valid at `now` (ISO UTC) for at most an hour.

    SignInNeeded for anything else; the detail never repeats the token.
    """
    if len(token) > LONGEST_TOKEN:
        raise SignInNeeded("The identity token is too long.")
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
        except (jwt.InvalidTokenError, UnicodeError, RecursionError):
            continue
        _check_unambiguous(token)
        return claims
    raise SignInNeeded("The identity token is not signed for this desk.")


def _check_unambiguous(token: str) -> None:
    """One program reads a name that stands twice as the first, another as the last: refused, though signed."""
    for part in token.split(".")[:2]:
        text = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        json.loads(text, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise SignInNeeded("The identity token says one thing twice.")
    return found


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    times = {name: _moment(claims.get(name, now)) for name in ("exp", "nbf", "iat")}
    if times["exp"] <= now:
        raise SignInNeeded("The identity token has expired; the website must make a new one.")
    if times["exp"] > now + LONGEST_SECONDS + CLOCK_SKEW_SECONDS:
        raise SignInNeeded("The identity token is valid for more than an hour.")
    if times["iat"] < now - LONGEST_SECONDS - CLOCK_SKEW_SECONDS:
        raise SignInNeeded("The identity token is older than an hour; the website must make a new one.")
    if max(times["nbf"], times["iat"]) > now + CLOCK_SKEW_SECONDS:
        raise SignInNeeded("The identity token is not valid yet.")


def _moment(value: object) -> int | float:
    """Python's JSON knows NaN, which is neither before nor after anything, and its booleans are numbers."""
    odd = isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value))
    if odd or not isinstance(value, int | float):
        raise SignInNeeded("The identity token's times are not numbers.")
    return value


def _identity(claims: Mapping[str, Any]) -> Identity:
    return Identity(
        external_id=_subject(claims["sub"]),
        name=_said(claims, "name") or "",
        email=_said(claims, "email") or "",
        region=_said(claims, "region"),
        plan=_said(claims, "plan"),
        language=_said(claims, "language"),
        tier=_said(claims, "tier"),
    )


def can_be_a_number(value: str) -> bool:
    """Whether it can name a customer as the website has it: trimmed or cleaned, one's could become another's."""
    seen = not any(unicodedata.category(letter) in _UNSEEN for letter in value)
    return seen and value == value.strip() and 0 < len(value) <= LONGEST_SUBJECT


def _subject(value: str) -> str:
    if not can_be_a_number(value):
        raise SignInNeeded(f"The identity token's customer number: {NUMBER_RULE}")
    return value


def _said(claims: Mapping[str, Any], name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) and value else None
