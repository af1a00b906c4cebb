"""Owns a broken service for a negative control: SIGTERM ends it in the middle of everything. Refuses to be imported."""

from __future__ import annotations

import os
from typing import Any

from bot.cli import app
from bot.serve import DeskServer


def _at_once(*_: Any) -> None:
    os._exit(0)


if __name__ == "__main__":
    DeskServer.handle_exit = _at_once  # type: ignore[method-assign]
    app()
