"""Owns filling the ready-made texts in for one ticket and person. Refuses to send one: the person does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection

from bot.conversation import conversations, joins, messages
from bot.conversation.utterance import Speaker
from bot.customers import records
from bot.desk import own_macros
from bot.desk.accounts import Account
from bot.handoff.macros import Filled, Macros, Variable
from bot.handoff.ticket import Ticket


def filled(tx: Connection, macros: Macros, ticket: Ticket, account: Account, company: str) -> tuple[Filled, ...]:
    """Every text in the language that the customer wrote in: the file's in its order, then the desk's own."""
    everything = replace(macros, texts=(*macros.texts, *own_macros.offered(tx, macros)))
    return everything.filled(ticket.packet.language, _name(tx, ticket), _values(ticket, account, company))


def greeting(tx: Connection, macros: Macros, ticket: Ticket, account: Account, company: str) -> str:
    """What a suggestion inserted into the ticket's first reply by a person stands below; empty after that reply."""
    last = messages.last_of(tx, (Speaker.AGENT,), *joins.parts(tx, ticket.conversation_id))
    if last is not None and last.created_at >= ticket.created_at:
        return ""
    return macros.greeted(ticket.packet.language, _name(tx, ticket), _values(ticket, account, company))


def _name(tx: Connection, ticket: Ticket) -> str:
    customer_id = conversations.load(tx, ticket.conversation_id).customer_id
    return records.load(tx, customer_id).name if customer_id else ""


def _values(ticket: Ticket, account: Account, company: str) -> Mapping[Variable, str]:
    return {Variable.AGENT_NAME: account.name, Variable.TICKET_ID: ticket.id, Variable.COMPANY: company}
