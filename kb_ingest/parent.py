"""Owns ending this process with the one that started it, kill -9 included: its end of a pipe closes then.

Refuses to know either of them.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Annotated

import typer

WhileStdinOpen = Annotated[
    bool, typer.Option("--while-stdin-open", help="End when standard input ends: whoever started it is gone.")
]


def end_with_stdin() -> None:
    """SIGTERM for this process as soon as standard input ends."""
    threading.Thread(target=_watch, name="parent", daemon=True).start()


def _watch() -> None:
    with os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0) as parent:
        while parent.read(1):
            pass
    os.kill(os.getpid(), signal.SIGTERM)
