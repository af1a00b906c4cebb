"""Owns which e-mail addresses may be written to, in one plain form. Refuses quoted, foreign and list-like ones."""

from __future__ import annotations

import re
from email.utils import getaddresses

LONGEST = 254
# A dot-atom of ASCII alone: whatever stands in an address is shown to its owner, and must not be a message.
PLAIN = re.compile(r"(?P<local>[a-z0-9!#$%&'*+/=?^_{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_{|}~-]+)*)@(?P<domain>[a-z0-9.-]+)")
DOMAIN = re.compile(r"(?=.{3,190}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


def usable(text: str) -> str | None:
    """The address in lower case if mail may be sent to it, else None."""
    address = text.strip().lower()
    found = PLAIN.fullmatch(address)
    if found is None or len(address) > LONGEST or len(found["local"]) > 64 or not DOMAIN.fullmatch(found["domain"]):
        return None
    return address


def domain_of(address: str) -> str:
    """What stands behind the last `@`."""
    return address.rpartition("@")[2]


def all_in(header: str) -> tuple[str, ...]:
    """Every usable address of a header such as To, without names."""
    return tuple(address for _, text in getaddresses([header]) if (address := usable(text)))


def only_one(headers: list[str]) -> str | None:
    """The address of a From header; None when there are several, or it names several, or none that is usable."""
    named = getaddresses(headers) if len(headers) == 1 else []
    return usable(named[0][1]) if len(named) == 1 else None


def tagged(address: str, tag: str) -> str:
    """`support@shop.example` and `t` give `support+t@shop.example`."""
    local, _, domain = address.partition("@")
    return f"{local}+{tag}@{domain}"


def tag_of(address: str, own: str) -> str | None:
    """The tag in an address made by `tagged` from `own`; None for any other."""
    local, _, domain = own.partition("@")
    found = re.fullmatch(rf"{re.escape(local)}\+([a-z0-9]{{1,64}})@{re.escape(domain)}", address)
    return found[1] if found else None
