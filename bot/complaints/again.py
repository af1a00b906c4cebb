"""Owns what a customer writes after their complaint is over: it goes on under the first, with its number and history.

Refuses a second complaint about the same, and to take what is about something else for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.complaints import ledger
from bot.conversation import joins, messages
from bot.conversation.utterance import Speaker, Utterance
from bot.decision.outcome import Reason
from bot.desk import sequel
from bot.desk.reopen import reopen
from bot.handoff.packet import HandoffPacket
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket, TicketStatus
from bot.storage import clock
from bot.storage.commit_lines import tell_log

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

DAY_SECONDS = 86_400
WROTE_AGAIN = "The customer wrote again about this complaint."


def goes_on(tx: Connection, policies: HandoffPolicies, before: Ticket, packet: HandoffPacket) -> bool:
    """True when the handoff is about the complaint that `before` was: resolved lately, nothing answered since, and the
    customer does not say that it is another one."""
    lately = clock.after(clock.now(), -policies.follow_ups.days * DAY_SECONDS)
    if before.status is not TicketStatus.RESOLVED or (before.closed_at or "") < lately:
        return False
    if packet.reason is not Reason.FOLLOW_UP and packet.category not in policies.complaints.opened_by:
        return False
    complaint = ledger.find(tx, before.id)
    return complaint is not None and complaint.is_over and not _is_another(tx, policies, before)


def take_up(
    tx: Connection,
    policies: HandoffPolicies,
    before: Ticket,
    packet: HandoffPacket,
    *,
    client_id: str | None = None,
    turn: DataclassInstance | None = None,
) -> Ticket:
    """The same ticket waits again, as urgent as it was or as the words are now, and its complaint is received again."""
    target = sequel.of_before(tx, policies, packet, before).target
    opened = reopen(tx, policies, before, WROTE_AGAIN, client_id, author=ledger.AUTHOR, turn=turn, target=target)
    ledger.receive_again(tx, policies, opened)
    tell_log(tx, "handed_over", conversation=opened.conversation_id, ticket=opened.id, reason=packet.reason)
    return opened


def _is_another(tx: Connection, policies: HandoffPolicies, before: Ticket) -> bool:
    said = joins.transcript(tx, before.conversation_id)
    since = messages.utterances(one for one in said if one.created_at > (before.closed_at or ""))
    return any(map(_is_answer, since)) or any(
        each.speaker is Speaker.CUSTOMER and policies.follow_ups.is_anew(each.text) for each in since
    )


def _is_answer(said: Utterance) -> bool:
    return said.speaker is Speaker.BOT and bool(said.article_ids)
