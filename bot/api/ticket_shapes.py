"""Owns the JSON of the desk: tickets, packets, suggestions, accounts. Refuses to be sent to a visitor."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from bot.access import Role
from bot.api.beside_shapes import BesideBody, GivenBody
from bot.api.conversation_shapes import ClientId, ContactGivenBody, ReadMarkBody, Said, Sent
from bot.api.field_types import Version
from bot.api.mail_shapes import MailSideBody
from bot.api.message_shapes import MessageBody
from bot.api.promise_shapes import MOST_OFFERS, OfferPost, PromiseBody
from bot.api.survey_shapes import SurveyAnswerBody
from bot.assist.record import Proposal, Suggestion, SuggestionState
from bot.conversation.utterance import Speaker
from bot.customers.records import Customer
from bot.decision.outcome import Reason
from bot.desk.accounts import Account
from bot.desk.offers import Offer, Why
from bot.desk.queue import View
from bot.handoff.packet import HandoffPacket
from bot.handoff.ticket import Ticket, TicketStatus
from bot.promises.closing import LONGEST_REASON
from kb_ingest.article import Visibility

MOST_CONTEXT = 200
MOST_SUGGESTIONS = 10
LONGEST_NOTE = 2000
MOST_RELEASED = 50
MOST_NAME = 64
MOST_QUERY = 200
MOST_PAGES = 10_000

LONGEST_AGO_MS = 7 * 86_400_000

Ago = Annotated[int, Field(ge=0, le=LONGEST_AGO_MS)]
SuggestionId = Annotated[str, StringConstraints(max_length=64)]
ArticleId = Annotated[str, StringConstraints(max_length=255)]


class SignInPost(Sent):
    """What a person types to sign in."""

    email: Annotated[str, StringConstraints(max_length=320)]
    password: Annotated[str, StringConstraints(max_length=1024)]


class AccountBody(BaseModel):
    """Who is signed in."""

    id: str
    name: str
    role: Role


class SessionBody(BaseModel):
    """The signed-in person; `csrf` goes into X-CSRF-Token of every call that changes something."""

    account: AccountBody
    csrf: str


class OfferBody(BaseModel):
    """Whom a waiting ticket is laid before, until when it is theirs to take, and why them."""

    account_id: str
    offered_at: str
    take_by: str
    why: Why


class TicketBody(BaseModel):
    """A line of the queue; `assignee` is an account id, `offer` is there while the ticket waits for one person."""

    id: str
    conversation_id: str
    status: TicketStatus
    reason: Reason
    category: str | None
    team: str
    priority: str
    goal: str
    created_at: str
    first_response_due: str
    resolution_due: str
    assignee: str | None
    version: int
    snoozed_until: str | None
    offer: OfferBody | None = None


class QueueFilter(Sent):
    """One of the desk's views, narrowed; `q` is searched in goals, conversations, tags and ids."""

    view: View = View.OPEN
    team: Annotated[str, StringConstraints(max_length=MOST_NAME)] | None = None
    tag: Annotated[str, StringConstraints(max_length=MOST_NAME)] | None = None
    q: Annotated[str, StringConstraints(max_length=MOST_QUERY)] = ""


class QueueQuery(QueueFilter):
    """Which tickets are wanted."""

    status: TicketStatus | None = None
    page: Annotated[int, Field(ge=1, le=MOST_PAGES)] = 1


class QueueBody(BaseModel):
    """A page of tickets, the one due first at the top, and how many there are on all pages."""

    tickets: list[TicketBody]
    total: int


class CustomerBody(BaseModel):
    """A customer as their record has them."""

    id: str
    external_id: str
    name: str
    email: str
    region: str | None
    plan: str | None
    language: str | None
    tier: str | None


class SuggestionBody(BaseModel):
    """A reply to consider; an internal one must be released before a customer may read it.

    `supported`: the questions of the customer's message that its article answers; `uncovered`: those that none does.
    `told`: the customer was told all of it before. `extra`: one helpful addition of its article, no part of `text`.
    """

    id: str | None
    message_id: int | None
    text: str
    article_id: str
    title: str
    quote: str
    start: int
    end: int
    version: str
    visibility: Visibility
    confidence: float
    supported: tuple[str, ...]
    uncovered: tuple[str, ...]
    told: bool
    state: SuggestionState
    extra: str | None = None


class SuggestionsBody(BesideBody):
    """What is suggested now, the surest first, and what else helps with the ticket."""

    suggestions: list[SuggestionBody]


class TicketDetail(TicketBody):
    """A ticket with everything a person needs to go on; `customer` is whom a website vouched for, `customer_by_mail`
    the one whose proven address its mails come from: for the desk's eyes, and no key to an account."""

    packet: HandoffPacket
    tags: list[str]
    messages: list[MessageBody]
    customer: CustomerBody | None
    customer_by_mail: CustomerBody | None
    contact: ContactGivenBody | None
    suggestions: list[SuggestionBody]
    survey: SurveyAnswerBody | None
    read: list[ReadMarkBody]
    mail: MailSideBody | None


