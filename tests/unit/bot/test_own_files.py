"""Where the product looks for the files that come with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.assemble import assemble
from bot.errors import BadPolicy
from bot.pipeline import build_responder
from bot.settings import Settings

ROOT = Path(__file__).parents[3]


def test_another_working_folder_is_told_and_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings(data_dir=tmp_path / "data")
    with pytest.raises(BadPolicy) as refused:
        assemble(settings)
    assert refused.value.detail == (
        "ANSWERDESK_POLICIES_DIR: there is no data/policies.\n"
        "ANSWERDESK_CALIBRATION_FILE: there is no data/calibration.\n"
        f"Paths are looked for from the folder of the start, {tmp_path}: start in the folder of Answerdesk, or set "
        "these to where its files are."
    )
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(BadPolicy, match=r"ANSWERDESK_PROMPTS_DIR: there is no prompts\."):
        build_responder(settings.model_copy(update={"llm_model": "openai:small"}), tmp_path / "fitted.json")


def test_a_service_started_in_another_folder_leaves_nothing_there(tmp_path: Path) -> None:
    started = subprocess.run(
        [sys.executable, "-m", "bot", "serve", "--index", "own", "--data", "mine", "--port", "0"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert (started.returncode, started.stdout) == (2, "")
    assert f"from the folder of the start, {tmp_path}: " in started.stderr
    assert list(tmp_path.iterdir()) == []
