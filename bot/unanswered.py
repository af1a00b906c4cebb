"""Owns the customers' messages whose turn was cut off before its outcome: found in the event log, taken up again once.

The turn is that of somebody who sends it again. Refuses to answer by itself, and to read again what it read in vain: it
is given to a person as it is, so that a text which ends the process does not do so at every start.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile

from sqlalchemy import Connection

from bot.assist import record
from bot.carry_out import fail_over
from bot.channels.receive import BY_MAIL
from bot.conversation import conversations, messages
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker
from bot.decision.small_talk import is_small_talk
from bot.decision.small_talk_policy import SmallTalkPolicy
from bot.desk import tickets
from bot.events import followers, log
from bot.events.log import Audience, EventKind
from bot.storage import clock
from bot.storage.record import decode
from bot.turn import Assistant, guarded, take_turn, tell_desk

NAME, TRIED = "unanswered", "unanswered-tried"
PATIENCE_SECONDS = 30.0
"""After that nobody is at work on a message any more. If somebody is, on another replica, the first outcome counts."""
BATCH = 100


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A message without an outcome, and its place in the event log; `tried`: it was taken up before, in vain."""

    event_id: int
    message: Message
    tried: bool


def claim(assistant: Assistant, now: str) -> Unanswered | None:
    """The first message without an outcome that is old enough; None when there is none. From now on it was tried."""
    before = clock.after(now, -PATIENCE_SECONDS)
    while True:
        with assistant.database.transaction() as tx:
            tried, after = followers.position(tx, TRIED), followers.position(tx, NAME)
            happened = log.since(tx, after, audience=Audience.ALL, limit=BATCH)
            due = list(takewhile(lambda event: event.created_at < before, happened))
            for event in due:
                if event.kind is not EventKind.MESSAGE:
                    continue
                message = decode(Message, event.payload)
                if _is_unanswered(tx, assistant.responder.small_talk, message):
                    followers.move(tx, NAME, event.id - 1)
                    followers.move(tx, TRIED, event.id)
                    return Unanswered(event.id, message, tried=event.id <= tried)
            if not due:
                return None
            followers.move(tx, NAME, due[-1].id)


def take_up(assistant: Assistant, found: Unanswered) -> None:
    """Let the message have its turn; what was tried before is a person's, and what came by mail, which alone knew why a
    person may have to read it. Then the desk is told, as after every turn."""
    message = found.message
    with assistant.database.snapshot() as tx:
        viewer = conversations.viewer_of(conversations.load(tx, message.conversation_id))
    again = None if found.tried else message.client_id
    if again is not None and not again.startswith(BY_MAIL):
        take_turn(assistant, viewer, message.conversation_id, again, message.text)
    else:
        with assistant.database.transaction() as tx:
            fail_over(tx, assistant.responder.small_talk, assistant.policies, viewer, message)
    if found.tried:
        _be_done(assistant, found)
    guarded(lambda: tell_desk(assistant, viewer, message), message_id=message.id)
    _be_done(assistant, found)


def _be_done(assistant: Assistant, found: Unanswered) -> None:
    with assistant.database.transaction() as tx:
        followers.move(tx, NAME, found.event_id)


def _is_unanswered(tx: Connection, words: SmallTalkPolicy, message: Message) -> bool:
    """Neither the bot nor a person said anything to it, nor had a person the conversation then or since; or one has it,
    and the desk was told nothing of it: neither a danger nor what to reply."""
    if message.role is not Speaker.CUSTOMER or message.attachment is not None:
        return False
    reply = messages.last_of(tx, (Speaker.AGENT,), message.conversation_id)
    if messages.reply_to(tx, message) is not None or (reply is not None and reply.id > message.id):
        return False
    ticket = tickets.latest(tx, message.conversation_id)
    if ticket is None or (ticket.closed_at is not None and ticket.closed_at < message.created_at):
        return True
    heard = ticket.closed_at is not None or is_small_talk(message.text, words)
    return not heard and not record.were_made_for(tx, message)
