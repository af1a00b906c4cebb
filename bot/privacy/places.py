"""Owns where personal data of customers is: every table, what of it is a person's, what becomes of it in an erasure.

Refuses a table that is in neither list: a test walks the schema.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Column, ColumnElement, Table, exists, func, or_, select

from bot.feedback.survey import address_hash
from bot.privacy.person import Scope
from bot.storage.care_tables import complaints, concessions, promises, still_fine, survey_refusals, surveys
from bot.storage.desk_tables import saved_views
from bot.storage.knowledge_tables import case_proposals, gap_wordings, recalls, told
from bot.storage.mail_tables import contact_codes, mail_threads, mails
from bot.storage.tables import (
    attachments,
    contacts,
    conversations,
    customers,
    device_tokens,
    events,
    feedback,
    goal_vectors,
    mentions,
    merges,
    messages,
    next_replies,
    offers,
    outbox,
    read_marks,
    resume_codes,
    suggestions,
    threads,
    ticket_tags,
    tickets,
    turns,
)

Theirs = Callable[[Scope], ColumnElement[bool]]


class Fate(StrEnum):
    """What becomes of a row: it goes, or it stays as a number without content, or it never had content."""

    REMOVED = "removed"
    EMPTIED = "emptied"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Place:
    """One table: `what` it holds in words, whose rows are `theirs`, and for EMPTIED what the columns are set to.

    `hidden` columns are in no export: keys, what only this program reads, and who of the desk it was.
    """

    table: Table
    what: str
    fate: Fate
    theirs: Theirs
    hidden: tuple[str, ...] = ()
    emptied: Mapping[str, str | None] = field(default_factory=dict)


def _in_conversation(table: Table) -> Theirs:
    return lambda scope: table.c.conversation_id.in_(scope.conversations)


def _on_ticket(column: Column[str]) -> Theirs:
    return lambda scope: column.in_(_tickets(scope))


def _of_message(column: Column[int]) -> Theirs:
    return lambda scope: column.in_(select(messages.c.id).where(_in_conversation(messages)(scope)))


def _tickets(scope: Scope) -> ColumnElement[str]:
    return select(tickets.c.id).where(_in_conversation(tickets)(scope)).scalar_subquery()


def _queued(scope: Scope) -> ColumnElement[bool]:
    """The subject of a row is a ticket, for mails the conversation, for promises the promise."""
    promised = select(promises.c.id).where(_in_conversation(promises)(scope))
    subject = outbox.c.subject
    return or_(subject.in_(scope.conversations), subject.in_(_tickets(scope)), subject.in_(promised))


def _mailed(scope: Scope) -> ColumnElement[bool]:
    """Those of the conversations, and those that became none."""
    alone = mails.c.conversation_id.is_(None) & func.lower(mails.c.address).in_(scope.addresses)
    return or_(_in_conversation(mails)(scope), alone)


def _given(scope: Scope) -> ColumnElement[bool]:
    return or_(_in_conversation(concessions)(scope), concessions.c.customer_id.in_(scope.customers))


def _refused(scope: Scope) -> ColumnElement[bool]:
    return survey_refusals.c.address_hash.in_([address_hash(each) for each in scope.addresses])


def _looked_for(scope: Scope) -> ColumnElement[bool]:
    """The words of the view have an address of theirs, or are their name or number."""
    words, whole = func.lower(saved_views.c.words), (customers.c.name, customers.c.external_id)
    named = exists().where(customers.c.id.in_(scope.customers), or_(*(words == func.lower(each) for each in whole)))
    return or_(named, *(words.contains(each, autoescape=True) for each in scope.addresses))


NOBODYS = "erased"
"""No key has this as its hash, the empty one included."""

# In the order in which rows are taken away: what names another row comes before it.
PERSONAL = (
    Place(gap_wordings, "questions that nobody answered", Fate.REMOVED, _of_message(gap_wordings.c.message_id),
          ("rank", "checked_generation")),
    Place(told, "articles that an answer quoted", Fate.REMOVED, _of_message(told.c.message_id)),
    Place(recalls, "corrections of answers", Fate.REMOVED, _in_conversation(recalls), ("done_by",)),
    Place(turns, "how the automated answers came about", Fate.REMOVED, _in_conversation(turns)),
    Place(attachments, "files that were sent", Fate.REMOVED, _in_conversation(attachments)),
    Place(mails, "e-mails in and out", Fate.REMOVED, _mailed, ("key",)),
    Place(read_marks, "how far was read", Fate.REMOVED, _in_conversation(read_marks)),
    Place(mail_threads, "address that mails go to", Fate.REMOVED, _in_conversation(mail_threads), ("token",)),
    Place(contact_codes, "address that got a code", Fate.REMOVED, _in_conversation(contact_codes), ("code_hash",)),
    Place(contacts, "name and address given in the chat", Fate.REMOVED, _in_conversation(contacts)),
    Place(device_tokens, "further devices with access", Fate.REMOVED, _in_conversation(device_tokens), ("token_hash",)),
    Place(resume_codes, "code for a further device", Fate.REMOVED, _in_conversation(resume_codes), ("code_hash",)),
    Place(threads, "names of the conversation in other systems", Fate.REMOVED, _in_conversation(threads)),
    Place(outbox, "what was passed on to other systems, and mails to be sent", Fate.REMOVED, _queued),
    Place(case_proposals, "questions proposed for tests", Fate.REMOVED, _in_conversation(case_proposals),
          ("proposed_by", "decided_by")),
    Place(ticket_tags, "tags of tickets", Fate.REMOVED, _on_ticket(ticket_tags.c.ticket_id)),
    Place(saved_views, "views of the queue that look for them", Fate.REMOVED, _looked_for, ("account_id", "name_key")),
    Place(mentions, "colleagues called to a ticket", Fate.REMOVED, _on_ticket(mentions.c.ticket_id), ("account_id",)),
    Place(goal_vectors, "what tickets were about, as numbers", Fate.REMOVED, _on_ticket(goal_vectors.c.ticket_id),
          ("version", "encoder", "vector")),
    Place(next_replies, "answers that are due", Fate.REMOVED, _on_ticket(next_replies.c.ticket_id)),
    Place(feedback, "judgements of answers and conversations", Fate.EMPTIED, _in_conversation(feedback),
          emptied={"comment": "", "message_id": None}),
    Place(surveys, "answers to surveys", Fate.EMPTIED, _in_conversation(surveys), ("person", "token_hash"),
          {"missing": "", "person": "", "message_id": None, "mail_id": None, "token_hash": None}),
    Place(survey_refusals, "that no survey comes by mail any more", Fate.KEPT, _refused, ("address_hash",)),
    Place(suggestions, "replies suggested to the desk", Fate.EMPTIED, _in_conversation(suggestions), ("decided_by",),
          {"text": "", "quote": "", "final_text": None, "supported": "[]", "uncovered": "[]"}),
    Place(promises, "promises of the desk", Fate.EMPTIED, _in_conversation(promises), ("owner", "made_by", "done_by"),
          {"sentence": "", "reason": ""}),
    Place(concessions, "refunds and goodwill", Fate.EMPTIED, _given, ("client_id", "asked_by", "decided_by"),
          {"customer_id": None, "note": "", "answer": ""}),
    Place(complaints, "how far a complaint is", Fate.KEPT, _in_conversation(complaints), ("owner",)),
    Place(still_fine, "whether it was still fine after some days", Fate.KEPT, _in_conversation(still_fine)),
    Place(offers, "whom a ticket was laid before", Fate.KEPT, _on_ticket(offers.c.ticket_id), ("account_id", "why")),
    Place(merges, "tickets that were joined", Fate.KEPT, _in_conversation(merges)),
    Place(messages, "what was said, by whom and when", Fate.REMOVED, _in_conversation(messages), ("client_id",)),
    # What they say is taken out by `rest.py`: of these two something inside a value stays.
    Place(events, "what happened, internal and closing notes", Fate.EMPTIED, _in_conversation(events)),
    Place(tickets, "tickets, with what the desk was told", Fate.EMPTIED, _in_conversation(tickets), ("assignee",)),
    Place(conversations, "when, where and how far a conversation was", Fate.EMPTIED,
          lambda scope: conversations.c.id.in_(scope.conversations), ("visitor_token_hash",),
          {"visitor_token_hash": NOBODYS, "customer_id": None, "site": "", "region": None, "plan": None}),
    Place(customers, "record of the customer, as the shop gave it", Fate.REMOVED,
          lambda scope: customers.c.id.in_(scope.customers)),
)  # fmt: skip

OTHERS = {
    "accounts": "people who work here",
    "sessions": "people who work here",
    "agents": "people who work here",
    "skills": "people who work here",
    "seats": "who of the desk has which ticket open, for seconds",
    "macros": "ready-made texts, written by the desk",
    "macro_acts": "who of the desk did what with such a text",
    "gaps": "numbers of messages, an article, times; the words are in messages",
    "searches": "what the help centre was asked in vain, personal data removed; nobody knows by whom",
    "gap_searches": "which of those ask the same",
    "article_judgements": "how many readers said that an article was useful, by day; nobody knows who",
    "followers": "how far the event log was read",
    "erasures": "how many rows were erased when",
    "manuscripts": "articles, written by the desk to be published",
    "revisions": "articles, written by the desk to be published",
    "manuscript_acts": "who of the desk did what with an article",
    "publications": "who of the desk published what",
    "impacts": "what an edit does to the cases of the evaluation",
}
"""The tables without a customer's data, and why."""
