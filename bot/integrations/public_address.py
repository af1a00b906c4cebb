"""Owns which address a call to another system may go to: one look-up, and that very address is connected to.

Refuses a public name that leads inside, whoever has control of it meanwhile. What the operator wrote as an address, or
as a name that only their own network has, is meant.
"""

from __future__ import annotations

import ipaddress
import re
import socket

_OWN_NAME = re.compile(r"[^.]+|.+\.(?:internal|local|lan|home\.arpa|localhost)", re.IGNORECASE)
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 in whose last four bytes a translator finds an IPv4 address."""


class AddressNotPublic(OSError):
    """A public name leads to an address inside."""


def address_of(host: str, port: int) -> str:
    """The address to connect to; AddressNotPublic where it is not one of the public internet, OSError where there is
    none."""
    if _is_address(host):
        return host
    found = str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])
    if not (_OWN_NAME.fullmatch(host.rstrip(".")) or is_public(found)):
        raise AddressNotPublic
    return found


def is_public(address: str) -> bool:
    """One host of the public internet."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF) if found in _TRANSLATED else found.sixtofour
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
