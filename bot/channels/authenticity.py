"""Owns whether a trusted mail server vouches for a From address. Refuses what the mail says of itself."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.channels.mail_address import domain_of
from bot.channels.read_mail import Head

_COMMENT = re.compile(r"\([^()]*\)")
_METHOD = re.compile(r"(?:^|;)\s*(dmarc|dkim|spf)\s*=\s*([a-z]+)([^;]*)", re.IGNORECASE)
_DOMAIN = {
    "dmarc": re.compile(r"header\.from\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE),
    "dkim": re.compile(r"header\.(?:d|i)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE),
    "spf": re.compile(r"smtp\.mailfrom\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE),
}


def authenticated(head: Head, trusted_servers: Collection[str]) -> bool:
    """True when the topmost result of a trusted server passed DMARC, or DKIM or SPF for the very domain of From.

    A server puts its result on top and takes out those that bear its name from outside (RFC 8601): whatever stands
    below the first one of it may be the sender's own writing.
    """
    if head.sender is None:
        return False
    for value in head.all("authentication-results"):
        server, _, results = _COMMENT.sub(" ", value).partition(";")
        if (server.split() or [""])[0].lower() in trusted_servers:
            return any(
                _passes(found[1], found[2], found[3], domain_of(head.sender)) for found in _METHOD.finditer(results)
            )
    return False


def _passes(method: str, result: str, properties: str, domain: str) -> bool:
    named = _DOMAIN[method.lower()].search(properties)
    return result.lower() == "pass" and named is not None and domain_of(named[1].lower()) == domain