class ClaimPost(Sent):
    """`version` refuses when the ticket changed meanwhile; `take_over` takes a colleague's."""

    version: Version | None = None
    take_over: bool = False


class ReplyPost(Sent):
    """`client_id` makes a repeated reply the same reply. `also_from`: other suggestions whose text stands in it, beside
    `suggestion_id`. A text with words of an internal article is refused (`contains_internal`) unless its customer may
    read them: those of these suggestions with `release_internal`, of any article when its id is in `release_articles`.

    `confirmed` false: refuse (`asks_again`) when the text asks for what the customer gave already; else it is sent.
    `promises` are made with the reply, which must say their sentences. `promises_confirmed` false: refuse
    (`promises_freely`) when it promises anything else; else it is sent and noted. `moved_on_confirmed` false: refuse
    (`moved_on`) when the customer wrote since `suggestion_id` was suggested. `suggestion_shown_ms` and `_inserted_ms`:
    how long ago it was first shown and inserted, for the figure of what suggestions save.
    """

    text: Said
    client_id: ClientId | None = None
    version: Version | None = None
    suggestion_id: SuggestionId | None = None
    also_from: Annotated[tuple[SuggestionId, ...], Field(max_length=MOST_SUGGESTIONS)] = ()
    release_internal: bool = False
    release_articles: Annotated[tuple[ArticleId, ...], Field(max_length=MOST_RELEASED)] = ()
    confirmed: bool | None = None
    promises: Annotated[tuple[OfferPost, ...], Field(max_length=MOST_OFFERS)] = ()
    promises_confirmed: bool | None = None
    moved_on_confirmed: bool | None = None
    suggestion_shown_ms: Ago | None = None
    suggestion_inserted_ms: Ago | None = None


class RepliedBody(BaseModel):
    """The ticket after the reply, the message the customer sees and the promises made in it."""

    ticket: TicketBody
    message: MessageBody
    promises: list[PromiseBody]


class ClosePost(Sent):
    """`note` stays on the desk. `promises_reason`: why what is still promised is given up; refused without one.

    `confirmed` false: refused (`confirm_first`) when it is urgent, its customer has no answer, a lead has not answered
    what was asked on it, or, to return it, when the bot does not answer on its topic.
    """

    note: Annotated[str, StringConstraints(max_length=LONGEST_NOTE)] = ""
    promises_reason: Annotated[str, StringConstraints(max_length=LONGEST_REASON)] = ""
    confirmed: bool = True
    version: Version | None = None


class ReopenPost(Sent):
    """Take back a Resolve or Return."""

    version: Version | None = None


class SaidBody(Sent):
    """One thing said in another help desk's ticket."""

    role: Speaker
    text: Said


class SuggestPost(Sent):
    """The ticket so far, oldest first; the last customer message is what a reply is suggested to.

    `draft`: what the agent is about to send.
    """

    context: Annotated[list[SaidBody], Field(min_length=1, max_length=MOST_CONTEXT)]
    k: Annotated[int, Field(ge=1, le=MOST_SUGGESTIONS)] = 3
    draft: Said | None = None


class SuggestedBody(BesideBody):
    """Suggestions, the surest first, and what else helps; `needs_knowledge`: how likely an article is needed.

    `given` is what the customer told already, `asks_again` what of it the `draft` asks for.
    """

    suggestions: list[SuggestionBody]
    needs_knowledge: float
    given: list[GivenBody]
    asks_again: list[GivenBody]


def account_body(account: Account) -> AccountBody:
    """The account without its e-mail address."""
    return AccountBody(id=account.id, name=account.name, role=account.role)


def ticket_body(ticket: Ticket, offer: Offer | None = None) -> TicketBody:
    """A line of the queue."""
    of_ticket = {name: getattr(ticket, name) for name in TicketBody.model_fields if name != "offer"}
    return TicketBody(**of_ticket, offer=offer_body(offer) if offer else None)


def offer_body(offer: Offer) -> OfferBody:
    """An offer that stands."""
    return OfferBody.model_validate(offer, from_attributes=True)


def customer_body(customer: Customer) -> CustomerBody:
    """The record without when it was made."""
    return CustomerBody.model_validate(customer, from_attributes=True)


def suggestion_body(suggestion: Suggestion, extra: str | None = None) -> SuggestionBody:
    """A stored suggestion."""
    return proposal_body(suggestion.proposal, extra, suggestion.id, suggestion.message_id, suggestion.state)


def proposal_body(
    proposal: Proposal,
    extra: str | None,
    suggestion_id: str | None = None,
    message_id: int | None = None,
    state: SuggestionState = SuggestionState.OFFERED,
) -> SuggestionBody:
    """A suggestion that is stored (with its id) or not (for another help desk)."""
    words = {name: getattr(proposal, name) for name in Proposal.__slots__}
    return SuggestionBody(id=suggestion_id, message_id=message_id, state=state, extra=extra, **words)
