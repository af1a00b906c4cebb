"""Owns that a broken policy file is refused with its name, the entry and what to mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.decision.policy import Action, read_sensitive
from bot.errors import BadPolicy

ENTRY = """
categories:
  - id: press
    label: Press
    action: hand_off
    expressions: ['\\bpress\\b']
    exemplars: [I am a journalist]
lookalikes: [How do I press it]
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sensitive.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_entry_is_read(tmp_path: Path) -> None:
    policy = read_sensitive(written(tmp_path, ENTRY.replace("    label", "    score_from: 0.4\n    label")))
    assert (policy.categories[0].action, policy.categories[0].score_from) == (Action.HAND_OFF, 0.4)
    assert policy.category("press") is policy.categories[0]
    assert policy.category("other") is None


def test_without_a_floor_the_calibration_decides(tmp_path: Path) -> None:
    assert read_sensitive(written(tmp_path, ENTRY)).categories[0].score_from is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("action: hand_off", "action: shout", "press: action must be"),
        ("'\\bpress\\b'", "'(press'", "press: bad expression"),
        ("    label: Press\n", "", "'label' is missing"),
        ("[I am a journalist]", "[]", "'exemplars' is missing or empty"),
        ("lookalikes: [How do I press it]", "", "'lookalikes' is missing"),
        ("    label: Press", "    score_from: high\n    label: Press", "press: score_from must be a number"),
        ("    label: Press", "    score_from: true\n    label: Press", "press: score_from must be a number"),
        ("categories:", "categories: [", "is not valid YAML"),
    ],
)
def test_a_broken_entry_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in ENTRY
    with pytest.raises(BadPolicy, match=r"sensitive\.yaml") as caught:
        read_sensitive(written(tmp_path, ENTRY.replace(old, new)))
    assert said in str(caught.value)


def test_a_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match="must be a mapping"):
        read_sensitive(written(tmp_path, "- one\n"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match=r"sensitive\.yaml: cannot be read"):
        read_sensitive(tmp_path / "sensitive.yaml")
