"""A process that delivers the outbox to Chatwoot or Zendesk until it is killed.

`ticketing_worker.py DATABASE SYSTEM URL WHO TOKEN DEADLINE [VARIANT]`; WHO is `account/inbox`, or the user's e-mail.
The variants are the negative controls: `forgetful` takes every row for a fresh one and looks for nothing, `hasty` marks
rows as delivered before it sends them.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from outbox_worker import deliver  # beside this script: a process of its own, not a module of the tests
from pydantic import SecretStr

from bot.integrations import chatwoot, delivery_queue, http_call, zendesk
from bot.integrations.chatwoot import Chatwoot
from bot.integrations.ticketing import Claimed, Sent, Ticketing
from bot.integrations.zendesk import Zendesk
from bot.storage.engine import open_database


@dataclass(frozen=True)
class Forgetful:
    """Delivers, and trusts that nothing was tried before."""

    desk: Ticketing

    @property
    def gone_note(self) -> str:
        return self.desk.gone_note

    def deliver(self, client: Any, at: datetime, row: Claimed) -> Sent:
        return self.desk.deliver(client, at, replace(row, fresh=True))


def adapter(system: str, url: str, who: str, token: str) -> Ticketing:
    """The help desk as the double has it."""
    if system == zendesk.NAME:
        return Zendesk(url, who, SecretStr(token))
    account, inbox = who.split("/")
    return Chatwoot(url, int(account), int(inbox), SecretStr(token))


def main() -> None:
    path, system, url, who, token, deadline, *variant = sys.argv[1:]
    http_call.DEADLINE_SECONDS = float(deadline)
    delivery_queue.LEASE_SECONDS = float(deadline) + 2
    database = open_database(f"sqlite:///{path}", serving=True)
    desk = adapter(system, url, who, token)
    if variant == ["forgetful"]:
        chatwoot._talk = lambda *_: None  # type: ignore[assignment]
        zendesk._find = lambda *_: None  # type: ignore[assignment]
        desk = Forgetful(desk)
    deliver(database, desk, careless=variant == ["hasty"])


if __name__ == "__main__":
    main()
