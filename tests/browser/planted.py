"""Owns a desk full of hostile texts: a ticket with one in every field, and whatever else the console shows. Refuses to
look: test_xss.py does. Rows are written past the doors: what those refuse is shown as text all the same."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Table, delete, insert

from bot.access import Role
from bot.allowances.concession import ConcessionStatus
from bot.assist import record
from bot.assist.record import Proposal
from bot.channels.mail_body import Attachment
from bot.channels.mails import Attachments, Direction, Standing
from bot.conversation import attachments, conversations, messages
from bot.conversation.attachment_kinds import PNG
from bot.conversation.attachments import Received
from bot.conversation.mail_proof import Channel, Proof
from bot.conversation.utterance import Speaker
from bot.customers import records
from bot.customers.identity import Identity
from bot.desk import accounts, notes, notices, offers, own_macros, tickets
from bot.desk.accounts import Account
from bot.desk.notices import Work
from bot.desk.offers import Offer, Why
from bot.desk.own_macros import MacroStatus
from bot.desk.queue import View
from bot.gaps.ledger import GapStatus
from bot.handoff.complaint_policy import Stage
from bot.handoff.hand_off import hand_off
from bot.handoff.packet import Fact, FactKind
from bot.handoff.ticket import Ticket
from bot.promises.promise import PromiseStatus
from bot.storage import clock
from bot.storage.care_tables import complaints, concessions, promises, surveys
from bot.storage.clean_text import storable
from bot.storage.desk_tables import macro_acts, macros, saved_views
from bot.storage.knowledge_tables import gap_wordings, gaps
from bot.storage.mail_tables import mail_threads, mails
from bot.storage.record import encode
from bot.storage.tables import contacts, merges
from bot.storage.tables import offers as offers_table
from kb_ingest.article import Visibility
from tests.browser.desk import Desk
from tests.conftest import PACKET

A_PAGE = 25
"""Texts in one transcript, and tickets whose parts are loaded before the page is looked at."""
SHOWN_DEEDS = (Work.TAGGED, Work.TRANSFERRED, Work.COMPLAINT_MOVED, Work.JOINED)
"""What the history shows in different ways."""
LATER = 30 * 86_400
OWNED = {promises: "owner", complaints: "owner", concessions: "asked_by", offers_table: "account_id"}
OWNED |= {saved_views: "account_id", macro_acts: "account_id", macros: "proposed_by"}
"""What else is the planting account's, in the order in which it may be taken away."""


@dataclass(frozen=True)
class Planted:
    """A ticket full of one text in the fields that are there once, of several where there may be many; those `merged`
    into it were resolved with a note."""

    id: str
    conversation_id: str
    customer_id: str
    merged: tuple[str, ...]


def plant(desk: Desk, texts: Sequence[str]) -> tuple[Account, list[Planted]]:
    """A ticket for each text, by an account of a hostile name: a lead, whose also the rest is."""
    found: list[Planted] = []
    with desk.transaction() as tx:
        email = f"{secrets.token_hex(4)}@example.com"
        account = accounts.add(tx, email, texts[-1], Role.LEAD, "a long enough password")
        for at, text in enumerate(texts):
            several = texts[at : at + A_PAGE] if at % A_PAGE == 0 else ()
            found.append(_ticket(tx, text, several, account))
        for text in texts:
            _of_the_desk(tx, storable(text), account)
    return account, found


def take_away(desk: Desk, account: Account, planted: Sequence[Planted]) -> None:
    """The desk is other tests' too."""
    ids = [one.id for one in planted]
    with desk.transaction() as tx:
        for table, column in OWNED.items():
            tx.execute(delete(table).where(table.c[column] == account.id))
        tx.execute(delete(merges).where(merges.c.into_id.in_(ids)))
        tx.execute(delete(gap_wordings).where(gap_wordings.c.gap_id.in_(ids)))
        tx.execute(delete(gaps).where(gaps.c.id.in_(ids)))
        for one in ids:
            tickets.resolve(tx, one, account)


def _ticket(tx: Connection, text: str, several: Sequence[str], account: Account) -> Planted:
    told = Identity(f"{text}{secrets.token_hex(4)}", text, text, text[:20], text[:20], "en")
    customer = records.upsert(tx, told)
    ticket = _handed_over(tx, text, several, customer.id)
    _about(tx, storable(text), ticket, account)
    _mailed(tx, storable(text), ticket)
    said = [_say(tx, ticket, each, account) for each in several]
    if several:
        row = {"status": GapStatus.OPEN, "said_id": said[0] + 1, "contradicted": 0, "found_at": clock.now()}
        _row(tx, gaps, id=ticket.id, **row)
        for number in said:
            _row(tx, gap_wordings, gap_id=ticket.id, message_id=number, rank=number)
    merged = tuple(_merged(tx, each, ticket, customer.id, account) for each in several)
    return Planted(ticket.id, ticket.conversation_id, customer.id, merged)


def _handed_over(tx: Connection, text: str, several: Sequence[str], customer_id: str) -> Ticket:
    opened = conversations.open_conversation(
        tx, site=storable(text), language="en", region=storable(text), plan=storable(text), customer_id=customer_id
    )
    packet = replace(
        PACKET,
        goal=storable(text),
        facts=tuple(Fact(FactKind.ORDER, storable(each), 0) for each in (text, *several)),
        missing=storable(text),
        risks=(storable(text),),
        next_steps=tuple(storable(each) for each in several),
        draft_reply=storable(text),
        target=replace(PACKET.target, told_customer=storable(text), team=storable(text)[:60]),
    )
    return hand_off(tx, opened.conversation.id, packet)


