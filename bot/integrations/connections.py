"""Owns the operator's file of other systems: which help desk, who may send messages in, who may show the
panel. Refuses what cannot work.

It holds secrets: keep it out of the repository, readable by the service's user alone. docs/operations.md shows one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import SecretStr

from bot.decision.policy import read_yaml
from bot.errors import BadPolicy
from bot.integrations import chatwoot, webhook, zendesk
from bot.integrations.chatwoot import Chatwoot
from bot.integrations.signatures import usable
from bot.integrations.ticketing import Ticketing
from bot.integrations.webhook import reachable
from bot.integrations.zendesk import Zendesk
from bot.policy_node import Node
from bot.settings import AN_ORIGIN, ORIGIN, Settings

SOURCE = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")


@dataclass(frozen=True, slots=True)
class HelpDesk:
    """The help desk outside, and the secret that signs what it reports; None: it reports nothing."""

    system: str
    desk: Ticketing
    webhook_secret: SecretStr | None


@dataclass(frozen=True, slots=True)
class Source:
    """A program that may send messages in; two secrets while they are rotated."""

    name: str
    secrets: tuple[SecretStr, ...]


@dataclass(frozen=True, slots=True)
class Connections:
    """Every other system this desk talks to; `panel_origins` are the help desks whose pages may show the panel."""

    help_desk: HelpDesk | None = None
    sources: tuple[Source, ...] = ()
    panel_origins: tuple[str, ...] = ()

    def source(self, name: str) -> Source | None:
        """The source of that name."""
        return next((source for source in self.sources if source.name == name), None)


def connect(settings: Settings) -> Connections:
    """What the settings name; BadPolicy names file and key of what cannot be used."""
    receiver = webhook.endpoint(settings)
    told = HelpDesk("webhook", receiver, None) if receiver else None
    if not settings.connections_file:
        return Connections(told)
    found = read_connections(Path(settings.connections_file))
    if found.help_desk and told:
        raise BadPolicy("Name one help desk: ANSWERDESK_WEBHOOK_URL or `help_desk` in ANSWERDESK_CONNECTIONS_FILE.")
    return replace(found, help_desk=found.help_desk or told)


def read_connections(path: Path) -> Connections:
    """The connections of one file."""
    top = Node(path.name, "", read_yaml(path)).fields(optional=("help_desk", "sources", "panel_origins"))
    sources = tuple(_source(node) for node in top["sources"].items()) if "sources" in top else ()
    if len({source.name for source in sources}) < len(sources):
        raise top["sources"].wrong("two sources have one name")
    origins = tuple(_origin(node) for node in top["panel_origins"].items()) if "panel_origins" in top else ()
    return Connections(_help_desk(top["help_desk"]) if "help_desk" in top else None, sources, origins)


def _help_desk(node: Node) -> HelpDesk:
    fields = node.mapping()
    system = fields["system"].text() if "system" in fields else ""
    if system == chatwoot.NAME:
        return _chatwoot(node)
    if system == zendesk.NAME:
        return _zendesk(node)
    raise node.wrong(f"system must be {chatwoot.NAME} or {zendesk.NAME}")


def _chatwoot(node: Node) -> HelpDesk:
    fields = node.fields("system", "url", "account", "inbox", "token", optional=("webhook_secret",))
    desk = Chatwoot(
        _address(fields["url"]), _number(fields["account"]), _number(fields["inbox"]), SecretStr(fields["token"].text())
    )
    return HelpDesk(chatwoot.NAME, desk, _secret(fields))


def _zendesk(node: Node) -> HelpDesk:
    fields = node.fields("system", "url", "email", "token", optional=("webhook_secret",))
    desk = Zendesk(_address(fields["url"]), fields["email"].text(), SecretStr(fields["token"].text()))
    return HelpDesk(zendesk.NAME, desk, _secret(fields))


def _secret(fields: dict[str, Node]) -> SecretStr | None:
    return SecretStr(fields["webhook_secret"].text()) if "webhook_secret" in fields else None


def _source(node: Node) -> Source:
    fields = node.fields("name", "secrets")
    name = fields["name"].text()
    if not SOURCE.fullmatch(name):
        raise fields["name"].wrong("must be small letters, digits and hyphens, at most 50")
    secrets = tuple(SecretStr(text) for text in fields["secrets"].texts())
    if not secrets or not all(usable(secret) for secret in secrets):
        raise fields["secrets"].wrong("must be one or more of `whsec_` and Base64 of 24 to 64 random bytes")
    return Source(name, secrets)


def _address(node: Node) -> str:
    url = node.text().rstrip("/")
    if not reachable(url):
        raise node.wrong("must be an https address (http only on this machine)")
    return url


def _origin(node: Node) -> str:
    origin = node.text()
    if not ORIGIN.fullmatch(origin) or not reachable(origin):
        raise node.wrong(AN_ORIGIN)
    return origin


def _number(node: Node) -> int:
    if not isinstance(node.value, int) or isinstance(node.value, bool) or node.value < 1:
        raise node.wrong("must be a whole number above 0")
    return node.value
