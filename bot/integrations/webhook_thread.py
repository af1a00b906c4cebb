"""Owns the thread that delivers ticket events to the help desk. Refuses what delivery_thread.py does for all."""

from __future__ import annotations

from functools import partial

from bot.integrations.delivery import deliver_due
from bot.integrations.delivery_thread import DeliveryThread
from bot.integrations.probing import Probing
from bot.integrations.ticketing import Ticketing
from bot.storage.engine import Database


class WebhookThread(DeliveryThread):
    """Delivers ticket events to one receiver."""

    def __init__(self, database: Database, receiver: Ticketing) -> None:
        super().__init__("webhook", partial(deliver_due, database, receiver, probing=Probing()))
