"""Owns filling the ready-made texts in for one ticket and person. Refuses to send one: the person does."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from bot.conversation import conversations
from bot.customers import records
from bot.desk import own_macros
from bot.desk.accounts import Account
from bot.handoff.macros import Filled, Macros, Variable
from bot.handoff.ticket import Ticket


def filled(tx: Connection, macros: Macros, ticket: Ticket, account: Account, company: str) -> tuple[Filled, ...]:
    """Every text in the language that the customer wrote in: the file's in its order, then the desk's own."""
    customer_id = conversations.load(tx, ticket.conversation_id).customer_id
    name = records.load(tx, customer_id).name if customer_id else ""
    values = {Variable.AGENT_NAME: account.name, Variable.TICKET_ID: ticket.id, Variable.COMPANY: company}
    everything = replace(macros, texts=(*macros.texts, *own_macros.offered(tx, macros)))
    return everything.filled(ticket.packet.language, name, values)
