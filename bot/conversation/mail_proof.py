"""Owns the words for how a conversation with mails began, and how it is known whose their address is.

Refuses to find out: channels does.
"""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """Where the conversation began."""

    EMAIL = "email"
    WIDGET = "widget"


class Proof(StrEnum):
    """How it is known that the address is its sender's: not at all, a trusted mail server passed it, it answered a mail
    that only its owner could read, the website vouched for it, the code from a mail to it was entered in the chat."""

    CLAIMED = "claimed"
    AUTHENTICATED = "authenticated"
    ANSWERED = "answered"
    VOUCHED = "vouched"
    CODE = "code"
