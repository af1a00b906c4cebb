"""Owns suggesting replies beside a ticket as soon as its customer wrote. Refuses to while the bot answers."""

from __future__ import annotations

from bot.access import Role, Viewer
from bot.assist import record
from bot.assist.suggest import Sources, suggest
from bot.carry_out import HUMAN
from bot.conversation import conversations, joins, messages
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker
from bot.desk import tickets
from bot.respond import Responder
from bot.retrieval.question import Known
from bot.storage.engine import Database


def suggest_beside(database: Database, parts: Responder, message: Message) -> bool:
    """Store suggestions for the person who has the conversation; false when no person has it, or the customer wrote
    since: what is said to that is suggested then."""
    with database.snapshot() as tx:
        conversation = conversations.load(tx, message.conversation_id)
        ticket = tickets.latest(tx, message.conversation_id)
        said = joins.transcript(tx, message.conversation_id)
    before = [one for one in said if one.id <= message.id]
    wrote_since = any(one.role is Speaker.CUSTOMER for one in said[len(before) :])
    if conversation.state not in HUMAN or ticket is None or wrote_since:
        return False
    sources = Sources.of(parts)
    known = Known(conversation.region, conversation.plan)
    suggested = suggest(sources, messages.utterances(before), Viewer(Role.AGENT), known)
    with database.transaction() as tx:
        is_current = parts.live.current().generation == sources.index.generation
        if is_current:
            record.store(tx, message.conversation_id, message.id, suggested.proposals, ticket.id)
    # What a new generation takes back must not be offered after it.
    return is_current or suggest_beside(database, parts, message)
