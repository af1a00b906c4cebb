"""Owns the removal of secrets from what people type, before it is stored, logged or sent anywhere.

Refuses to touch what an agent needs to help: order and tracking numbers, phones, e-mail addresses, serials.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.conversation.account_numbers import find_account_numbers
from bot.conversation.api_keys import find_api_keys
from bot.conversation.passwords import find_passwords
from bot.conversation.secret_span import SecretKind, SecretSpan


@dataclass(frozen=True, slots=True)
class Masked:
    """The text that may be kept, and the kinds of secrets that were taken out of it."""

    text: str
    kinds: frozenset[SecretKind]


def mask(text: str) -> Masked:
    """Replace each secret by a placeholder like `[card number removed]`. Linear in the length; idempotent."""
    spans = _without_overlaps((*find_account_numbers(text), *find_api_keys(text), *find_passwords(text)))
    pieces: list[str] = []
    kept = 0
    for span in spans:
        pieces += (text[kept : span.start], placeholder(span.kind))
        kept = span.end
    return Masked("".join((*pieces, text[kept:])), frozenset(span.kind for span in spans))


def placeholder(kind: SecretKind) -> str:
    """What stands in the text where a secret of this kind stood."""
    return f"[{kind} removed]"


def _without_overlaps(spans: Iterable[SecretSpan]) -> list[SecretSpan]:
    """In order of position; overlapping finds become one of the first's kind, so nothing shows through."""
    joined: list[SecretSpan] = []
    for span in sorted(spans, key=lambda found: (found.start, -found.end)):
        if joined and span.start < joined[-1].end:
            first = joined[-1]
            joined[-1] = SecretSpan(first.start, max(first.end, span.end), first.kind)
        else:
            joined.append(span)
    return joined