def _about(tx: Connection, text: str, ticket: Ticket, account: Account) -> None:
    """What a ticket has once."""
    now, of = clock.now(), {"ticket_id": ticket.id, "conversation_id": ticket.conversation_id}
    later = clock.after(now, LATER)
    asked = {"episode": ticket.id, "csat": 1, "person": "", "language": "en", "questions": "csat"}
    _row(tx, surveys, **of, **asked, asked_at=now, answered_at=now, missing=text)
    going_on = {"stage": Stage.INVESTIGATING, "stage_since": now, "due_at": later, "opened_at": now, "version": 1}
    _row(tx, complaints, **of, **going_on, owner=account.id, root_cause=text, remedy=text)
    _row(tx, contacts, conversation_id=ticket.conversation_id, name=text, email=text, given_at=now)
    offers.make(tx, Offer(ticket.id, account.id, Why(text, text, text, text, 0, 9, 1, 0), now, later))


def _mailed(tx: Connection, text: str, ticket: Ticket) -> None:
    now, of = clock.now(), {"conversation_id": ticket.conversation_id, "address": text, "subject": text}
    began = {"token": secrets.token_hex(8), "channel": Channel.EMAIL, "proof": Proof.CLAIMED, "quiet": 0}
    _row(tx, mail_threads, **of, **began, created_at=now)
    files = encode(Attachments((Attachment(text, text, 1, False, "", text), Attachment(text, text, 1, False, text))))
    came = {"key": secrets.token_hex(8), "mail_id": text, "direction": Direction.IN, "standing": Standing.HANDLED}
    told = {"detail": text, "full_text": text, "attachments": files, "automated": 0, "tries": 1, "created_at": now}
    _row(tx, mails, **of, **came, **told)


def _say(tx: Connection, ticket: Ticket, text: str, account: Account) -> int:
    """What a ticket may have many of; the customer's message, which the desk's follows."""
    now, name, conversation_id = clock.now(), storable(text), ticket.conversation_id
    said = messages.append(tx, conversation_id, Speaker.CUSTOMER, text).message
    messages.append(tx, conversation_id, Speaker.AGENT, text, author=name)
    attachments.append(tx, conversation_id, Speaker.CUSTOMER, Received(name, PNG, 1, "0" * 64))
    notes.add(tx, ticket.id, account, text)
    for work in SHOWN_DEEDS:
        notices.worked(tx, ticket, name, work, name)
    proposal = Proposal(name, name, name, name, 0, 9, "0" * 12, Visibility.INTERNAL, 0.5)
    with_others = [one.proposal for one in record.current(tx, conversation_id)]
    record.store(tx, conversation_id, said.id, [*with_others, proposal], ticket.id)
    of = {"ticket_id": ticket.id, "conversation_id": conversation_id}
    made = {"message_id": said.id, "kind": name, "owner": account.id, "made_by": account.id, "made_at": now}
    made |= dict.fromkeys(("warn_at", "due_at"), clock.after(now, LATER))
    for status in (PromiseStatus.OPEN, PromiseStatus.RELEASED):
        _row(tx, promises, id=secrets.token_hex(8), **of, **made, status=status, sentence=name, reason=name)
    asked = {"client_id": secrets.token_hex(8), "kind": "goodwill", "amount": 1, "currency": "EUR", "asked_at": now}
    asked |= {"status": ConcessionStatus.WAITING, "asked_by": account.id, "decided_by": account.id}
    _row(tx, concessions, id=secrets.token_hex(8), **of, **asked, reason=name, note=name, answer=name)
    return said.id


def _merged(tx: Connection, text: str, into: Ticket, customer_id: str, account: Account) -> str:
    """Another ticket, resolved with a note and then joined to this one."""
    other = _handed_over(tx, text, (), customer_id)
    tickets.resolve(tx, other.id, account, storable(text))
    of = {"ticket_id": other.id, "conversation_id": other.conversation_id, "merged_at": clock.now()}
    _row(tx, merges, **of, into_id=into.id, goes_on_in=into.conversation_id)
    return other.id


def _of_the_desk(tx: Connection, text: str, account: Account) -> None:
    """What belongs to no ticket: a saved view, a macro that waits and one that is offered."""
    seen = {"account_id": account.id, "show": View.OPEN, "words": text, "team": text, "tag": text, "shared": 1}
    _row(tx, saved_views, id=secrets.token_hex(12), **seen, name=text, name_key=secrets.token_hex(8))
    content = encode(own_macros.Content(text, {"en": text}))
    for status in (MacroStatus.WAITING, MacroStatus.APPROVED, MacroStatus.REJECTED):
        number = secrets.token_hex(8)
        _row(tx, macros, id=number, content=content, status=status, proposed_by=account.id, version=1)
        for deed in (own_macros.Deed.PROPOSED, own_macros.Deed.REJECTED):
            act = {"deed": deed, "account_id": account.id, "reason": text, "created_at": clock.now()}
            _row(tx, macro_acts, macro_id=number, content=content, **act)


def _row(tx: Connection, table: Table, **values: Any) -> None:
    tx.execute(insert(table).values(values))
