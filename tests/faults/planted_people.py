"""Owns people of whom something stands in every column of every table and in files. Refuses to know what is erased.

Each text that is not a number we gave, a time or a word of a policy is `<token>.<table>.<column>`: a column that is
added later is planted by itself, and found on the disk if nothing takes it out.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Column, Connection, Float, Integer, Table, insert, select, update

from bot.assist.record import SuggestionState
from bot.channels.mails import Direction, Standing
from bot.conversation.attachment_files import AttachmentFiles
from bot.conversation.mail_proof import Channel, Proof
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Reason
from bot.desk.notes import Note
from bot.desk.notices import TicketNote, TicketWork, Work
from bot.desk.offers import Ending, Why
from bot.events.log import Audience, EventKind
from bot.events.outbox import Topic
from bot.feedback.record import FeedbackKind
from bot.feedback.survey import address_hash
from bot.handoff.complaint_policy import Stage
from bot.handoff.packet import Fact, FactKind
from bot.handoff.ticket import TicketChange, TicketStatus
from bot.promises.promise import PromiseStatus
from bot.storage import care_tables as care
from bot.storage import clock, knowledge_tables, mail_tables
from bot.storage import tables as desk
from bot.storage.desk_tables import saved_views
from bot.storage.record import encode
from tests.conftest import PACKET

LATER = "2199-01-01T00:00:00.000Z"
KINDS = 5


@dataclass(frozen=True)
class Planted:
    """One person: what to call them by, the token in all that is theirs, and where it stands (`table.column`)."""

    who: str
    token: str
    places: frozenset[str]
    conversation_id: str
    ticket_id: str
    digest: str


@dataclass(frozen=True)
class _Ids:
    """What rows of one person refer to."""

    token: str
    conversation_id: str
    ticket_id: str
    message_id: int
    account_id: str
    customer_id: str | None

    def of(self, column: Column[Any]) -> Any:
        """The value of a column of which nothing is said: what it names, a time, a number, or a canary."""
        for key in column.foreign_keys:
            return getattr(self, f"{key.column.table.name.rstrip('s')}_id", None)
        if column.name in ("conversation_id", "ticket_id", "message_id"):
            return getattr(self, column.name)
        if column.name.endswith(("_at", "_due", "_by", "_since", "_until")):
            return None if column.nullable else clock.now()
        if isinstance(column.type, Float):
            return 0.5
        if column.type.python_type is int or isinstance(column.type, Integer):
            return None if column.primary_key else 1
        if column.name == "id":
            return secrets.token_hex(12)
        return f"{self.token}.{column.table.name}.{column.name}"


def staff(tx: Connection) -> str:
    """Somebody of the desk; the account's id."""
    row = {"id": "a" * 24, "email": "ana@desk.example", "name": "Ana", "role": "agent", "password_hash": "x"}
    tx.execute(insert(desk.accounts).values(row | {"created_at": clock.now(), "disabled": 1}))
    return str(row["id"])


def plant(tx: Connection, number: int, account_id: str, files: AttachmentFiles) -> Planted:
    """The `number`th person, each of five known by something else: customer number, vouched address, address of a mail
    thread, address proven by a code, nothing but the conversation."""
    token = f"canary{secrets.token_hex(8)}"
    kind, address = number % KINDS, f"{token}@people.example"
    customer_id = token if kind < 2 else None
    if customer_id:
        _put(tx, desk.customers, _Ids(token, "", "", 0, account_id, None), id=token, email=address,
             external_id=f"{token}-number")  # fmt: skip
    ids = _spoken(tx, token, customer_id, account_id)
    digest = files.keep(f"{token}.files.content".encode())
    for table, values in _rows(ids, address if kind in (0, 1, 2) else f"other-{address}", kind, digest):
        _put(tx, table, ids, **values)
    contact = {"email": address if kind == 3 else f"typed-{address}", "verified_at": clock.now() if kind == 3 else None}
    _put(tx, desk.contacts, ids, **contact)
    who = (f"{token}-number", address.upper(), address, address, ids.ticket_id)[kind]
    return Planted(who, token, frozenset(_standing(tx, token)), ids.conversation_id, ids.ticket_id, digest)


