"""Owns the mail servers of the settings, checked. Refuses a password over a connection that others can read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from bot.channels.mail_address import usable
from bot.errors import BadPolicy
from bot.integrations.webhook import loopback
from bot.settings import Settings

INBOX = "INBOX"
PORTS = {"imap": 143, "imaps": 993, "smtp": 587, "smtps": 465}


class Safety(StrEnum):
    """How the connection is kept private."""

    TLS = "tls"
    STARTTLS = "starttls"
    LOOPBACK = "loopback"


@dataclass(frozen=True, slots=True)
class MailServer:
    """One server; `folder` only of a mailbox. Without a user there is no sign-in."""

    host: str
    port: int
    safety: Safety
    user: str
    password: SecretStr
    folder: str = INBOX


@dataclass(frozen=True, slots=True)
class MailAccount:
    """The desk's address, where its mail comes in and goes out, and the name on it."""

    address: str
    inbox: MailServer
    out: MailServer
    name: str


def mail_account(settings: Settings) -> MailAccount | None:
    """The account, None when no mail setting is given; BadPolicy when one is missing or cannot be used."""
    given = {
        "ANSWERDESK_MAIL_ADDRESS": settings.mail_address,
        "ANSWERDESK_MAIL_INBOX": settings.mail_inbox.get_secret_value(),
        "ANSWERDESK_MAIL_OUT": settings.mail_out.get_secret_value(),
    }
    if not any(given.values()):
        return None
    for name, value in given.items():
        if not value:
            raise BadPolicy(f"{name}: is missing; e-mail needs all three of {', '.join(given)}")
    address = usable(settings.mail_address)
    if address is None:
        raise BadPolicy("ANSWERDESK_MAIL_ADDRESS: must be a plain address such as support@shop.example")
    return MailAccount(
        address=address,
        inbox=_server("ANSWERDESK_MAIL_INBOX", given["ANSWERDESK_MAIL_INBOX"], "imap"),
        out=_server("ANSWERDESK_MAIL_OUT", given["ANSWERDESK_MAIL_OUT"], "smtp"),
        name=settings.company_name,
    )


def _server(name: str, url: str, protocol: str) -> MailServer:
    """Never says what the address holds: there is a password in it."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise BadPolicy(f"{name}: is no address") from error
    if parts.scheme not in (protocol, f"{protocol}s") or not parts.hostname:
        raise BadPolicy(f"{name}: must be {protocol}s://user:password@host or {protocol}://user:password@host")
    return MailServer(
        host=parts.hostname,
        port=port,
        safety=_safety(parts.scheme, parts.hostname),
        user=unquote(parts.username or ""),
        password=SecretStr(unquote(parts.password or "")),
        folder=unquote(parts.path.strip("/")) or INBOX,
    )


def _safety(scheme: str, host: str) -> Safety:
    if scheme.endswith("s"):
        return Safety.TLS
    return Safety.LOOPBACK if loopback(host) else Safety.STARTTLS
