"""Owns the services that several contract tests share: connected to everything, each beside a help desk's double."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.access import Role
from tests.chatwoot_double import ACCOUNT, INBOX, ChatwootDouble
from tests.chatwoot_double import TOKEN as CHATWOOT_TOKEN
from tests.identity_tokens import AUDIENCE, KEY, OLD_KEY
from tests.inbound_calls import DESK_SECRET, OLD_SECRET, SECRET
from tests.served import SERVICE_KEY, Served, Staff, serving
from tests.zendesk_double import EMAIL, ZendeskDouble
from tests.zendesk_double import TOKEN as ZENDESK_TOKEN

Double = ChatwootDouble | ZendeskDouble
DOUBLES: dict[str, type[ChatwootDouble] | type[ZendeskDouble]] = {"chatwoot": ChatwootDouble, "zendesk": ZendeskDouble}
SIGN_IN: dict[str, dict[str, Any]] = {
    "chatwoot": {"account": ACCOUNT, "inbox": INBOX, "token": CHATWOOT_TOKEN},
    "zendesk": {"email": EMAIL, "token": ZENDESK_TOKEN},
}


@pytest.fixture(scope="module")
def agent(service: Served) -> Staff:
    """Somebody of the shared service's desk, of this file alone."""
    return service.staff()


@pytest.fixture(scope="module")
def lead(service: Served) -> Staff:
    """A lead of it."""
    return service.staff(Role.LEAD)


@dataclass(frozen=True)
class Connected:
    """A service that verifies identities, knows a service key and two sources, and has a help desk outside."""

    system: str
    double: Double
    served: Served


@contextmanager
def _connected(system: str, index: Path, folder: Path) -> Iterator[Connected]:
    file = folder / "connections.yaml"
    sources = [{"name": "shop-forms", "secrets": [SECRET, OLD_SECRET]}, {"name": "app", "secrets": [OLD_SECRET]}]
    with DOUBLES[system]() as double:
        desk = {"system": system, "url": double.url, "webhook_secret": DESK_SECRET} | SIGN_IN[system]
        file.write_text(yaml.safe_dump({"help_desk": desk, "sources": sources}))
        keys = {"identity_keys": f"{KEY},{OLD_KEY}", "identity_audience": AUDIENCE, "service_keys": SERVICE_KEY}
        with serving(index, folder, connections_file=str(file), **keys) as served:
            yield Connected(system, double, served)
        assert double.wrong == [], "a call that the real system's contract does not allow"


@pytest.fixture(scope="session")
def beside_chatwoot(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connected]:
    with _connected("chatwoot", small_index, tmp_path_factory.mktemp("chatwoot")) as connected:
        yield connected


@pytest.fixture(scope="session")
def beside_zendesk(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connected]:
    with _connected("zendesk", small_index, tmp_path_factory.mktemp("zendesk")) as connected:
        yield connected


@pytest.fixture(scope="session")
def shop(beside_chatwoot: Connected) -> Served:
    """The connected service, where the help desk does not matter. It has two identity keys, as while they rotate."""
    return beside_chatwoot.served


@pytest.fixture(scope="session", params=DOUBLES)
def beside(request: pytest.FixtureRequest) -> Connected:
    """Each help desk in turn."""
    connected: Connected = request.getfixturevalue(f"beside_{request.param}")
    return connected
