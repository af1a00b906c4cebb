"""Owns the shipped policies and the screen built from them on the real encoder. Refuses stand-ins for either."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.decision.policy import SensitivePolicy, SmallTalkPolicy, read_sensitive, read_small_talk
from bot.decision.sensitive import SensitiveScreen
from eval.vector_memory import RememberingEncoder
from kb_ingest import embedder

ROOT = Path(__file__).parents[4]
POLICIES = ROOT / "data" / "policies"
HELD = Path(__file__).with_name("held_sentences.txt")
HARMLESS = "harmless"
THRESHOLD = 0.25
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
    encoder = RememberingEncoder(embedder.load(), KEPT)
    yield encoder
    encoder.keep()


@pytest.fixture(scope="session")
def screen(sensitive_policy: SensitivePolicy, remembering: RememberingEncoder) -> SensitiveScreen:
    """The screen as the service builds it, with the public titles as background."""
    return SensitiveScreen(sensitive_policy, remembering, remembering, public_titles(), THRESHOLD)


@pytest.fixture(scope="session")
def held() -> dict[str, list[str]]:
    """Sentences per category that no exemplar repeats, and harmless ones."""
    groups: dict[str, list[str]] = {}
    for line in HELD.read_text(encoding="utf-8").splitlines():
        if line.startswith("# ") and ":" not in line:
            groups[line[2:]] = []
        elif line and not line.startswith("#"):
            groups[list(groups)[-1]].append(line)
    return groups


def public_titles() -> list[str]:
    """Titles of the sample base's articles outside the internal folder."""
    paths = [p for p in sorted((ROOT / "data" / "kb").rglob("*.md")) if "internal" not in p.parts]
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()[:5]]
    return [line.removeprefix("title:").strip(' "') for line in lines if line.startswith("title:")]
