"""Where the product looks for the files that come with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.assemble import assemble
from bot.errors import BadPolicy
from bot.pipeline import build_responder
from bot.settings import Settings


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
