"""Owns what speaks against closing a ticket or putting it off: it is urgent, or its customer waits for something.

Refuses to forbid it: whoever does it may say that they mean it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from bot.conversation import joins, messages
from bot.conversation.utterance import Speaker
from bot.decision.small_talk import LONGEST, kind_of
from bot.decision.small_talk_policy import SmallTalkPolicy
from bot.desk import due_times, tickets
from bot.desk.accounts import Account
from bot.desk.due_times import Due
from bot.errors import ConfirmFirst
from bot.handoff.policies import HandoffPolicies
from bot.handoff.service_level import Priority
from bot.handoff.ticket import OPEN, Ticket

URGENT = "It is urgent."
UNANSWERED = "No person has answered the customer yet."
WROTE_LAST = "The customer wrote last and has no answer."
SENSITIVE = "The assistant does not answer on its topic."
OWED = {
    Due.ANSWER: "The customer’s first answer is due before then.",
    Due.REPLY: "The answer to what the customer wrote is due before then.",
    Due.PROMISE: "A promise to the customer is due before then.",
    Due.COMPLAINT: "The next step of the complaint is due before then.",
}


def before_closing(
    tx: Connection,
    policies: HandoffPolicies,
    words: SmallTalkPolicy,
    ticket_id: str,
    account: Account,
    version: int | None = None,
    *,
    to_bot: bool = False,
    more: Sequence[str] = (),
) -> None:
    """ConfirmFirst, with all that speaks against it, `more` included; a ticket that is closed already is in no doubt.

    Conflict for what could not be closed anyway: somebody else's, or not at `version` any more.
    """
    if tickets.load(tx, ticket_id).status in OPEN:
        ticket = tickets.load_free(tx, ticket_id, account, version)
        _ask((*_against(tx, policies, words, ticket, to_bot=to_bot), *more))


def before_snoozing(tx: Connection, ticket_id: str, account: Account, until: str, version: int | None = None) -> None:
    """ConfirmFirst when what the customer waits for is due before `until` (ISO UTC). Conflict as for the snooze."""
    ticket = tickets.load_free(tx, ticket_id, account, version)
    owed = due_times.owed(tx, ticket)
    if owed is not None and owed[0] < until:
        _ask([OWED[owed[1]]])


def _ask(found: Sequence[str]) -> None:
    if found:
        raise ConfirmFirst(" ".join(found))


def _against(
    tx: Connection, policies: HandoffPolicies, words: SmallTalkPolicy, ticket: Ticket, *, to_bot: bool
) -> Iterator[str]:
    if ticket.priority == Priority.URGENT:
        yield URGENT
    if to_bot and ticket.category is not None:
        yield SENSITIVE
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
