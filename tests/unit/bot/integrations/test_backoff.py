"""Ten tries over about 75 hours, spread a little, always the same for the same ticket."""

from __future__ import annotations

import pytest

from bot.integrations.backoff import DELAYS, TRIES, delay

HOUR = 3600


def test_ten_tries_take_about_75_hours() -> None:
    waits = [delay(attempts, "ticket.created:1") for attempts in range(1, TRIES)]
    assert len(waits) + 1 == 10
    assert 75 * HOUR <= sum(wait for wait in waits if wait) <= 84 * HOUR
    assert delay(TRIES, "ticket.created:1") is None


@pytest.mark.parametrize("attempts", range(1, TRIES))
def test_waits_are_spread_by_at_most_a_tenth(attempts: int) -> None:
    waits = [delay(attempts, f"ticket.created:{number}") or 0 for number in range(500)]
    nominal = DELAYS[attempts - 1]
    assert nominal <= min(waits) < nominal * 1.01
    assert nominal * 1.09 < max(waits) <= nominal * 1.1
    assert delay(attempts, "same") == delay(attempts, "same")
