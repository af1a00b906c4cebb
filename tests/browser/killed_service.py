"""Owns a service that is killed between storing a message and answering it, once. Refuses to be imported."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

from bot import turn
from bot.cli import app

TOLD_SECONDS = 0.5
"""Time in which the customer's page hears that the message is stored."""

_answer = turn._answer


def _killed_once(assistant: turn.Assistant, *rest: Any) -> None:
    done = assistant.settings.data_dir / "killed"
    if not done.exists():
        done.touch()
        time.sleep(TOLD_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)
    _answer(assistant, *rest)


if __name__ == "__main__":
    turn._answer = _killed_once
    app()
