"""Rate limits: who is counted together, and when the next try succeeds."""

from __future__ import annotations

import time

import pytest

from bot.api.limits import SIGN_INS_PER_ACCOUNT, RateLimits, network
from bot.errors import TooMany
from bot.settings import Settings


def _limits(**given: int) -> RateLimits:
    return RateLimits(Settings(**given))


def test_a_visitor_over_its_limit_does_not_stop_another() -> None:
    limits = _limits(visitor_messages_per_minute=2)
    limits.message("one", "shop")
    limits.message("one", "shop")
    with pytest.raises(TooMany) as refused:
        limits.message("one", "shop")
    assert 1 <= refused.value.retry_after <= 60
    limits.message("two", "shop")


def test_refused_messages_do_not_use_up_the_sites_allowance() -> None:
    limits = _limits(visitor_messages_per_minute=1, site_messages_per_minute=3)
    for _ in range(20):
        try:
            limits.message("flooder", "shop")
        except TooMany:
            continue
    limits.message("two", "shop")
    limits.message("three", "shop")
    with pytest.raises(TooMany, match="website"):
        limits.message("four", "shop")
    limits.message("five", "another shop")


def test_an_address_is_counted_over_all_its_conversations() -> None:
    limits = _limits(ip_requests_per_minute=3)
    for _ in range(3):
        limits.request("203.0.113.7")
    with pytest.raises(TooMany):
        limits.request("203.0.113.7")
    limits.request("203.0.113.8")


def test_one_ipv6_household_is_one_sender() -> None:
    assert network("2001:db8:1:2:aaaa::1") == network("2001:db8:1:2:bbbb::2")
    assert network("2001:db8:1:2::1") != network("2001:db8:1:3::1")
    assert network("203.0.113.7") == "203.0.113.7"
    assert network("testclient") == "testclient"


def test_passwords_of_one_account_cannot_be_tried_from_many_addresses() -> None:
    limits = _limits()
    for at in range(SIGN_INS_PER_ACCOUNT):
        limits.sign_in(f"203.0.113.{at}", "Agent@Example.com")
    with pytest.raises(TooMany):
        limits.sign_in("203.0.113.99", "agent@example.com ")
    limits.sign_in("203.0.113.99", "other@example.com")


def test_after_the_named_wait_a_message_is_let_through() -> None:
    now = time.monotonic()
    limits = RateLimits(Settings(visitor_messages_per_minute=5), lambda: now)
    for _ in range(5):
        limits.message("one", "shop")
    with pytest.raises(TooMany) as refused:
        limits.message("one", "shop")
    now += refused.value.retry_after
    limits.message("one", "shop")
