"""Owns what happens when a reply asks for what the customer gave already: warned, or sent and noted. Refuses to judge
the words: handoff.asked_again does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.conversation import conversations, joins, messages
from bot.desk import notices
from bot.desk.accounts import Account
from bot.desk.notices import Work
from bot.desk.tickets import Replied
from bot.errors import AsksAgain
from bot.handoff.asked_again import asks_again
from bot.handoff.packet import Fact
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Repeat:
    """A fact that is asked for again: what it is called, and the customer's message it stands in."""

    fact: Fact
    name: str
    message_id: int


def find(tx: Connection, policies: HandoffPolicies, ticket: Ticket, text: str) -> tuple[Repeat, ...]:
    """What `text` asks for though the customer gave it, in this conversation and up to now."""
    said = joins.transcript(tx, ticket.conversation_id)
    region = conversations.load(tx, ticket.conversation_id).region
    facts = asks_again(text, messages.utterances(said), policies.facts, region)
    return tuple(Repeat(fact, policies.notes.fact_names[fact.kind], said[fact.turn].id) for fact in facts)


def account_for(
    tx: Connection, policies: HandoffPolicies, replied: Replied, account: Account, *, confirmed: bool | None
) -> tuple[Repeat, ...]:
    """After a reply, in its transaction: AsksAgain takes it back when the sender wants to be asked (`confirmed` False).

    Otherwise it stays sent, and the desk's trail says what was asked for again. A repeated request is no new reply.
    """
    found = find(tx, policies, replied.ticket, replied.message.text) if replied.created else ()
    if found and confirmed is False:
        raise AsksAgain(f"The customer gave this already: {_listed(found)}. Nothing was sent; confirm to send it.")
    if found:
        names = ", ".join(dict.fromkeys(repeat.name for repeat in found))
        notices.worked(tx, replied.ticket, account.name, Work.ASKED_TWICE, names)
    return found


def _listed(found: Sequence[Repeat]) -> str:
    return "; ".join(f"{repeat.name} {repeat.fact.value}" for repeat in found)
