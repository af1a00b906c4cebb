"""Owns a person's reply as it leaves the desk: release of internal text, whoever brought it in, reply, record of the
suggestion it was made from. Refuses to draft one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten

from sqlalchemy import Connection

from bot.assist import record
from bot.assist.record import Handling, Suggestion, SuggestionState
from bot.conversation import joins, messages
from bot.conversation.utterance import Speaker
from bot.desk import notices, tickets
from bot.desk.accounts import Account
from bot.desk.notices import Work
from bot.desk.tickets import Replied
from bot.errors import ContainsInternal, MovedOn, NotFound
from bot.handoff.ticket import Ticket
from bot.retrieval.live_index import LiveIndex
from bot.storage.commit_lines import tell_log
from kb_ingest.article import Visibility

LONGEST_QUOTE = 200
PUBLIC = Visibility.PUBLIC
HOW_TO_RELEASE = "Nothing was sent; take it out, or release what the customer may read."


@dataclass(frozen=True, slots=True)
class Reply:
    """What is to be said, and what its sender knows of it.

    `suggestion_id` is the suggestion it was made from, `also_from` others whose text stands in it; with
    `release_internal` their articles may be read by the customer, and those of `release_articles` in any case.
    `confirmed` False: the sender wants to be asked when the customer wrote since, or the article says it no more.
    `greeting` is the desk's own line above the suggestion: it changes nothing of it.
    """

    text: str
    suggestion_id: str | None = None
    also_from: Sequence[str] = ()
    release_internal: bool = False
    release_articles: Sequence[str] = ()
    confirmed: bool | None = None
    version: int | None = None
    client_id: str | None = None
    handling: Handling | None = None
    greeting: str = ""


def send(tx: Connection, live: LiveIndex, ticket_id: str, account: Account, reply: Reply) -> Replied:
    """Say it to the customer, and record how much of the suggestion was kept. Every internal article whose words it has
    is in the ticket's history, as released by its sender.

    ContainsInternal when one is not released, Conflict when the suggestion was used before, MovedOn as asked for,
    NotFound when one belongs to another conversation; else as desk.tickets.reply. Sent again, it is no new reply.
    """
    named = (*([reply.suggestion_id] if reply.suggestion_id else ()), *reply.also_from)
    ticket = tickets.load(tx, ticket_id)
    used = [_of_ticket(tx, ticket, each) for each in named]
    replied = tickets.reply(tx, ticket_id, account, reply.text, reply.version, reply.client_id)
    if replied.created:
        released = _released(live, reply, used)
        if used and reply.confirmed is False:
            _check_offered(tx, used[0])
        if reply.suggestion_id is not None:
            made_of_it = replied.message.text.removeprefix(reply.greeting)
            record.sent(tx, reply.suggestion_id, account.id, made_of_it, reply.handling)
        for article, title in released.items():
            notices.worked(tx, replied.ticket, account.name, Work.RELEASED_INTERNAL, title)
            tell_log(tx, "internal_released", ticket=ticket_id, article=article, by=account.id)
    return replied


def _released(live: LiveIndex, reply: Reply, used: Sequence[Suggestion]) -> Mapping[str, str]:
    """The internal articles whose words the reply has, by id with title: as its text shows, whatever its sender said of
    it, and as the suggestions say that it was made from. ContainsInternal when one of them is not released."""
    made_from = {one.proposal.article_id: one.proposal.title for one in used if one.proposal.visibility is not PUBLIC}
    released = {*reply.release_articles, *(made_from if reply.release_internal else ())}
    kept_back = {article: f"“{title}” ({article})" for article, title in made_from.items() if article not in released}
    for words in live.internal_words(reply.text, released):
        kept_back[words.article_id] = f"“{words.title}” ({words.article_id}): “{words.quote}”"
    if kept_back:
        listed = "; ".join(kept_back.values())
        raise ContainsInternal(f"This is from an internal article, for staff only: {listed}. {HOW_TO_RELEASE}")
    said = made_from | {words.article_id: words.title for words in live.internal_words(reply.text)}
    return {article: title for article, title in said.items() if article in released}


def _check_offered(tx: Connection, suggestion: Suggestion) -> None:
    newest = messages.last_of(tx, (Speaker.CUSTOMER,), *joins.parts(tx, suggestion.conversation_id))
    if newest is not None and newest.id > suggestion.message_id:
        said = shorten(newest.text, LONGEST_QUOTE, placeholder=" …")
        raise MovedOn(f"The customer wrote since this was suggested: “{said}” Nothing was sent; confirm to send it.")
    if suggestion.state is SuggestionState.STALE:
        title = suggestion.proposal.title
        raise MovedOn(f"“{title}” does not say any more what was suggested. Nothing was sent; confirm to send it.")


def published_texts(tx: Connection, ticket: Ticket, suggestion_id: str | None) -> tuple[str, ...]:
    """What a reply on the ticket may repeat from public articles: the answer held back for it, and the suggestion.

    NotFound as for `send`.
    """
    held_back = ticket.packet.draft_reply or ""
    if suggestion_id is None:
        return (held_back,)
    proposal = _of_ticket(tx, ticket, suggestion_id).proposal
    return (held_back, proposal.text) if proposal.visibility is PUBLIC else (held_back,)


def _of_ticket(tx: Connection, ticket: Ticket, suggestion_id: str) -> Suggestion:
    suggestion = record.load(tx, suggestion_id)
    if suggestion.conversation_id != ticket.conversation_id:
        raise NotFound("There is no such suggestion for this ticket.")
    return suggestion
