"""Owns the wiring: every live part is built here once, in plain calls. Refuses to contain behaviour."""

from __future__ import annotations

from collections.abc import Callable

from bot.events.hub import Hub
from bot.handoff.policies import read_policies
from bot.own_files import check_files
from bot.pipeline import build_responder
from bot.settings import Settings
from bot.storage.engine import open_database
from bot.storage.migrate import migrate
from bot.turn import Assistant
from kb_ingest.embedder import Embedder

__all__ = ["Assistant", "assemble"]


def assemble(
    settings: Settings, load: Callable[[], Embedder] | None = None, *, serving: bool = False, existing: bool = False
) -> Assistant:
    """The whole desk over its database, migrated; `serving` and `existing` are those of `open_database`.

    `load` gives an encoder that is being loaded already; without it, the first question loads one.
    """
    if not existing:  # before anything is made
        check_files(settings)
    database = open_database(settings.database_address, serving=serving, existing=existing)
    migrate(database)
    policies = read_policies(settings.policies_dir, settings.company_name)
    responder = build_responder(settings, load=load)
    return Assistant(
        settings=settings,
        database=database,
        live=responder.live,
        responder=responder,
        policies=policies,
        hub=Hub(),
    )
