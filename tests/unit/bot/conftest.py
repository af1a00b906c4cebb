"""Owns the policies as shipped, read once for every test of the desk."""

from __future__ import annotations

import pytest

from bot.decision.small_talk_policy import SmallTalkPolicy, read_small_talk
from bot.handoff.policies import HandoffPolicies, read_policies
from tests.conftest import ROOT

SHIPPED = ROOT / "data" / "policies"


@pytest.fixture(scope="session")
def policies() -> HandoffPolicies:
    """Teams, times, hours and words."""
    return read_policies(SHIPPED)


@pytest.fixture(scope="session")
def words() -> SmallTalkPolicy:
    """What small talk is, and is answered with."""
    return read_small_talk(SHIPPED / "small_talk.yaml")