def churn(tx: Connection, person: Planted) -> None:
    """Write the person's longest texts again and again: SQLite moves rows and leaves what was there before."""
    of = desk.messages.c.conversation_id == person.conversation_id
    for length in (900, 10, 2500):
        tx.execute(update(desk.messages).where(of).values(text=f"{person.token}.messages.text " * (length // 50 + 1)))


def _spoken(tx: Connection, token: str, customer_id: str | None, account_id: str) -> _Ids:
    conversation_id, ticket_id = secrets.token_hex(12), secrets.token_hex(12)
    ids = _Ids(token, conversation_id, ticket_id, 0, account_id, customer_id)
    _put(tx, desk.conversations, ids, id=conversation_id, state="resolved", language="en")
    said = {"role": Speaker.CUSTOMER, "attachment": _json(token, "messages.attachment")}
    turn = json.dumps({"citations": [], "note": f"{token}.messages.turn"})
    message_id = _put(tx, desk.messages, ids, **said, turn=turn)
    packet = replace(
        PACKET, goal=f"{token}.tickets.packet", facts=(Fact(FactKind.EMAIL, token, 0),), draft_reply=f"{token}.draft"
    )
    with_message = replace(ids, message_id=message_id)
    _put(
        tx, desk.tickets, with_message, id=ticket_id, status=TicketStatus.RESOLVED, reason=Reason.ASKED_FOR_PERSON,
        category=None, team="orders", priority="normal", packet=encode(packet), closed_at=clock.now(),
        first_response_due=LATER, resolution_due=LATER, assignee=account_id, snoozed_until=None,
    )  # fmt: skip
    return with_message


def _rows(ids: _Ids, address: str, kind: int, digest: str) -> Iterator[tuple[Table, Mapping[str, Any]]]:
    token, account = ids.token, ids.account_id
    proof, channel = Proof.ANSWERED if kind == 2 else Proof.CLAIMED, Channel.EMAIL
    yield desk.device_tokens, {}
    yield desk.resume_codes, {}
    yield desk.threads, {}
    yield desk.attachments, {"digest": digest}
    yield desk.read_marks, {"reader": "customer"}
    yield desk.turns, {"frozen": _json(token, "turns.frozen")}
    yield from ((desk.events, values) for values in _happened(ids))
    yield desk.ticket_tags, {}
    yield desk.mentions, {"account_id": account}
    why = encode(Why("orders", "en", None, None, 1, 2, 3, 4))
    if kind != 4:  # nothing but the conversation is known, and nobody can look for that
        yield saved_views, {"account_id": account, "words": f"From {address}"}
    yield desk.offers, {"why": why, "ended_at": clock.now(), "ending": Ending.TAKEN, "account_id": account}
    yield desk.next_replies, {}
    letter = {"to": address, "text": f"{token}.outbox.payload", "secret": False}
    yield desk.outbox, {"topic": Topic.TICKET_REPLIED, "subject": ids.ticket_id, "payload": json.dumps(letter),
                        "delivered_at": clock.now()}  # fmt: skip
    yield desk.outbox, {"topic": Topic.MAIL, "subject": ids.conversation_id, "payload": json.dumps(letter),
                        "next_attempt_at": LATER, "key": f"{token}.outbox.key2"}  # fmt: skip
    yield desk.suggestions, {"state": SuggestionState.EDITED, "visibility": "public", "article_id": "reset-hub-2",
                             "version": "v", "title": "Reset", "decided_by": account,
                             "supported": json.dumps([f"{token}.suggestions.supported"]),
                             "uncovered": json.dumps([f"{token}.suggestions.uncovered"])}  # fmt: skip
    yield desk.goal_vectors, {"vector": f"{token}.goal_vectors.vector".encode()}
    yield desk.feedback, {"kind": FeedbackKind.THUMBS, "score": -1}
    yield care.surveys, {"episode": ids.ticket_id, "language": "en", "questions": "csat"}
    yield care.survey_refusals, {"address_hash": address_hash(address)}
    people = {"owner": account, "made_by": account, "done_by": account}
    yield care.promises, people | {"kind": "callback", "status": PromiseStatus.KEPT, "done_at": clock.now()}
    asked = {"asked_by": account, "decided_by": account, "client_id": ids.ticket_id, "customer_id": ids.customer_id}
    yield care.concessions, asked | {"kind": "goodwill", "currency": "EUR", "reason": "late", "status": "granted"}
    yield care.still_fine, {"answer": "yes"}
    yield care.complaints, {"stage": Stage.CLOSED, "owner": account, "root_cause": "late", "remedy": "refund"}
    yield knowledge_tables.gap_wordings, {"gap_id": "gap", "failing": None}
    line = {"text": f"{token}.case_proposals.content"}
    yield knowledge_tables.case_proposals, {"content": json.dumps(line), "source": "harvested", "status": "proposed"}
    yield knowledge_tables.told, {}
    yield knowledge_tables.recalls, {"done_by": account}
    yield mail_tables.mail_threads, {"address": address, "proof": proof, "channel": channel}
    common = {"address": address, "attachments": '{"listed": []}', "automated": 0}
    yield mail_tables.mails, common | {"direction": Direction.IN, "standing": Standing.HANDLED}
    if kind in (0, 1, 2):
        alone = {"conversation_id": None, "message_id": None, "key": f"{token}.mails.key2"}
        yield mail_tables.mails, common | alone | {"direction": Direction.IN, "standing": Standing.IGNORED}
    yield mail_tables.contact_codes, {}
    yield desk.merges, {"into_id": ids.ticket_id, "goes_on_in": ids.conversation_id}


def _happened(ids: _Ids) -> Iterator[Mapping[str, Any]]:
    ticket, token = ids.ticket_id, ids.token
    told = {
        (EventKind.TICKET, Audience.ALL): TicketChange(ticket, TicketStatus.RESOLVED, f"{token}.events.told", 2, "Ana"),
        (EventKind.TICKET, Audience.DESK): TicketNote(ticket, "Ana", f"{token}.events.closing"),
        (EventKind.WORK, Audience.DESK): TicketWork(ticket, Work.PROMISED, "Ana", f"{token}.events.detail", 2),
        (EventKind.NOTE, Audience.DESK): Note(ticket, "Ana", f"{token}.events.note", ("Ben",), 2),
    }
    for (kind, audience), payload in told.items():
        yield {"kind": kind, "audience": audience, "payload": encode(payload)}
    said = json.dumps({"text": f"{token}.events.message"})
    yield {"kind": EventKind.FEEDBACK, "audience": Audience.DESK, "payload": said}


def _json(token: str, place: str) -> str:
    return json.dumps({"said": f"{token}.{place}"})


def _put(tx: Connection, table: Table, ids: _Ids, **given: Any) -> int:
    values = {column.name: given.get(column.name, ids.of(column)) for column in table.columns}
    values |= given
    stored = {name: value for name, value in values.items() if value is not None or name in given}
    row = tx.execute(insert(table).values(stored).returning(*table.primary_key.columns)).first()
    return row[0] if row is not None and isinstance(row[0], int) else 0


def _standing(tx: Connection, token: str) -> Iterator[str]:
    """The columns in which the person's token stands."""
    for table in desk.metadata.sorted_tables:
        for row in tx.execute(select(table)).mappings():
            yield from (f"{table.name}.{name}" for name, value in row.items() if token in str(value))
