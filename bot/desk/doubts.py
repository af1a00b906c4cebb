"""Owns what speaks against resolving a ticket: it is urgent, or its customer waits for an answer. Refuses to forbid it:
whoever resolves it may say that they mean it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from bot.conversation import joins, messages
from bot.conversation.utterance import Speaker
from bot.decision.small_talk import LONGEST, kind_of
from bot.decision.small_talk_policy import SmallTalkPolicy
from bot.desk import tickets
from bot.desk.accounts import Account
from bot.errors import ConfirmFirst
from bot.handoff.policies import HandoffPolicies
from bot.handoff.service_level import Priority
from bot.handoff.ticket import OPEN, Ticket

URGENT = "It is urgent."
UNANSWERED = "No person has answered the customer yet."
WROTE_LAST = "The customer wrote last and has no answer."


def check(
    tx: Connection,
    policies: HandoffPolicies,
    words: SmallTalkPolicy,
    ticket_id: str,
    account: Account,
    version: int | None = None,
) -> None:
    """ConfirmFirst, with all that speaks against resolving it; a ticket that is closed already is in no doubt.

    Conflict for what could not be resolved anyway: somebody else's, or not at `version` any more.
    """
    ticket = tickets.load(tx, ticket_id)
    if ticket.status not in OPEN:
        return
    tickets.check_free(tx, ticket, account)
    tickets.check_version(ticket, version)
    found = tuple(_against(tx, policies, words, ticket))
    if found:
        raise ConfirmFirst(" ".join(found))


def _against(tx: Connection, policies: HandoffPolicies, words: SmallTalkPolicy, ticket: Ticket) -> Iterator[str]:
    if ticket.priority == Priority.URGENT:
        yield URGENT
    if ticket.first_response_at is None:
        yield UNANSWERED
        return
    last = messages.last_of(tx, (Speaker.CUSTOMER, Speaker.AGENT), *joins.parts(tx, ticket.conversation_id))
    if last is not None and last.role is Speaker.CUSTOMER and not _is_courtesy(policies, words, last.text):
        yield WROTE_LAST


def _is_courtesy(policies: HandoffPolicies, words: SmallTalkPolicy, text: str) -> bool:
    """Thanks and the like want no answer, in words or as a picture."""
    if len(text) > LONGEST:
        return False
    kind = kind_of(text, words)
    return not any(map(str.isalnum, text)) or (kind is not None and kind.id in policies.follow_ups.courtesies)
