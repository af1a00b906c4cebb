"""Owns the commands of e-mail: parse, call a verb, print. Refuses to decide anything itself."""

from __future__ import annotations

from collections import Counter

import typer

from bot.assemble import assemble
from bot.channels import smtp
from bot.channels.imap import MailboxError, open_mailbox
from bot.channels.mail_account import MailAccount, mail_account
from bot.channels.mail_policy import read_mail_policy
from bot.channels.mail_worker import read_unseen, send_due
from bot.channels.mails import Mail, Standing
from bot.channels.receive import MailDesk
from bot.command_line import DataDir, IndexDir, group, settings_for, told_failures
from bot.errors import Unavailable
from bot.integrations.delivery_queue import Delivered
from bot.settings import Settings
from bot.storage import clock

commands = group("E-mail in and out.")


@commands.command("check")
def check() -> None:
    """Connect to both mail servers with the settings and sign in; status 1 and why when that fails."""
    with told_failures():
        settings = settings_for()
        account = _account(settings)
        policy = read_mail_policy(settings.policies_dir)
        waiting = _inbox(account)
        _out(account)
        vouched = ", ".join(sorted(policy.trusted_servers)) or "nobody"
    typer.echo(
        f"Mailbox {account.inbox.host}:{account.inbox.port} opened: {waiting} unseen mails (50 at most are counted)."
    )
    typer.echo(
        f"Mails go out through {account.out.host}:{account.out.port} ({account.out.safety}) as {account.address}."
    )
    typer.echo(f"Who vouches for a From address: {vouched}.")


@commands.command("once")
def once(index: IndexDir = None, data: DataDir = None) -> None:
    """Handle what is unseen in the mailbox, send what is due, and end: for a timer."""
    with told_failures():
        settings = settings_for(data, index)
        account = _account(settings)
        assistant = assemble(settings)
        try:
            desk = MailDesk(assistant, account, read_mail_policy(settings.policies_dir))
            came, sent = _once(desk)
        finally:
            assistant.database.close()
    told = ", ".join(f"{count} {standing}" for standing, count in sorted(came.items())) or "none"
    typer.echo(f"Mails in: {told}. Out: {sent.delivered} sent, {sent.failed} to be tried again, {sent.dead} given up.")


def _once(desk: MailDesk) -> tuple[Counter[Standing], Delivered]:
    came: Counter[Standing] = Counter()

    def received(mail: Mail) -> None:
        came[mail.standing] += 1

    try:
        with open_mailbox(desk.account.inbox) as mailbox:
            while read_unseen(desk, mailbox, received):
                pass
    except MailboxError as error:
        raise _unreachable("mailbox", error) from error
    total = Delivered()
    while (done := send_due(desk, clock.now())) != Delivered():
        total = total.plus(done)
    return came, total


def _account(settings: Settings) -> MailAccount:
    account = mail_account(settings)
    if account is None:
        raise Unavailable("No e-mail is configured: set ANSWERDESK_MAIL_ADDRESS, _MAIL_INBOX and _MAIL_OUT.")
    return account


def _inbox(account: MailAccount) -> int:
    try:
        with open_mailbox(account.inbox) as mailbox:
            return len(mailbox.unseen())
    except MailboxError as error:
        raise _unreachable("mailbox", error) from error


def _out(account: MailAccount) -> None:
    failed = smtp.check(account.out)
    if failed is not None:
        raise Unavailable(f"The server for outgoing mails does not let us in: {failed}.")


def _unreachable(what: str, error: Exception) -> Unavailable:
    """The kind of error only: a server's words may repeat what was sent to it."""
    return Unavailable(f"The {what} cannot be opened: {type(error).__name__}. Check host, port, user and password.")
