"""Owns reading the signed token by which a website vouches for a customer. Refuses an e-mail as proof."""

from __future__ import annotations

import base64
import json
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from bot.errors import BadPolicy, SignInNeeded
from bot.settings import LANGUAGE, Settings
from bot.storage import clock
from bot.storage.clean_text import storable

ALGORITHM = "HS256"
LONGEST_SECONDS = timedelta(hours=1).total_seconds()
CLOCK_SKEW_SECONDS = 60
REQUIRED = ["sub", "aud", "exp"]
LONGEST_TOKEN = 4096
LONGEST_SUBJECT = 200
NUMBER_RULE = f"must be 1 to {LONGEST_SUBJECT} characters that can be seen, without spaces around them."
LONGEST_VALUE = 200
SHORTEST_KEY_BYTES = 32
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
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


TOLD = ("name", "email", "region", "plan", "language", "tier")
"""What may be said of a customer besides the number."""


class Fault(StrEnum):
    """Why a token is refused, as an operator counts it."""

    FORM = "form"
    KEY = "key"
    ALGORITHM = "algorithm"
    AUDIENCE = "audience"
    CLAIM_MISSING = "claim_missing"
    TIME = "time"
    CUSTOMER = "customer"


class BadToken(SignInNeeded):
    """The token proves nothing; the detail says to the website's developer why, and never repeats the token."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(f"The identity token {detail}")
        self.fault = fault


def check_settings(settings: Settings) -> None:
    """BadPolicy for a key that somebody could find by trying, and for a desk that would let nobody in."""
    for name, keys in (("IDENTITY", settings.identity_keys), ("SERVICE", settings.service_keys)):
        if any(len(key.get_secret_value().encode()) < SHORTEST_KEY_BYTES for key in keys):
            raise BadPolicy(
                f"ANSWERDESK_{name}_KEYS: each key must have {SHORTEST_KEY_BYTES} bytes or more; make one with "
                "`openssl rand -hex 32`."
            )
    if settings.identity_required and not settings.identity_keys:
        raise BadPolicy(
            "ANSWERDESK_IDENTITY_REQUIRED: nobody could sign in, as ANSWERDESK_IDENTITY_KEYS is empty; "
            "name a key there, or take this setting away."
        )


def verify(token: str, keys: Sequence[str], audience: str, now: str) -> Identity:
    """The identity in an HS256 token signed with one of `keys`, valid at `now` (ISO UTC) for at most an hour.

    BadToken for anything else.
    """
    if len(token) > LONGEST_TOKEN:
        raise BadToken(Fault.FORM, "is too long.")
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
        except jwt.InvalidSignatureError:
            continue
        except (jwt.InvalidTokenError, UnicodeError, RecursionError) as error:
            raise _bad(error) from error
        _check_unambiguous(token)
        return claims
    raise BadToken(Fault.KEY, "is not signed with a key of this desk (ANSWERDESK_IDENTITY_KEYS).")


def _bad(error: Exception) -> BadToken:
    """What PyJWT found. Of what the token says, only once its signature held."""
    found = {
        "InvalidAlgorithmError": (Fault.ALGORITHM, f"must be signed with {ALGORITHM}."),
        "InvalidAudienceError": (Fault.AUDIENCE, "is for another desk: its `aud` is not ANSWERDESK_IDENTITY_AUDIENCE."),
        "MissingRequiredClaimError": (Fault.CLAIM_MISSING, f"lacks one of {', '.join(REQUIRED)}."),
        "InvalidSubjectError": (Fault.CUSTOMER, "has a `sub` that is no text: write a number in quotes."),
    }
    return BadToken(*found.get(type(error).__name__, (Fault.FORM, "is no signed JWT.")))


def _check_unambiguous(token: str) -> None:
    """One program reads a name that stands twice as the first, another as the last: refused, though signed."""
    for part in token.split(".")[:2]:
        text = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        json.loads(text, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadToken(Fault.FORM, "says one thing twice.")
    return found


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    times = {name: _moment(claims.get(name, now)) for name in ("exp", "nbf", "iat")}
    if times["exp"] <= now:
        raise BadToken(Fault.TIME, "has expired; the website must make a new one.")
    if times["exp"] > now + LONGEST_SECONDS + CLOCK_SKEW_SECONDS:
        raise BadToken(Fault.TIME, "is valid for more than an hour.")
    if times["iat"] < now - LONGEST_SECONDS - CLOCK_SKEW_SECONDS:
        raise BadToken(Fault.TIME, "is older than an hour; the website must make a new one.")
    if max(times["nbf"], times["iat"]) > now + CLOCK_SKEW_SECONDS:
        raise BadToken(Fault.TIME, "is not valid yet.")


def _moment(value: object) -> int | float:
    """Python's JSON knows NaN, which is neither before nor after anything, and its booleans are numbers."""
    odd = isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value))
    if odd or not isinstance(value, int | float):
        raise BadToken(Fault.TIME, "has times that are not numbers.")
    return value


def _identity(claims: Mapping[str, Any]) -> Identity:
    told = Identity(
        external_id=claims["sub"],
        name=_said(claims, "name") or "",
        email=_said(claims, "email") or "",
        region=_said(claims, "region"),
        plan=_said(claims, "plan"),
        language=_said(claims, "language"),
        tier=_said(claims, "tier"),
    )
    wrong = problem(told, "sub")
    if wrong:
        raise BadToken(Fault.CUSTOMER, f"says who it is in a way that cannot be kept: {wrong}")
    return told


def problem(told: Identity, number: str) -> str:
    """What is wrong with what is said of a customer, empty for nothing; `number` is what the number is called there."""
    if not can_be_a_number(told.external_id):
        return f"{number} {NUMBER_RULE}"
    for name in TOLD:
        value = getattr(told, name) or ""
        if len(value) > LONGEST_VALUE or value != storable(value):
            return f"{name} must have at most {LONGEST_VALUE} characters, all of which can be stored."
    if told.email and not _EMAIL.fullmatch(told.email):
        return "email is not an address."
    if told.language and not LANGUAGE.fullmatch(told.language):
        return "language must be a code like en or pt-BR."
    return ""


def can_be_a_number(value: str) -> bool:
    """Whether it can name a customer as the website has it: trimmed or cleaned, one's could become another's."""
    seen = not any(unicodedata.category(letter) in _UNSEEN for letter in value)
    return seen and value == value.strip() and 0 < len(value) <= LONGEST_SUBJECT


def _said(claims: Mapping[str, Any], name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) and value else None
