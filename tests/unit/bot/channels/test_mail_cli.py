"""`python -m bot mail` says what is wrong with the settings and tells no password."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from tests.mail_servers import MailServers


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["mail", *words])


def configure(monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"ANSWERDESK_{name.upper()}", value)


def test_without_settings_it_says_which() -> None:
    told = run("check")
    assert told.exit_code == 1
    assert "ANSWERDESK_MAIL_ADDRESS" in told.stderr


def test_both_servers_are_tried(servers: MailServers, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, **servers.settings)
    servers.put(b"From: a@b.example\r\n\r\nhello\r\n")
    told = run("check")
    assert told.exit_code == 0, told.stderr
    assert "1 unseen" in told.stdout
    assert servers.unseen() == 1
    configure(monkeypatch, mail_inbox=servers.settings["mail_inbox"].replace("support:a", "support:hunter2"))
    told = run("check")
    assert told.exit_code == 1
    assert "The mailbox cannot be opened" in told.stderr
    assert "hunter2" not in told.stderr
    configure(monkeypatch, mail_inbox=servers.settings["mail_inbox"], mail_out="smtp://127.0.0.1:1")
    told = run("check")
    assert told.exit_code == 1
    assert "outgoing mails" in told.stderr
