"""Owns `python -m bot`: of which file a command is, so that it starts with the imports it needs. Refuses to be imported
for anything else: the commands are in cli.py and the files it names.
"""

from __future__ import annotations

import gc
import sys
from importlib import import_module

SERVE = "serve"
BATCHES = frozenset({"ask", "suggest"})
GROUPS = frozenset({"accounts", "articles", "customers", "gaps", "mail", "outbox"})
NAME = "python -m bot"

if __name__ == "__main__":
    command = next(iter(sys.argv[1:]), "")
    if command == SERVE:
        # A start makes some 500,000 objects that stay: collections take a quarter of a second and find nothing.
        # serve.py turns them on again.
        gc.disable()
        from bot.settings import Settings
        from bot.warm_encoder import WarmEncoder

        # Before the imports of the service, which take as long.
        warm = WarmEncoder(Settings)
        from bot.serve_cli import app as only_serve

        only_serve(sys.argv[2:], prog_name=f"{NAME} {SERVE}", obj=warm)
    else:
        from bot.api import log_lines

        # What a command prints may be read by a program: only the service tells its log what it does.
        log_lines.configure("WARNING")
        if command in GROUPS:
            import_module(f"bot.{command}_cli").commands(sys.argv[2:], prog_name=f"{NAME} {command}")
        else:
            whose = import_module("bot.batch_cli").commands if command in BATCHES else import_module("bot.cli").app
            whose(prog_name=NAME)
