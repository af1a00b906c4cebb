"""The settings and the policy of e-mail: what is wrong is said, and no password is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.channels.mail_account import Safety, mail_account
from bot.channels.mail_policy import MAIL_FILE, read_mail_policy
from bot.errors import BadPolicy
from bot.settings import Settings

POLICIES = Path(__file__).parents[4] / "data" / "policies"
GOOD = {
    "mail_address": "Support@Fernwick.example",
    "mail_inbox": "imaps://support:p%40ss%2Fw%C3%B6rd@imap.fernwick.example/Help%20desk",
    "mail_out": "smtp://support:secret@smtp.fernwick.example",
}


def account(**changed: str) -> Any:
    return mail_account(Settings(**(GOOD | changed)))


def test_without_any_setting_there_is_no_mail() -> None:
    assert mail_account(Settings()) is None


def test_both_servers_and_the_address_are_read() -> None:
    read = account()
    assert read.address == "support@fernwick.example"
    assert (read.inbox.host, read.inbox.port, read.inbox.safety) == ("imap.fernwick.example", 993, Safety.TLS)
    assert (read.inbox.user, read.inbox.password.get_secret_value()) == ("support", "p@ss/wörd")
    assert read.inbox.folder == "Help desk"
    assert (read.out.port, read.out.safety) == (587, Safety.STARTTLS)
    assert account(mail_out="smtp://127.0.0.1:2525").out.safety is Safety.LOOPBACK
    assert "secret" not in repr(read)


@pytest.mark.parametrize(
    "changed",
    [
        {"mail_address": ""},
        {"mail_inbox": ""},
        {"mail_out": ""},
        {"mail_address": "support"},
        {"mail_inbox": "https://user:hunter2@host"},
        {"mail_out": "imap://user:hunter2@host"},
        {"mail_out": "smtp://user:hunter2@host:99999"},
        {"mail_inbox": "imaps://"},
    ],
)
def test_a_wrong_setting_is_named_without_its_password(changed: dict[str, str]) -> None:
    with pytest.raises(BadPolicy) as refused:
        account(**changed)
    assert next(iter(changed)).upper() in refused.value.detail
    assert "hunter2" not in refused.value.detail


def test_the_policy_has_every_language_of_the_wording() -> None:
    policy = read_mail_policy(POLICIES)
    assert set(policy.languages) == {"en", "de", "fr", "es"}
    assert policy.words("xx") == policy.words("en")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("automated_a_day_unproven: 1", "automated_a_day_unproven: 0", "limits.automated_a_day_unproven"),
        ("token_in: subject", "token_in: body", "token_in"),
        ("default_language: en", "default_language: it", "default_language"),
        ("subject: Your message to {company}", "subject: About {goal}", "languages.en.subject"),
        ("  - '^(autosvar", "  - '^((autosvar", "automatic_subjects"),
    ],
)
def test_a_mistake_in_the_policy_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    text = (POLICIES / MAIL_FILE).read_text()
    assert old in text
    (tmp_path / MAIL_FILE).write_text(text.replace(old, new))
    with pytest.raises(BadPolicy, match=named):
        read_mail_policy(tmp_path)
