"""Owns filling a desk with open tickets, each with a conversation of its own. Refuses HTTP: they are many."""

from __future__ import annotations

import random
from dataclasses import replace

from sqlalchemy import Connection

from bot.conversation import conversations, messages
from bot.conversation.utterance import Speaker
from bot.handoff.hand_off import hand_off
from bot.handoff.ticket import Ticket
from bot.storage import clock
from bot.storage.tables import ticket_tags
from tests.conftest import PACKET

WORDS = (
    "parcel", "refund", "invoice", "lamp", "hub", "camera", "sensor", "login", "update", "battery", "return", "plan",
)  # fmt: skip
TEAMS = ("orders", "legal", "billing")
MESSAGES = 4


def fill(tx: Connection, amount: int, seed: int) -> list[Ticket]:
    """Open `amount` tickets with messages and tags, due at different times; the words go by the seed."""
    rng = random.Random(seed)
    return [_ticket(tx, rng, number) for number in range(amount)]


def _ticket(tx: Connection, rng: random.Random, number: int) -> Ticket:
    opened = conversations.open_conversation(tx, site="shop", language="en").conversation
    key = None
    for turn in range(MESSAGES):
        said = f"{' '.join(rng.choices(WORDS, k=12))} {number}-{turn}"
        role = Speaker.BOT if turn % 2 else Speaker.CUSTOMER
        message = messages.append(tx, opened.id, role, said, client_id=key).message
        key = None if turn % 2 else messages.reply_key(message)
    due = clock.after(clock.now(), rng.randrange(600, 300_000))
    target = replace(PACKET.target, team=rng.choice(TEAMS), first_response_due=due)
    goal = f"{' '.join(rng.choices(WORDS, k=6))} {number}"
    ticket = hand_off(tx, opened.id, replace(PACKET, goal=goal, target=target))
    tx.execute(ticket_tags.insert().values(ticket_id=ticket.id, tag=rng.choice(WORDS)))
    return ticket
