"""Owns running the copilot as its own process. Refuses to be imported by the service."""

from __future__ import annotations

import uvicorn
from starlette.types import ASGIApp

from bot.api.callers import cookie_name
from bot.api.limits import RateLimits
from bot.copilot import home
from bot.copilot.chat import open_chat
from bot.copilot.door import Door
from bot.copilot.guard import Guard
from bot.copilot.knowledge import read_knowledge
from bot.serve import begin, listen
from bot.settings import Settings
from bot.storage.engine import open_database
from kb_ingest.parent import end_with_stdin

HOME = "copilot"
LOCAL = ("127.0.0.1", "localhost")
DRAIN_SECONDS = 5
PATHS = ("index_dir", "data_dir", "policies_dir", "calibration_file", "model_cache_dir")


def run(
    settings: Settings, port: int, origins: tuple[str, ...] = (), *, while_stdin_open: bool = False
) -> None:
    """Serve until SIGTERM or Ctrl-C; Unavailable when the port is taken or no index was built.

    `origins` are where people's browsers find it behind a proxy, besides this machine itself. `while_stdin_open`: end
    when standard input does, as it does when whoever started this process is gone, kill -9 included.
    """
    if while_stdin_open:
        end_with_stdin()
    # Chainlit works in a folder of its own, so nothing may depend on the present one.
    here = {name: getattr(settings, name).resolve() for name in PATHS}
    _serve(settings.model_copy(update=here), port, origins)


def _serve(settings: Settings, port: int, origins: tuple[str, ...]) -> None:
    with listen(settings.host, port) as listening:
        own = listening.getsockname()[1]
        allowed = (*(f"http://{name}:{own}" for name in dict.fromkeys((*LOCAL, settings.host))), *origins)
        database = open_database(settings.database_address)
        try:
            app = guarded(settings, Door(database, settings, RateLimits(settings)), allowed)
            config = uvicorn.Config(
                app, log_level="warning", access_log=False, server_header=False, loop="asyncio",
                timeout_graceful_shutdown=DRAIN_SECONDS,
            )  # fmt: skip
            begin(listening)
            uvicorn.Server(config).run(sockets=[listening])
        finally:
            database.close()


def guarded(settings: Settings, door: Door, origins: tuple[str, ...]) -> ASGIApp:
    """Chainlit over our articles and accounts, behind the guard. Moves the process into its folder."""
    knowledge = read_knowledge(settings)
    folder = settings.data_dir / HOME
    home.enter(folder, home.prepare(folder, origins, settings.company_name, settings.session_hours))
    return Guard(open_chat(door, knowledge), origins, cookie_name(settings))
