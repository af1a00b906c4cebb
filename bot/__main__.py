"""Owns `python -m bot`. Refuses to be imported for anything else: the commands are in cli.py and serve_cli.py."""

from __future__ import annotations

import gc
import sys

SERVE = "serve"

if __name__ == "__main__":
    if sys.argv[1:2] == [SERVE]:
        # A start makes some 500,000 objects that stay: collections take a quarter of a second and find nothing.
        # serve.py turns them on again.
        gc.disable()
        from bot.settings import Settings
        from bot.warm_encoder import WarmEncoder

        # Before the imports of the service, which take as long.
        warm = WarmEncoder(Settings)
        from bot.serve_cli import app as only_serve

        only_serve(sys.argv[2:], prog_name=f"python -m bot {SERVE}", obj=warm)
    else:
        from bot.api import log_lines
        from bot.cli import app

        # What a command prints may be read by a program: only the service tells its log what it does.
        log_lines.configure("WARNING")
        app(prog_name="python -m bot")
