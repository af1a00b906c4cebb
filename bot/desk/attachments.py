"""Owns files from a customer to the person who has the conversation; a person's are replies (tickets.py).

Refuses files for the bot, which reads none.
"""

from __future__ import annotations

from sqlalchemy import Connection

from bot.conversation import attachments, conversations, joins
from bot.conversation.attachments import Received
from bot.conversation.conversations import Conversation, State
from bot.conversation.messages import Stored
from bot.conversation.utterance import Speaker
from bot.desk import snooze, tickets
from bot.errors import Conflict
from bot.handoff.policies import HandoffPolicies

WITH_PEOPLE = frozenset({State.WAITING, State.PERSON})


def from_customer(
    tx: Connection, policies: HandoffPolicies, conversation_id: str, received: Received, client_id: str
) -> Stored:
    """Store the file as the customer's message. Conflict while no person has the conversation or was asked for."""
    heard_in = joins.entered(tx, conversation_id)
    check_taken(conversations.load(tx, heard_in))
    stored = attachments.append(tx, heard_in, Speaker.CUSTOMER, received, client_id=client_id)
    if stored.created:
        snooze.customer_wrote(tx, heard_in)
        tickets.customer_wrote(tx, policies, stored.message)
    return stored


def check_taken(conversation: Conversation) -> None:
    """Conflict while no person has the conversation or was asked for: nobody would look at a file."""
    if conversation.state not in WITH_PEOPLE:
        raise Conflict("Files can be sent to a person only. Ask for a person first.")
