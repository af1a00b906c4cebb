"""Owns the rate limits per visitor, address, website, system and sign-in. Refuses to count anything for billing."""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable

from bot.api.sliding_window import SlidingWindow
from bot.errors import TooMany
from bot.settings import Settings

SIGN_INS_PER_ACCOUNT = 10
SIGN_INS_PER_NETWORK = 60
JUDGEMENTS_PER_NETWORK = 20
FILES_PER_NETWORK = 10
CONTACTS_PER_NETWORK = 10
REQUESTS_FOR_A_PERSON = 5
REQUESTS_OF_A_KNOWN = 6000
"""Of one account or one system: a help desk reports every message of every inbox it has."""
IPV6_NETWORK_BITS = 64


class RateLimits:
    """Counters in this process; each method counts one use and raises TooMany over the limit."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds; it never goes back."""
        self._visitor = SlidingWindow(settings.visitor_messages_per_minute, clock)
        self._address = SlidingWindow(settings.ip_requests_per_minute, clock)
        self._known = SlidingWindow(REQUESTS_OF_A_KNOWN, clock)
        self._site = SlidingWindow(settings.site_messages_per_minute, clock)
        self._account = SlidingWindow(SIGN_INS_PER_ACCOUNT, clock)
        self._network = SlidingWindow(SIGN_INS_PER_NETWORK, clock)
        self._person = SlidingWindow(REQUESTS_FOR_A_PERSON, clock)
        self._judgement = SlidingWindow(JUDGEMENTS_PER_NETWORK, clock)
        self._file = SlidingWindow(FILES_PER_NETWORK, clock)
        self._contact = SlidingWindow(CONTACTS_PER_NETWORK, clock)

    def message(self, conversation_id: str, site: str) -> None:
        """A visitor sends a message; a visitor over its own limit does not use up the site's."""
        _count(self._visitor, conversation_id, "You are sending messages very quickly.")
        _count(self._site, site, "This website has very many conversations at the moment.")

    def person(self, conversation_id: str, site: str) -> bool:
        """A visitor asks for a person, which is open to them when messages are not; true when messages are not.

        It counts for them, so that a busy website is no way around their limit.
        """
        _count(self._person, conversation_id, "You asked for a person several times.")
        return bool(self._visitor.use(conversation_id)) or bool(self._site.use(site))

    def request(self, address: str) -> None:
        """A visitor makes a request, or somebody who has not shown who they are."""
        _count(self._address, network(address), "There are too many requests from your network.")

    def known(self, name: str) -> None:
        """Staff or another system makes a request and has shown who it is; `name` is that account's or system's."""
        _count(self._known, name, "There are too many requests of this account or system.")

    def judgement(self, address: str) -> None:
        """Somebody says whether an article was useful."""
        _count(self._judgement, network(address), "Many people of your network said so just now.")

    def file(self, address: str) -> None:
        """A visitor sends a file."""
        _count(self._file, network(address), "There were many files from your network just now.")

    def contact(self, address: str) -> None:
        """A visitor gives an address or enters the code that was sent there."""
        _count(self._contact, network(address), "There were many addresses from your network just now.")

    def sign_in(self, address: str, email: str) -> None:
        """Somebody tries a password."""
        _count(self._network, network(address), "There were too many sign-ins from your network.")
        _count(self._account, email.strip().lower(), "There were too many sign-ins with this e-mail.")


def network(address: str) -> str:
    """What counts as one sender: an IPv4 address, or the /64 of an IPv6 one, which one household owns."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, IPV6_NETWORK_BITS), strict=False))


def _count(window: SlidingWindow, who: str, sentence: str) -> None:
    seconds = window.use(who)
    if seconds:
        wait = max(1, math.ceil(seconds))
        raise TooMany(f"{sentence} Try again in {wait} s.", wait)
