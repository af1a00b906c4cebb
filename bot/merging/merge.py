"""Owns merging: one ticket ends, the other goes on with everything of both, and so do their conversations.

Nothing is rewritten: what was said stays where it was said, and the surviving conversation names what goes on in it.
Refuses tickets of different people, a closed one, and a second ending.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, insert, update

from bot.allowances import give
from bot.assist import record
from bot.channels import mail_threads
from bot.complaints import ledger as complaints
from bot.conversation import conversations, joins, messages
from bot.conversation.conversations import State
from bot.conversation.utterance import Speaker
from bot.desk import contacts, merges, next_reply, notes, notices, tags, tickets
from bot.desk.accounts import Account
from bot.errors import BadRequest, Conflict
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import OPEN, Ticket, TicketStatus
from bot.merging.merged_packet import Side, merged
from bot.merging.same_person import of_conversation
from bot.promises import ledger as promises
from bot.storage import clock
from bot.storage.tables import merges as rows


@dataclass(frozen=True, slots=True)
class Merged:
    """The ticket that ended and the one that goes on, as they are now; `created` false: it had been done before."""

    ended: Ticket
    kept: Ticket
    created: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """The versions of both tickets that somebody saw; None: they did not say."""

    ended: int | None = None
    kept: int | None = None


def merge(
    tx: Connection, policies: HandoffPolicies, ticket_id: str, into_id: str, account: Account, seen: Seen = Seen()
) -> Merged:
    """End `ticket_id` and let it go on in `into_id`; done twice, it is done once.

    Conflict when either is closed or not as it was `seen`, when the first is somebody else's or a complaint that goes
    on; BadRequest for tickets that are not proven to be one customer's. The second may be a colleague's.
    """
    if ticket_id == into_id:
        raise BadRequest("A ticket cannot be merged into itself; choose another one.")
    found = tickets.load(tx, ticket_id), tickets.load(tx, into_id)
    conversations.lock(tx, *(one.conversation_id for one in found))
    ended, kept = tickets.load(tx, ticket_id), tickets.load(tx, into_id)
    if merges.into(tx, ticket_id) == into_id:
        return Merged(ended, kept, created=False)
    _check(tx, ended, kept, account, seen)
    return _join(tx, policies, ended, kept, account)


def _check(tx: Connection, ended: Ticket, kept: Ticket, account: Account, seen: Seen) -> None:
    tickets.check_free(tx, ended, account)
    if kept.status not in OPEN:
        raise Conflict(f"The ticket you chose is already {kept.status}; choose another one.")
    tickets.check_version(ended, seen.ended)
    tickets.check_version(kept, seen.kept)
    complaints.check_may_end(tx, ended.id)
    if not of_conversation(tx, ended.conversation_id).is_also(of_conversation(tx, kept.conversation_id)):
        raise BadRequest("It is not proven that both tickets are one customer's; a typed address proves nothing.")


def _join(tx: Connection, policies: HandoffPolicies, ended: Ticket, kept: Ticket, account: Account) -> Merged:
    sides = [Side(one, joins.parts(tx, one.conversation_id)) for one in (kept, ended)]
    _point(tx, ended, kept)
    here, there = (conversations.load(tx, one.conversation_id) for one in (kept, ended))
    conversation = conversations.take_over_from(tx, here, there)
    conversations.take_over_from(tx, there, here)
    said = joins.transcript(tx, kept.conversation_id)
    combined = merged(sides[0], sides[1], said, policies.facts, conversation.region)
    over = replace(ended, packet=ended.packet.without_draft(), status=TicketStatus.MERGED, snoozed_until=None)
    closed = tickets.store(tx, replace(over, closed_at=clock.now()))
    stored = tickets.store(tx, _with_person(combined, ended))
    tickets.move(tx, ended.conversation_id, State.RESOLVED)
    if stored.status is TicketStatus.CLAIMED:
        tickets.move(tx, kept.conversation_id, State.PERSON)
    _hand_on(tx, closed, stored)
    words = policies.wording.phrases(kept.packet.language)
    messages.append(tx, kept.conversation_id, Speaker.SYSTEM, words.merged, client_id=f"merged:{ended.id}")
    notices.merged(tx, closed, stored, account)
    return Merged(closed, stored, created=True)


def _point(tx: Connection, ended: Ticket, kept: Ticket) -> None:
    row = {
        "ticket_id": ended.id,
        "into_id": kept.id,
        "conversation_id": ended.conversation_id,
        "goes_on_in": kept.conversation_id,
        "merged_at": clock.now(),
    }
    before = update(rows).where(rows.c.goes_on_in == ended.conversation_id)
    tx.execute(before.values(goes_on_in=kept.conversation_id))
    tx.execute(insert(rows).values(row))


def _with_person(kept: Ticket, ended: Ticket) -> Ticket:
    """Back in the queue if it was put off; whoever had the other one has it, if nobody had this one."""
    if kept.assignee is not None or ended.assignee is None:
        return replace(kept, snoozed_until=None)
    return replace(
        kept, snoozed_until=None, status=TicketStatus.CLAIMED, assignee=ended.assignee, claimed_at=clock.now()
    )


def _hand_on(tx: Connection, ended: Ticket, kept: Ticket) -> None:
    promises.hand_on(tx, ended, kept)
    give.hand_on(tx, ended, kept)
    tags.hand_on(tx, ended, kept)
    contacts.hand_on(tx, ended, kept)
    next_reply.hand_on(tx, ended, kept)
    notes.hand_on_mentions(tx, ended, kept)
    record.make_stale(tx, ended.conversation_id)
    mail_threads.carry_on(tx, ended.conversation_id, kept.conversation_id)
