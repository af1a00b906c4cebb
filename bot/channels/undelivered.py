"""Owns what follows when a mail of ours did not arrive: it and its open ticket are marked. Refuses to send again."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.channels import mails
from bot.channels.mails import Mail, Standing
from bot.desk import tags, tickets
from bot.handoff.ticket import OPEN

TAG = "mail-bounced"


def bounced(tx: Connection, mail: Mail, detail: str) -> None:
    """The mail reached nobody and never will; whoever has the open ticket sees it in the queue."""
    if mail.standing is Standing.BOUNCED:
        return
    mails.settle(tx, mail, Standing.BOUNCED, detail)
    ticket = tickets.latest(tx, mail.conversation_id) if mail.conversation_id else None
    if ticket is not None and ticket.status in OPEN:
        tags.mark(tx, ticket, TAG)


def delayed(tx: Connection, mail: Mail, detail: str) -> None:
    """The mail is still on its way; one that is known to have failed stays so."""
    if mail.standing is not Standing.BOUNCED:
        mails.settle(tx, mail, Standing.DEFERRED, detail)
