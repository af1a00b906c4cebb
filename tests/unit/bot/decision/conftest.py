"""Owns the shipped policies and the screen built from them on the real encoder. Refuses stand-ins for either."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.decision.policy import SensitivePolicy, read_sensitive
from bot.decision.screen_fit import SCREEN_FIT_FILE, ScreenFit, read_screen_fit
from bot.decision.sensitive import SensitiveScreen
from bot.decision.small_talk_policy import SmallTalkPolicy, read_small_talk
from eval.vector_memory import RememberingEncoder
from tests.served import encoder

ROOT = Path(__file__).parents[4]
POLICIES = ROOT / "data" / "policies"
HELD = Path(__file__).with_name("held_sentences.txt")
ASKS = Path(__file__).with_name("asks_person_held.txt")
CARE = Path(__file__).with_name("care_held.txt")
TROUBLE = Path(__file__).with_name("troubleshooting_held.txt")
FIRST_MESSAGES = Path(__file__).with_name("first_messages_held.txt")
HARMLESS = "harmless"
KEPT = ROOT / "var" / "test-decision"
"""A data folder whose vectors outlive the run: the policy's texts are encoded once per machine."""


@pytest.fixture(scope="session")
def sensitive_policy() -> SensitivePolicy:
    """The topics that ship."""
    return read_sensitive(POLICIES / "sensitive.yaml")


@pytest.fixture(scope="session")
def small_talk() -> SmallTalkPolicy:
    """The small talk that ships."""
    return read_small_talk(POLICIES / "small_talk.yaml")


@pytest.fixture(scope="session")
def remembering() -> Iterator[RememberingEncoder]:
    """The real encoder; what it gave is kept on disk, so that a text is encoded once per machine."""
    real = RememberingEncoder(encoder(), KEPT)
    yield real
    real.keep()


@pytest.fixture(scope="session")
def fitted() -> ScreenFit:
    """The coefficients that ship."""
    return read_screen_fit(POLICIES / SCREEN_FIT_FILE)


@pytest.fixture(scope="session")
def screen(
    sensitive_policy: SensitivePolicy, remembering: RememberingEncoder, fitted: ScreenFit
) -> SensitiveScreen:
    """The screen as the service builds it."""
    return SensitiveScreen(sensitive_policy, remembering, remembering, fitted)


@pytest.fixture(scope="session")
def held() -> dict[str, list[str]]:
    """Sentences per category that no exemplar repeats, and harmless ones."""
    return groups_of(HELD)


@pytest.fixture(scope="session")
def asks() -> dict[str, list[str]]:
    """Asks for a person in many voices, and harmless messages that share their words."""
    return groups_of(ASKS)


@pytest.fixture(scope="session")
def care() -> dict[str, list[str]]:
    """Customers who need a person's care, and ordinary questions that mention a disability, an illness or age."""
    return groups_of(CARE)


@pytest.fixture(scope="session")
def trouble() -> dict[str, list[str]]:
    """Ordinary trouble with a device in words of danger, first messages and follow-ups, and dangers in such words."""
    return groups_of(TROUBLE)


@pytest.fixture(scope="session")
def first_messages() -> dict[str, list[str]]:
    """What customers write first, by people who knew neither the articles nor the policy."""
    return groups_of(FIRST_MESSAGES)


def groups_of(path: Path) -> dict[str, list[str]]:
    """The sentences of a file by the heading they stand under."""
    groups: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# ") and ":" not in line and "`" not in line:
            groups[line[2:]] = []
        elif line and not line.startswith("#"):
            groups[list(groups)[-1]].append(line)
    return groups
