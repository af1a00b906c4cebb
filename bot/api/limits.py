"""Owns the rate limits per visitor, address, website and sign-in. Refuses to count anything for billing."""

from __future__ import annotations

import ipaddress
import math
import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from bot.errors import TooMany
from bot.settings import Settings

SIGN_INS_PER_ACCOUNT = 10
SIGN_INS_PER_NETWORK = 60
IPV6_NETWORK_BITS = 64


class RateLimits:
    """Counters in this process; each method counts one use and raises TooMany over the limit."""

    def __init__(self, settings: Settings) -> None:
        self._counter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._visitor = RateLimitItemPerMinute(settings.visitor_messages_per_minute, namespace="visitor")
        self._address = RateLimitItemPerMinute(settings.ip_requests_per_minute, namespace="address")
        self._site = RateLimitItemPerMinute(settings.site_messages_per_minute, namespace="site")
        self._account = RateLimitItemPerMinute(SIGN_INS_PER_ACCOUNT, namespace="account")
        self._network = RateLimitItemPerMinute(SIGN_INS_PER_NETWORK, namespace="network")

    def message(self, conversation_id: str, site: str) -> None:
        """A visitor sends a message; a visitor over its own limit does not use up the site's."""
        self._count(self._visitor, conversation_id, "You are sending messages very quickly.")
        self._count(self._site, site, "This website has very many conversations at the moment.")

    def request(self, address: str) -> None:
        """Somebody without a staff session makes a request."""
        self._count(self._address, network(address), "There are too many requests from your network.")

    def sign_in(self, address: str, email: str) -> None:
        """Somebody tries a password."""
        self._count(self._network, network(address), "There were too many sign-ins from your network.")
        self._count(self._account, email.strip().lower(), "There were too many sign-ins with this e-mail.")

    def _count(self, limit: RateLimitItem, who: str, sentence: str) -> None:
        if self._counter.hit(limit, who):
            return
        resets = self._counter.get_window_stats(limit, who).reset_time
        wait = max(1, math.ceil(resets - time.time()))
        raise TooMany(f"{sentence} Try again in {wait} s.", wait)


def network(address: str) -> str:
    """What counts as one sender: an IPv4 address, or the /64 of an IPv6 one, which one household owns."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, IPV6_NETWORK_BITS), strict=False))
