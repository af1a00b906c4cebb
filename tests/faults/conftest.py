"""Owns what the tests of delivery begin with. Refuses to start anything."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.handoff.policies import HandoffPolicies, read_policies
from tests.faults.deliverer import ROOT


@pytest.fixture(scope="module")
def policies() -> HandoffPolicies:
    """What the content team decides, as it is."""
    return read_policies(ROOT / "data" / "policies")


@pytest.fixture
def path(migrated_file: Path, tmp_path: Path) -> Path:
    """A fresh database for a process of its own."""
    return Path(shutil.copy(migrated_file, tmp_path / "outbox.db"))
