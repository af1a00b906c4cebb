"""Owns the folder Chainlit works in: settings, theme, logo, secret. Refuses the repository as that folder."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

FILES = Path(__file__).parent / "home"
CONFIG = "config.toml"
ORIGINS = "@ORIGINS@"
COMPANY = "@COMPANY@"
SESSION_SECONDS = "@SESSION_SECONDS@"
SECRET_BYTES = 48


def prepare(home: Path, origins: Sequence[str], company: str, session_hours: int) -> Mapping[str, str]:
    """Lay the folder out anew; the environment variables Chainlit must see before it is imported.

    The secret is new at every start: a restart signs everybody out of the copilot, and no key lies on the disk.
    """
    config = home / ".chainlit" / CONFIG
    config.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = (FILES / CONFIG).read_text(encoding="utf-8")
    named = ", ".join(f'"{origin}"' for origin in origins)
    for mark, value in ((ORIGINS, named), (COMPANY, _quoted(company)), (SESSION_SECONDS, str(session_hours * 3600))):
        text = text.replace(mark, value)
    config.write_text(text, encoding="utf-8")
    # An empty welcome page: without the file Chainlit writes its own.
    (home / "chainlit.md").write_text("", encoding="utf-8")
    shutil.copytree(FILES / "public", home / "public", dirs_exist_ok=True)
    return {
        "CHAINLIT_APP_ROOT": str(home),
        "CHAINLIT_AUTH_SECRET": secrets.token_urlsafe(SECRET_BYTES),
        "CHAINLIT_COOKIE_SAMESITE": "strict",
        "CHAINLIT_AUTH_COOKIE_NAME": "answerdesk_copilot",
        "CHAINLIT_ENV_FILE": str(home / "none"),
        "ANONYMIZED_TELEMETRY": "false",
    }


def enter(home: Path, variables: Mapping[str, str]) -> None:
    """Make the folder this process's own: Chainlit reads the environment and the working directory at import."""
    os.environ.update(variables)
    os.chdir(home)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
