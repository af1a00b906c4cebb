"""Owns a service that is killed between storing two customers' messages and answering them, once. Refuses to be
imported."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

from bot import turn
from bot.cli import app

TOLD_SECONDS = 0.5
"""Time in which the customers' pages hear that the messages are stored."""
BOTH = threading.Barrier(2)

_answer = turn._answer


def _killed_once(assistant: turn.Assistant, *rest: Any) -> None:
    done = assistant.settings.data_dir / "killed"
    if not done.exists():
        BOTH.wait()
        done.touch()
        time.sleep(TOLD_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)
    _answer(assistant, *rest)


if __name__ == "__main__":
    turn._answer = _killed_once
    app()
