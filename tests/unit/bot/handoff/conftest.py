"""Owns what the handoff tests share: the shipped policies and short ways to write conversations."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.handoff.policies import HandoffPolicies, read_policies


@pytest.fixture(scope="session")
def policies() -> HandoffPolicies:
    return read_policies(Path(__file__).parents[4] / "data" / "policies")
