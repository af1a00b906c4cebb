"""Owns the JSON of what the desk does among itself: notes, tags, moves, history. Refuses to be sent to a visitor."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from bot.api.conversation_shapes import Named, Said, Sent
from bot.api.field_types import Moment, Version
from bot.api.promise_shapes import MOST_OFFERS, OfferPost
from bot.api.ticket_shapes import LONGEST_NOTE as LONGEST_CLOSING_NOTE
from bot.api.ticket_shapes import MOST_NAME, SuggestionId, TicketBody, ticket_body
from bot.assist.repeats import Repeat
from bot.conversation.conversations import State
from bot.desk.bulk import MOST_TICKETS, Result
from bot.desk.history import Done, Entry
from bot.desk.notes import LONGEST_NOTE, WrittenNote
from bot.desk.record_of import ProvenBy
from bot.desk.timeline import Contact
from bot.handoff.packet import FactKind
from bot.handoff.ticket import TicketStatus

Name = Annotated[str, StringConstraints(min_length=1, max_length=MOST_NAME)]


class BulkDeed(StrEnum):
    """What can be done to several tickets at once."""

    ASSIGN = "assign"
    TAG = "tag"
    SNOOZE = "snooze"
    RESOLVE = "resolve"


class NotePost(Sent):
    """An internal note; `@name`, `@first-name` or `@e-mail` of a colleague puts the ticket on their mentions."""

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


class UnknownBody(BaseModel):
    """What a note called after an `@` without reaching anybody, and the names of colleagues that begin so."""

    name: str
    like: list[str]


class NotedBody(BaseModel):
    """The ticket after the note, the display names of those who were mentioned, and what calls nobody."""

    ticket: TicketBody
    mentioned: list[str]
    not_found: list[UnknownBody]


class MergePost(Sent):
    """The ticket that goes on, and the versions of both that were seen: refused when one changed meanwhile."""

    into: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    version: Version | None = None
    into_version: Version | None = None


class MergedBody(BaseModel):
    """The ticket that ended and the one that goes on with everything of both."""

    ended: TicketBody
    ticket: TicketBody


class OthersBody(BaseModel):
    """The customer's other open tickets that are proven to be theirs, the newest first."""

    tickets: list[TicketBody]


class TagPost(Sent):
    """A tag to put on, or with `remove` to take off."""

    tag: Name
    remove: bool = False
    version: Version | None = None


class TransferPost(Sent):
    """`team` is an id of routing.yaml."""

    team: Name
    version: Version | None = None


class UnassignPost(Sent):
    """`version` refuses when the ticket changed meanwhile."""

    version: Version | None = None


class AssignPost(UnassignPost):
    """`account_id` of somebody who works tickets."""

    account_id: Named


class SnoozePost(Sent):
    """Until when the queue does not show the ticket; null: from now on it does.

    `confirmed` false: beyond a time by which the customer waits for something it is refused (`confirm_first`).
    """

    until: Moment | None
    confirmed: bool = True
    version: Version | None = None


class ChosenBody(Sent):
    """A ticket of the selection and the version that was seen."""

    id: Named
    version: Version


class BulkPost(Sent):
    """One thing to do to several tickets; `tag`, `until`, `account_id` and `note` as the deed needs them.

    `assign` without `account_id` gives the tickets to the caller. `confirmed` as for a single ticket.
    """

    tickets: Annotated[list[ChosenBody], Field(min_length=1, max_length=MOST_TICKETS)]
    deed: BulkDeed
    tag: Name | None = None
    until: Moment | None = None
    account_id: Named | None = None
    note: Annotated[str, StringConstraints(max_length=LONGEST_CLOSING_NOTE)] = ""
    confirmed: bool = True


class BulkResultBody(BaseModel):
    """What became of one ticket: as it is now, or the code and the reason why nothing was done."""

    id: str
    ticket: TicketBody | None
    error: str | None
    detail: str | None


class BulkBody(BaseModel):
    """One result for each ticket, in the order sent; a ticket named twice is done once."""

    results: list[BulkResultBody]


class CheckPost(Sent):
    """A reply that is about to be sent, with the promises that go with it and the suggestion it was made from."""

    text: Said
    promises: Annotated[tuple[OfferPost, ...], Field(max_length=MOST_OFFERS)] = ()
    suggestion_id: SuggestionId | None = None


class RepeatBody(BaseModel):
    """A fact that the reply asks for though the customer gave it, and the message it stands in."""

    kind: FactKind
    name: str
    value: str
    message_id: int
    turn: int


class InternalWordsBody(BaseModel):
    """An internal article whose words stand in the reply; `quote` is the longest stretch of the reply that has them."""

    article_id: str
    title: str
    quote: str


class CheckBody(BaseModel):
    """`asks_again`: facts it asks for though they are known. `promises`: sentences without an object. `internal`: what
    its sender would have to release."""

    asks_again: list[RepeatBody]
    promises: list[str]
    internal: list[InternalWordsBody]


class EntryBody(BaseModel):
    """One deed; `by` is null for the customer and the bot."""

    at: str
    by: str | None
    deed: Done
    detail: str


class HistoryBody(BaseModel):
    """Who did what and when, oldest first."""

    entries: list[EntryBody]


class ContactBody(BaseModel):
    """One ticket of the customer, or a conversation that had none (then what is of a ticket is null); `proven_by`
    says how it is known to be theirs."""

    conversation_id: str
    site: str
    at: str
    state: State
    messages: int
    ticket_id: str | None
    status: TicketStatus | None
    goal: str | None
    team: str | None
    closed_at: str | None
    score: int | None
    proven_by: ProvenBy


class TimelineBody(BaseModel):
    """What the customer had with us, newest first; empty where nobody knows who they are."""

    contacts: list[ContactBody]


class MacroBody(BaseModel):
    """A ready-made text, filled in for this ticket and this person, in the customer's language if it has it."""

    id: str
    title: str
    language: str
    text: str


class MacrosBody(BaseModel):
    """The texts in the order of macros.yaml."""

    macros: list[MacroBody]


def contact_body(contact: Contact) -> ContactBody:
    """One line of the timeline."""
    return ContactBody.model_validate(contact, from_attributes=True)


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


def result_body(result: Result) -> BulkResultBody:
    """What became of one ticket of a selection."""
    return BulkResultBody(
        id=result.ticket_id,
        ticket=ticket_body(result.ticket) if result.ticket else None,
        error=result.refused.code if result.refused else None,
        detail=result.refused.detail if result.refused else None,
    )
