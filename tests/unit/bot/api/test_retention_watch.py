"""The round looks every second, but not again at once after it failed."""

from __future__ import annotations

from typing import Any

import pytest

from bot.api import retention_watch
from bot.api.retention_watch import AFTER_FAILURE_SECONDS, RetentionWatch
from bot.errors import Unavailable
from bot.privacy.retention_policy import RetentionPolicy


def test_a_full_disk_is_not_filled_every_second(monkeypatch: pytest.MonkeyPatch) -> None:
    service: Any = None
    watch, now, looks = RetentionWatch(service, RetentionPolicy(3, {})), [100.0], []

    def full(*_: object) -> None:
        looks.append(now[0])
        raise Unavailable("What was erased could not be overwritten yet: disk is full.")

    monkeypatch.setattr(retention_watch.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(retention_watch, "look", full)
    with pytest.raises(Unavailable):
        watch.look()
    now[0] += AFTER_FAILURE_SECONDS - 1
    assert watch.look() is False
    monkeypatch.setattr(retention_watch, "look", lambda *_: looks.append(now[0]))
    for _ in range(3):
        now[0] += 1
        watch.look()
    assert looks == [100.0, 130.0, 131.0, 132.0]
