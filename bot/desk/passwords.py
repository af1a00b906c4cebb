"""Owns password hashes (argon2id). Refuses to store or compare a password in any other form."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.errors import BadRequest

SHORTEST = 10
LONGEST = 1024
# Sized for a two-core machine: OWASP's second recommended setting (19 MiB, 2 passes, 1 lane).
PASSES = 2
KIBIBYTES = 19 * 1024


def hash_password(password: str) -> str:
    """The argon2id hash to store; BadRequest for a password that is too short or absurdly long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadRequest(f"A password has {SHORTEST} to {LONGEST} characters.")
    return _hasher().hash(password)


def matches(stored: str | None, password: str) -> bool:
    """True when `password` is the one behind `stored`; with no stored hash, false after the same time."""
    if len(password) > LONGEST:
        return False
    try:
        _hasher().verify(stored or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=PASSES, memory_cost=KIBIBYTES, parallelism=1)


@cache
def _nobody() -> str:
    """A hash that costs an unknown e-mail the same time as a wrong password."""
    return _hasher().hash("nobody has this password")
