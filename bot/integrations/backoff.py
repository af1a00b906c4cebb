"""Owns when a failed delivery is tried again: ten tries in some 75 hours. Refuses to know what is sent."""

from __future__ import annotations

from zlib import crc32

# Standard Webhooks' recommended schedule, seconds from one try to the next.
DELAYS = (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
TRIES = len(DELAYS) + 1
JITTER = 0.1


def delay(attempts: int, key: str) -> float | None:
    """Seconds until the next try after `attempts` failed ones (at least 1); None when they are used up.

    Up to a tenth is added, by a hash of the key: many tickets of one outage do not come back at one moment,
    and the same ticket always gets the same schedule.
    """
    if attempts >= TRIES:
        return None
    share = crc32(f"{key}:{attempts}".encode()) / 2**32
    return DELAYS[attempts - 1] * (1 + JITTER * share)
