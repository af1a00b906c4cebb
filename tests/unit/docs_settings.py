"""Owns how a setting is written in the README. Refuses to read the environment."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.settings import Settings


def row(name: str, field: FieldInfo) -> str:
    """One line of the table: variable, what it is, what it is without it."""
    return f"| `ANSWERDESK_{name.upper()}` | {field.description} | {_shown(field.default)} |"


def rows() -> list[str]:
    return [row(name, field) for name, field in Settings.model_fields.items()]


def table() -> str:
    """The whole table of the README."""
    return "\n".join(["| variable | is | default |", "|---|---|---|", *rows()])


def _shown(default: object) -> str:
    if isinstance(default, SecretStr):
        return "" if not default.get_secret_value() else "set"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if default in ("", ()):
        return ""
    return f"`{default.as_posix() if isinstance(default, Path) else default}`"
