"""The operator's file says which systems there are; what cannot work is named by file and key."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr

from bot.errors import BadPolicy
from bot.integrations.chatwoot import Chatwoot
from bot.integrations.connections import Connections, connect, read_connections
from bot.integrations.zendesk import Zendesk
from bot.settings import Settings
from tests.help_desk import SECRET

CHATWOOT = {"system": "chatwoot", "url": "https://chat.example/", "account": 1, "inbox": 2, "token": "t"}
ZENDESK = {"system": "zendesk", "url": "https://x.zendesk.com", "email": "desk@example.com", "token": "t"}
SOURCE = {"name": "shop-forms", "secrets": [SECRET]}


def _write(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "connections.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


def test_each_help_desk_is_read(tmp_path: Path) -> None:
    found = read_connections(_write(tmp_path, {"help_desk": CHATWOOT | {"webhook_secret": "w"}, "sources": [SOURCE]}))
    assert found.help_desk is not None
    assert found.help_desk.desk == Chatwoot("https://chat.example", 1, 2, SecretStr("t"))
    assert found.help_desk.webhook_secret == SecretStr("w")
    source = found.source("shop-forms")
    assert source is not None
    assert source.secrets == (SecretStr(SECRET),)
    assert found.source("other") is None
    other = read_connections(_write(tmp_path, {"help_desk": ZENDESK})).help_desk
    assert other is not None
    assert other.desk == Zendesk("https://x.zendesk.com", "desk@example.com", SecretStr("t"))
    assert other.webhook_secret is None


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ({"help_desk": CHATWOOT | {"url": "http://chat.example"}}, "help_desk.url"),
        ({"help_desk": CHATWOOT | {"account": "1"}}, "help_desk.account"),
        ({"help_desk": CHATWOOT | {"inbox": 0}}, "help_desk.inbox"),
        ({"help_desk": CHATWOOT | {"email": "x"}}, "email"),
        ({"help_desk": {"system": "chatwoot"}}, "'url' is missing"),
        ({"help_desk": {"system": "jira"}}, "chatwoot or zendesk"),
        ({"help_desk": {}}, "chatwoot or zendesk"),
        ({"help_desk": ZENDESK | {"token": " "}}, "help_desk.token"),
        ({"sources": [SOURCE | {"secrets": []}]}, "sources.0.secrets"),
        ({"sources": [SOURCE | {"secrets": ["short"]}]}, "sources.0.secrets"),
        ({"sources": [SOURCE | {"name": "Shop Forms"}]}, "sources.0.name"),
        ({"sources": [SOURCE, SOURCE]}, "one name"),
        ({"helpdesk": CHATWOOT}, "helpdesk"),
        ({"panel_origins": ["https://chat.example/"]}, "panel_origins.0"),
        ({"panel_origins": ["https://chat.example:443"]}, "panel_origins.0"),
        ({"panel_origins": ["https://chat.example; script-src *"]}, "panel_origins.0"),
        ({"panel_origins": ["https://*.chat.example"]}, "panel_origins.0"),
        ({"panel_origins": ["http://chat.example"]}, "panel_origins.0"),
        ({"panel_origins": ["*"]}, "panel_origins.0"),
        ({"panel_origins": "https://chat.example"}, "list"),
        ([], "mapping"),
    ],
)
def test_what_cannot_work_is_named(tmp_path: Path, content: object, named: str) -> None:
    with pytest.raises(BadPolicy, match=named) as refusal:
        read_connections(_write(tmp_path, content))
    assert SECRET not in refusal.value.detail


def test_who_may_show_the_panel_is_read_beside_everything_else(tmp_path: Path) -> None:
    origins = ["https://chat.example", "https://desk.example:8443", "http://localhost:3000"]
    path = _write(tmp_path, {"panel_origins": origins})
    assert read_connections(path).panel_origins == tuple(origins)
    given = {"webhook_url": "https://desk.example/hook", "webhook_secret": SecretStr(SECRET)}
    found = connect(Settings(connections_file=str(path), **given))  # type: ignore[arg-type]
    assert found.panel_origins == tuple(origins)
    assert found.help_desk is not None


def test_one_help_desk_at_a_time(tmp_path: Path) -> None:
    path = _write(tmp_path, {"help_desk": ZENDESK})
    given = {"webhook_url": "https://desk.example/hook", "webhook_secret": SecretStr(SECRET)}
    assert connect(Settings()) == Connections()
    webhook = connect(Settings(**given)).help_desk  # type: ignore[arg-type]
    assert webhook is not None
    assert webhook.system == "webhook"
    with pytest.raises(BadPolicy, match="one help desk"):
        connect(Settings(connections_file=str(path), **given))  # type: ignore[arg-type]


def test_secrets_are_not_printed(tmp_path: Path) -> None:
    found = read_connections(_write(tmp_path, {"help_desk": CHATWOOT | {"token": "secret-token"}, "sources": [SOURCE]}))
    assert "secret-token" not in repr(found)
    assert SECRET not in repr(found)
