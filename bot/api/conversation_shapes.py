"""Owns the JSON a visitor sends and gets. Refuses unknown fields in what is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.api.message_shapes import MessageBody
from bot.conversation.conversations import State
from bot.conversation.messages import CLIENT_ID
from bot.conversation.read_marks import Reader, ReadMark
from bot.desk.contacts import LONGEST_EMAIL, LONGEST_NAME, Contact
from bot.feedback.record import LONGEST_COMMENT, FeedbackKind
from bot.handoff.ticket import Ticket, TicketStatus

LONGEST_TEXT = 100_000
HIGHEST_ID = 2**63 - 1

Named = Annotated[str, StringConstraints(max_length=100)]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=20)]
ClientId = Annotated[str, StringConstraints(pattern=f"^{CLIENT_ID.pattern}$")]
Said = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]
MessageId = Annotated[int, Field(ge=1, le=HIGHEST_ID)]


class Sent(BaseModel):
    """What a caller sends: nothing but the fields that are named."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Token = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]


class OpenBody(Sent):
    """Everything is optional; `identity` is a token signed by the website.

    With it, `resume` goes on with the customer's newest conversation on the site, where there is one.
    """

    site: Named = ""
    language: Language | None = None
    region: Named | None = None
    plan: Named | None = None
    identity: Token | None = None
    resume: bool = False


class ResumePost(Sent):
    """The code from a link; `identity` is needed where the conversation is a known customer's."""

    code: Token
    identity: Token | None = None


class SignedInPost(Sent):
    """The token by which the website vouches for whoever wrote here before they signed in."""

    identity: Token


class ResumeCodeBody(BaseModel):
    """A code that opens this conversation on one other device, once, until `expires_at` (ISO UTC)."""

    code: str
    expires_at: str


class OpenedBody(BaseModel):
    """A conversation; `token` is this browser's key to it and is not shown again.

    `verified`: a website vouched for whose it is. `resumed`: it was there before; read it.
    """

    id: str
    token: str
    state: State
    verified: bool
    resumed: bool
    label: str
    disclosure: str
    greeting: str
    starters: list[str]
    last_event_id: int


class TicketBrief(BaseModel):
    """What a customer sees of the ticket: that it exists, the honest time they were told (ISO UTC, too), and the
    language in which they are spoken to about it."""

    id: str
    status: TicketStatus
    language: str
    told: str
    first_response_due: str


class ReadMarkBody(BaseModel):
    """How far somebody has read: everything up to `message_id`."""

    reader: Reader
    message_id: int
    read_at: str


class ConversationBody(BaseModel):
    """A conversation as it stands; events after `last_event_id` bring it up to date. Messages with another
    `conversation_id` were said in one that goes on here since its ticket was merged: no event brings those."""

    id: str
    state: State
    label: str
    messages: list[MessageBody]
    last_event_id: int
    ticket: TicketBrief | None
    read: list[ReadMarkBody]


class MessagePost(Sent):
    """`client_id` is made by the client: the same one again is the same message."""

    client_id: ClientId
    text: Said


class PostedBody(BaseModel):
    """The stored message and, when the bot has the conversation, its reply."""

    message: MessageBody
    reply: MessageBody | None
    state: State
    ticket: TicketBrief | None


class AttachedBody(BaseModel):
    """The message that the file became."""

    message: MessageBody


class ReadPost(Sent):
    """The newest message that was shown; all before it were, too."""

    message_id: MessageId


class HandoffPost(Sent):
    """`note` is what the customer wants to say to the person, if anything."""

    note: Annotated[str, StringConstraints(max_length=LONGEST_TEXT)] = ""


class HandoffBody(BaseModel):
    """The ticket and the sentence the customer was told."""

    ticket: TicketBrief | None
    message: MessageBody | None
    state: State


