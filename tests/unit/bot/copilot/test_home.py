"""The folder Chainlit works in."""

from __future__ import annotations

import tomllib
from pathlib import Path

from bot.copilot import home


def test_settings_are_closed_and_origins_explicit(tmp_path: Path) -> None:
    home.prepare(tmp_path, ["http://127.0.0.1:8001", "https://copilot.example"], 'The "Best"\\Co', 12)
    told = tomllib.loads((tmp_path / ".chainlit" / "config.toml").read_text())
    assert told["project"]["allow_origins"] == ["http://127.0.0.1:8001", "https://copilot.example"]
    assert told["project"]["user_session_timeout"] == 12 * 3600
    assert told["UI"]["name"] == 'The "Best"\\Co copilot'
    assert told["features"]["unsafe_allow_html"] is False
    assert told["features"]["spontaneous_file_upload"]["enabled"] is False
    assert told["features"]["mcp"]["enabled"] is False


def test_every_start_has_a_secret_of_its_own(tmp_path: Path) -> None:
    first = home.prepare(tmp_path, [], "x", 1)
    second = home.prepare(tmp_path, [], "x", 1)
    assert len(first["CHAINLIT_AUTH_SECRET"]) >= 48
    assert first["CHAINLIT_AUTH_SECRET"] != second["CHAINLIT_AUTH_SECRET"]
    assert first["CHAINLIT_APP_ROOT"] == str(tmp_path)
    assert "DATABASE_URL" not in first
