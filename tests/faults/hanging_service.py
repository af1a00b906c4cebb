"""Owns a service that stores a customer's message and never gets further with it. Refuses to be imported."""

from __future__ import annotations

import threading
from typing import Any

from bot import turn
from bot.cli import app


def _hang(*_: Any, **__: Any) -> None:
    threading.Event().wait()


if __name__ == "__main__":
    turn.respond = _hang  # type: ignore[assignment]
    turn.tell_desk = _hang
    app()