class FeedbackPost(Sent):
    """Thumbs -1 or 1 on one message; csat 1 to 5; ces 1 to 7."""

    kind: FeedbackKind
    score: Annotated[int, Field(ge=-1, le=7)]
    message_id: MessageId | None = None
    comment: Annotated[str, StringConstraints(max_length=LONGEST_COMMENT)] = ""


class FeedbackBody(BaseModel):
    """What was kept."""

    id: str
    kind: FeedbackKind
    score: int
    message_id: int | None
    created_at: str


class StillFineWordsBody(BaseModel):
    """The question whether it is still fine, in the conversation's language, and its two answers."""

    ticket_id: str
    language: str
    question: str
    yes: str
    no: str
    thanks: str


class StillFineBody(BaseModel):
    """The question to show; null when none waits for an answer."""

    still_fine: StillFineWordsBody | None


class StillFinePost(Sent):
    """The answer about a ticket."""

    ticket_id: Named
    fine: bool


class StillFineAnswerBody(BaseModel):
    """What was kept, and who has the conversation now."""

    ticket_id: str
    fine: bool
    state: State


class ContactWordsBody(BaseModel):
    """The form that asks how a waiting customer can be reached, in the conversation's language."""

    ticket_id: str
    language: str
    offer: str
    question: str
    hint: str
    name: str
    email: str
    send: str
    dismiss: str
    invalid: str


class GivenWordsBody(BaseModel):
    """The address that was given, as it was typed: whoever mistyped it sees it, and `form` puts it right.

    `said` stands before it: who sees it, or that mails go there once it is proven.
    """

    said: str
    email: str
    name: str
    change: str
    form: ContactWordsBody


class CodeWordsBody(BaseModel):
    """The form for the code that was mailed to `email`, in the conversation's language.

    `may_send_again`: the mail may be lost, and a new code can be asked for.
    """

    email: str
    expires_at: str
    may_send_again: bool
    language: str
    code_sent: str
    code: str
    code_wrong: str
    code_send: str
    code_again: str
    code_again_sent: str
    dismiss: str


class ContactBody(BaseModel):
    """The form to show, the address that was given while the ticket is open, and the form for a code; else null."""

    contact: ContactWordsBody | None
    given: GivenWordsBody | None
    code: CodeWordsBody | None


class CodePost(Sent):
    """The code from the mail; spaces do not matter."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=40)]


class ContactPost(Sent):
    """How to be reached; an empty `email` says that the customer would rather not."""

    name: Annotated[str, StringConstraints(max_length=LONGEST_NAME)] = ""
    email: Annotated[str, StringConstraints(max_length=LONGEST_EMAIL)] = ""


class ContactGivenBody(BaseModel):
    """What was kept, as it was typed. `verified`: the code from a mail to it was entered. `code`: the form for it."""

    name: str
    email: str
    given_at: str
    verified: bool
    code: CodeWordsBody | None = None


def contact_given(contact: Contact | None) -> ContactGivenBody | None:
    """How the customer can be reached, None when they did not say."""
    return contact_body(contact) if contact is not None and contact.email else None


def contact_body(contact: Contact, code: CodeWordsBody | None = None) -> ContactGivenBody:
    """What was kept, with the form for the code that was sent."""
    return ContactGivenBody(
        name=contact.name,
        email=contact.email,
        given_at=contact.given_at,
        verified=contact.verified_at is not None,
        code=code,
    )


def read_bodies(marks: Mapping[Reader, ReadMark]) -> list[ReadMarkBody]:
    """How far each side has read, the customer's first."""
    found = (marks[reader] for reader in Reader if reader in marks)
    return [ReadMarkBody(reader=mark.reader, message_id=mark.message_id, read_at=mark.read_at) for mark in found]


def ticket_brief(ticket: Ticket | None) -> TicketBrief | None:
    """The customer's view of a ticket, None for None."""
    if ticket is None:
        return None
    target = ticket.packet.target
    return TicketBrief(
        id=ticket.id,
        status=ticket.status,
        language=ticket.packet.language,
        told=target.told_customer,
        first_response_due=target.first_response_due,
    )
