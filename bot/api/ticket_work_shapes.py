"""Owns the JSON of what the desk does among itself: notes, tags, moves, history. Refuses to be sent to a visitor."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from bot.api.conversation_shapes import Said, Sent
from bot.api.promise_shapes import MOST_OFFERS, OfferPost
from bot.api.ticket_shapes import MOST_NAME, TicketBody, Version
from bot.assist.repeats import Repeat
from bot.desk.history import Deed, Entry
from bot.desk.notes import LONGEST_NOTE, WrittenNote
from bot.handoff.packet import FactKind
from bot.storage.clock import EARLIEST, LATEST

Name = Annotated[str, StringConstraints(min_length=1, max_length=MOST_NAME)]


class NotePost(Sent):
    """An internal note; `@name` or `@e-mail` of a colleague puts the ticket on that person's mentions."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NOTE)]
    version: Version | None = None


class NoteBody(BaseModel):
    """A note; `mentioned` are display names."""

    author: str
    text: str
    mentioned: list[str]
    at: str


class NotesBody(BaseModel):
    """The ticket's notes, oldest first."""

    notes: list[NoteBody]


class NotedBody(BaseModel):
    """The ticket after the note, and the display names of those who were mentioned."""

    ticket: TicketBody
    mentioned: list[str]


class TagPost(Sent):
    """A tag to put on, or with `remove` to take off."""

    tag: Name
    remove: bool = False
    version: Version | None = None


class TransferPost(Sent):
    """`team` is an id of routing.yaml."""

    team: Name
    version: Version | None = None


class SnoozePost(Sent):
    """Until when the queue does not show the ticket; null: from now on it does."""

    until: Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)] | None
    version: Version | None = None


class CheckPost(Sent):
    """A reply that is about to be sent, with the promises that go with it and the suggestion it was made from."""

    text: Said
    promises: Annotated[tuple[OfferPost, ...], Field(max_length=MOST_OFFERS)] = ()
    suggestion_id: Annotated[str, StringConstraints(max_length=64)] | None = None


class RepeatBody(BaseModel):
    """A fact that the reply asks for though the customer gave it, and the message it stands in."""

    kind: FactKind
    name: str
    value: str
    message_id: int
    turn: int


class CheckBody(BaseModel):
    """`asks_again`: facts it asks for though they are known. `promises`: sentences without an object."""

    asks_again: list[RepeatBody]
    promises: list[str]


class EntryBody(BaseModel):
    """One deed; `by` is null for the customer and the bot."""

    at: str
    by: str | None
    deed: Deed
    detail: str


class HistoryBody(BaseModel):
    """Who did what and when, oldest first."""

    entries: list[EntryBody]


class MacroBody(BaseModel):
    """A ready-made text, filled in for this ticket and the signed-in person."""

    id: str
    title: str
    text: str


class MacrosBody(BaseModel):
    """The texts in the order of macros.yaml."""

    macros: list[MacroBody]


def note_body(written: WrittenNote) -> NoteBody:
    """A stored note."""
    note = written.note
    return NoteBody(author=note.author, text=note.text, mentioned=list(note.mentioned), at=written.at)


def entry_body(entry: Entry) -> EntryBody:
    """A line of the history."""
    return EntryBody(at=entry.at, by=entry.by, deed=entry.deed, detail=entry.detail)


def repeat_body(repeat: Repeat) -> RepeatBody:
    """A fact that is asked for again; `turn` is its message's place in the transcript, from 0."""
    fact = repeat.fact
    return RepeatBody(
        kind=fact.kind, name=repeat.name, value=fact.value, message_id=repeat.message_id, turn=fact.turn
    )
