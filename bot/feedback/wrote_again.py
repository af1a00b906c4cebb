"""Owns whether what a customer writes after a ticket was resolved goes on about it: then it is a person's. Refuses to
open a ticket: carry_out.py does, as for every handoff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from sqlalchemy import Connection

from bot.conversation import messages
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker, Utterance
from bot.decision.outcome import Answer, Clarify, HandOff, Reason, Refuse
from bot.decision.small_talk import LONGEST, is_small_talk, kind_of
from bot.decision.small_talk_policy import SmallTalkPolicy
from bot.desk import tickets
from bot.handoff.policies import HandoffPolicies
from bot.handoff.service_level import Priority
from bot.handoff.ticket import Ticket, TicketStatus
from bot.respond import Outcome
from bot.retrieval.standalone import PRONOUN, QUESTION, matter_of
from bot.storage import clock

DAY = 86_400


@dataclass(frozen=True, slots=True)
class SinceClosing:
    """What was said after the last ticket was closed, for the bot starts fresh after a person; `about` is the ticket if
    the next message may go on about it, `before` what the customer had told until then: their device is still theirs.
    """

    said: tuple[Utterance, ...]
    about: Ticket | None
    before: tuple[str, ...] = ()


def since_closing(
    tx: Connection, policies: HandoffPolicies, words: SmallTalkPolicy, message: Message
) -> SinceClosing:
    """The same before `message`."""
    last = tickets.latest(tx, message.conversation_id)
    closed = last.closed_at if last and last.closed_at else ""
    said = messages.transcript(tx, message.conversation_id)
    since = messages.utterances(one for one in said if one.id < message.id and one.created_at > closed)
    before = tuple(one.text for one in said if one.created_at <= closed and one.role is Speaker.CUSTOMER)
    return SinceClosing(since, resolved_lately(policies, words, last, since), before)


def resolved_lately(
    policies: HandoffPolicies, words: SmallTalkPolicy, last: Ticket | None, since: Sequence[Utterance]
) -> Ticket | None:
    """The ticket that the next message may go on about: resolved lately, and nothing was answered `since`."""
    if last is None or last.status is not TicketStatus.RESOLVED or last.closed_at is None:
        return None
    if last.closed_at < clock.after(clock.now(), -policies.follow_ups.days * DAY):
        return None
    return None if _was_answered(since, words) else last


def _was_answered(since: Sequence[Utterance], words: SmallTalkPolicy) -> bool:
    """The bot said something to more than small talk."""
    said = [each for each in since if each.speaker is not Speaker.SYSTEM]
    asked = (one.text for one, next_one in pairwise(said) if next_one.speaker is Speaker.BOT)
    return any(len(text) > LONGEST or not is_small_talk(text, words) for text in asked)


def followed_up(policies: HandoffPolicies, words: SmallTalkPolicy, ticket: Ticket | None, outcome: Outcome) -> Outcome:
    """The outcome as it is, or a person's because the message goes on about `ticket`; what it is about by itself, a
    danger for instance, comes first."""
    if ticket is None or not _goes_on(policies, words, ticket, outcome):
        return outcome
    return replace(outcome, decision=HandOff(Reason.FOLLOW_UP, ticket.category), draft=None)


def _goes_on(policies: HandoffPolicies, words: SmallTalkPolicy, ticket: Ticket, outcome: Outcome) -> bool:
    said, careful = outcome.question.said, _is_careful(ticket)
    about_it = policies.follow_ups.is_about_it(said)
    match outcome.decision:
        case Refuse() | HandOff(reason=Reason.SENSITIVE | Reason.ASKED_FOR_PERSON):
            return False
        case Answer(small_talk=True):
            kind = kind_of(said, words)
            return careful and kind is not None and kind.id not in policies.follow_ups.courtesies
        case Answer():
            return about_it or (careful and not _asks_anew(policies, said))
        case Clarify(reason=Reason.QUESTION_UNCLEAR):
            return not policies.follow_ups.is_anew(said)
        case _:
            return about_it or careful


def _is_careful(ticket: Ticket) -> bool:
    """It was urgent, or about a topic that is for people only: the bot is not to guess that it is over."""
    return ticket.priority == Priority.URGENT or ticket.category is not None


def _asks_anew(policies: HandoffPolicies, said: str) -> bool:
    """A question of its own: it begins like one and points at nothing said before."""
    own = QUESTION.match(matter_of(said)) is not None and not PRONOUN.search(said)
    return own or policies.follow_ups.is_anew(said)
