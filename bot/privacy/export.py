"""Owns the copy of everything that is held about one person, to be handed to them (GDPR art. 15 and 20).

Refuses keys and codes, what only colleagues are in, and internal articles: each with its reason in the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from bot.events.log import Audience, EventKind
from bot.privacy.person import Person
from bot.privacy.places import PERSONAL, Place
from bot.storage import clock
from bot.storage.tables import attachments, events, outbox, suggestions, tickets, turns
from kb_ingest.article import Visibility

JSON_COLUMNS = frozenset(
    {"turn", "attachment", "payload", "packet", "frozen", "attachments", "content", "supported", "uncovered"}
)
STAFF = frozenset({"by", "author", "mentioned"})
A_COLLEAGUE = "somebody of the desk"
LEFT_OUT = (
    ("keys and codes that open a conversation, also as hashes", "they are secrets, and say nothing of a person"),
    ("who of the desk it was, except the names that stood above replies", "art. 15(4): rights of our colleagues"),
    ("suggestions from internal articles, drafts made of them, and advice to the desk on how to go on",
     "art. 15(4): trade secrets; they are texts of the company and say nothing of the person"),
    ("the log entry of each message", "it repeats the message, which is here"),
)  # fmt: skip
NOTES = (
    "internal notes and closing notes about the person",
    "art. 15(4): left out by whoever made this copy, because others could be harmed; see their own reasons",
)


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file of the person: where it lies in the copy, and under which digest we have it."""

    path: str
    digest: str


@dataclass(frozen=True, slots=True)
class Copy:
    """`text` is the whole as JSON; the `files` belong beside it."""

    text: str
    files: tuple[Enclosed, ...]
    rows: int


def export(tx: Connection, person: Person, asked_for: str, *, notes: bool = True) -> Copy:
    """Everything about the person, part by part, in the order of the tables. `notes`: what the desk wrote among itself
    about them, too."""
    parts = [_part(tx, place, person, notes=notes) for place in reversed(PERSONAL)]
    files = tuple(_files(tx, person))
    told = {
        "what": "Everything that this support desk holds about one person (GDPR art. 15 and 20). Times are UTC.",
        "asked_for": asked_for,
        "found_by": person.found_by,
        "made_at": clock.now(),
        "parts": [part for part in parts if part["rows"]],
        "files": [one.path for one in files],
        "left_out": [{"what": what, "why": why} for what, why in _left_out(person, notes=notes)],
    }
    return Copy(json.dumps(told, ensure_ascii=False, indent=1) + "\n", files, sum(len(part["rows"]) for part in parts))


def _left_out(person: Person, *, notes: bool) -> Iterator[tuple[str, str]]:
    yield from LEFT_OUT
    if not notes:
        yield NOTES
    if person.unproven:
        yield f"{len(person.unproven)} conversations with the address", "it is not proven that they are the person's"


def _part(tx: Connection, place: Place, person: Person, *, notes: bool) -> Mapping[str, Any]:
    query = select(place.table).where(place.theirs(person.scope)).order_by(*place.table.primary_key.columns)
    show = _SHOWN.get(place.table.name, _as_it_is)
    rows = (show(_readable(place, row), row) for row in tx.execute(query).mappings())
    kept = [row for row in rows if row is not None and (notes or not _is_note(place, row))]
    return {"part": place.table.name, "what": place.what, "rows": kept}


def _readable(place: Place, row: RowMapping) -> dict[str, Any]:
    """The row without hidden columns and empty ones, JSON as what it says."""
    shown = {name: value for name, value in row.items() if name not in place.hidden and value not in (None, "")}
    return {name: json.loads(value) if name in JSON_COLUMNS else value for name, value in shown.items()}


Shown = Callable[[dict[str, Any], RowMapping], "dict[str, Any] | None"]


def _as_it_is(shown: dict[str, Any], _row: RowMapping) -> dict[str, Any] | None:
    return shown


def _event(shown: dict[str, Any], row: RowMapping) -> dict[str, Any] | None:
    if row["kind"] == EventKind.MESSAGE:
        return None
    payload = shown["payload"]
    shown["payload"] = {key: A_COLLEAGUE if key in STAFF and value else value for key, value in payload.items()}
    return shown


def _queued(shown: dict[str, Any], _row: RowMapping) -> dict[str, Any] | None:
    """What waits in the outbox of a code, or of advice to the desk, goes no further than to where it was meant for."""
    payload = shown["payload"]
    if payload.get("secret"):
        payload = {key: value for key, value in payload.items() if key not in ("text", "html")}
    if "packet" in payload:
        payload = payload | {"packet": _packet(payload["packet"])}
    shown["payload"] = {key: A_COLLEAGUE if key in STAFF and value else value for key, value in payload.items()}
    return shown


def _ticket(shown: dict[str, Any], _row: RowMapping) -> dict[str, Any] | None:
    shown["packet"] = _packet(shown["packet"])
    return shown


def _packet(packet: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in packet.items() if key not in ("next_steps", "draft_reply", "draft_from")}


def _turn(shown: dict[str, Any], _row: RowMapping) -> dict[str, Any] | None:
    """What was understood and decided; what was looked at but not said may be internal."""
    shown["frozen"] = {key: value for key, value in shown["frozen"].items() if key not in ("draft", "passages")}
    return shown


def _suggestion(shown: dict[str, Any], row: RowMapping) -> dict[str, Any] | None:
    if row["visibility"] == Visibility.PUBLIC:
        return shown
    return {name: value for name, value in shown.items() if name not in ("text", "quote", "title", "article_id")}


_SHOWN: Mapping[str, Shown] = {
    events.name: _event,
    outbox.name: _queued,
    tickets.name: _ticket,
    turns.name: _turn,
    suggestions.name: _suggestion,
}
"""The parts of which not every word is for the person."""


def _is_note(place: Place, row: Mapping[str, Any]) -> bool:
    """A note, or what was noted when a ticket was closed: of its changes, those for the desk alone."""
    if place.table is not events:
        return False
    closing = row["kind"] == EventKind.TICKET and row["audience"] == Audience.DESK
    return closing or bool(row["kind"] == EventKind.NOTE)


def _files(tx: Connection, person: Person) -> Iterator[Enclosed]:
    query = select(attachments).where(attachments.c.conversation_id.in_(person.scope.conversations))
    for row in tx.execute(query.order_by(attachments.c.created_at, attachments.c.id)).mappings():
        yield Enclosed(f"files/{row['id']}-{row['name']}", row["digest"])
