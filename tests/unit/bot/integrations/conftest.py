"""Owns a real help desk on loopback that answers as a test tells it to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.integrations.webhook import Endpoint
from tests.help_desk import HelpDesk


@pytest.fixture
def desk() -> Iterator[HelpDesk]:
    with HelpDesk() as running:
        yield running


@pytest.fixture
def receiver(desk: HelpDesk) -> Endpoint:
    return desk.endpoint
