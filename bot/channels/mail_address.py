"""Owns which e-mail addresses may be written to, in one plain form. Refuses quoted, foreign and list-like ones."""

from __future__ import annotations

import re

LONGEST = 254
LONGEST_HEADER = 2000
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"')
_BRACKETS = re.compile(r"<([^<>]*+)>")
_COMMENT = re.compile(r"\([^()]*+\)")
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
    found = (usable(match[0]) for match in PLAIN.finditer(header[:LONGEST_HEADER].lower()))
    return tuple(address for address in found if address is not None)


def only_one(headers: list[str]) -> str | None:
    """The address of a From header; None when there are several, or it names several, or none that is usable.

    Python's own reader of addresses goes as deep as comments are nested, and finds more than one where there is one.
    """
    if len(headers) != 1 or len(headers[0]) > LONGEST_HEADER:
        return None
    bare = _QUOTED.sub(" ", headers[0])
    in_brackets = _BRACKETS.findall(bare)
    if len(in_brackets) > 1:
        return None
    return usable(in_brackets[0] if in_brackets else _COMMENT.sub(" ", bare))


def tagged(address: str, tag: str) -> str:
    """`support@shop.example` and `t` give `support+t@shop.example`."""
    local, _, domain = address.partition("@")
    return f"{local}+{tag}@{domain}"


def tag_of(address: str, own: str) -> str | None:
    """The tag in an address made by `tagged` from `own`; None for any other."""
    local, _, domain = own.partition("@")
    found = re.fullmatch(rf"{re.escape(local)}\+([a-z0-9]{{1,64}})@{re.escape(domain)}", address)
    return found[1] if found else None
