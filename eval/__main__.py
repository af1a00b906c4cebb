"""Owns `python -m eval`. Refuses to be imported for anything else: the commands are in cli.py."""

from __future__ import annotations

import gc
import sys

IMPACT, LOG = "impact", "--log"

if __name__ == "__main__":
    if sys.argv[1:2] == [IMPACT] and LOG not in sys.argv:
        # Before each commit, and a fifth of it was imports of the other commands. What imports make stays.
        gc.disable()
        from eval.impact_cli import only_impact

        gc.freeze()
        gc.enable()
        only_impact(sys.argv[2:], prog_name=f"python -m eval {IMPACT}")
    else:
        from eval.cli import app

        app(prog_name="python -m eval")
