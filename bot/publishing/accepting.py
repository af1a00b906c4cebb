"""Owns making the newest run of the evaluation the baseline, as a named person: `python -m eval accept` is run.

Refuses rules of its own, and to accept another run than the one that was seen.
"""

from __future__ import annotations

import subprocess
import sys

from bot.casebook import evaluation
from bot.errors import Conflict, NotFound, Unavailable
from bot.publishing.impact_job import environment
from bot.settings import Settings

LONGEST_SECONDS = 120.0
REFUSED = 2
_LAST = 600


def accept(settings: Settings, by: str, reason: str, at: str, *, fewer: bool) -> None:
    """The run made `at` is what later runs are held against. Conflict where the command refuses it, and why."""
    seen = evaluation.run()
    if seen is None:
        raise NotFound("There is no run yet: `python -m eval run` makes one.")
    if seen.at != at:
        raise Conflict("Another run was made since you opened this page: load it again and look at that one.")
    named = [f"--by={by}", f"--reason={reason}", f"--baseline={seen.baseline_file}", f"--work={evaluation.WORK}"]
    command = ["env", *environment(settings), sys.executable, "-m", "eval", "accept", *named]
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            [*command, *(["--fewer"] if fewer else [])], capture_output=True, text=True, check=False,
            timeout=LONGEST_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Unavailable("It took too long; the baseline is as it was. Try again.") from error
    if done.returncode != 0:
        told = done.stderr.strip()[-_LAST:]
        raise Conflict(told) if done.returncode == REFUSED else Unavailable(told)
