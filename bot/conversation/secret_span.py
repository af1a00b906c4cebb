"""Owns what a found secret is: its kind and where it stands in a text. Refuses to look for any."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SecretKind(StrEnum):
    """What must never be stored; the value is what the reader sees in its place."""

    CARD = "card number"
    CARD_CODE = "card security code"
    IBAN = "IBAN"
    NATIONAL_ID = "social security number"
    PASSWORD = "password"  # noqa: S105
    KEY = "secret key"


@dataclass(frozen=True, slots=True)
class SecretSpan:
    """`text[start:end]` is the secret itself, without the words round it."""

    start: int
    end: int
    kind: SecretKind
