"""Owns the one survey about an episode: when it is due, what it asks, its answer, the review that a bad score opens.

Refuses a second answer, and more than two questions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, RowMapping, select, update

from bot.conversation import conversations
from bot.conversation.conversations import token_hash
from bot.conversation.masking import mask
from bot.desk import accounts, notes, tickets
from bot.errors import BadRequest, Conflict, NotFound
from bot.events import log
from bot.events.log import Audience, EventKind
from bot.feedback import episodes
from bot.feedback.episodes import Episode
from bot.feedback.record import LONGEST_COMMENT
from bot.handoff.policies import HandoffPolicies
from bot.handoff.survey_policy import MOST, SCALES, Helper, Question
from bot.handoff.ticket import Ticket, TicketStatus
from bot.storage import clock
from bot.storage.care_tables import survey_refusals, surveys
from bot.storage.clean_text import storable
from bot.storage.once import insert_once

AUTHOR = "Customer survey"
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Survey:
    """What was asked about an episode, and what the customer said: every score None when they sent it away.

    `answered_at` is None until they did either.
    """

    episode: str
    conversation_id: str
    ticket_id: str | None
    message_id: int | None
    language: str
    questions: tuple[Question, ...]
    csat: int | None
    ces: int | None
    nps: int | None
    missing: str
    asked_at: str
    answered_at: str | None

    @property
    def scores(self) -> Mapping[Question, int]:
        """The questions that were answered."""
        given = {Question.CSAT: self.csat, Question.CES: self.ces, Question.NPS: self.nps}
        return {question: score for question, score in given.items() if score is not None}


@dataclass(frozen=True, slots=True)
class Given:
    """An answer; without a score the survey is sent away."""

    scores: Mapping[Question, int] = field(default_factory=dict)
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """The kept answer, and false when it had been given before."""

    survey: Survey
    created: bool


@dataclass(frozen=True, slots=True)
class ByMail:
    """That a survey is asked by mail: to which address, and the hash of what the link in it holds."""

    address: str
    mail_id: str
    token_hash: str


def due(tx: Connection, policies: HandoffPolicies, conversation_id: str) -> Episode | None:
    """The episode that the customer is to be asked about in the chat, or will be from its `since` on: they said nothing
    about it yet."""
    quiet = timedelta(minutes=policies.surveys.quiet_minutes)
    episode = episodes.last(tx, policies, conversation_id, quiet)
    if episode is None:
        return None
    asked = of_episode(tx, episode.id)
    if asked is not None:
        return episode if asked.answered_at is None else None
    return episode if questions(tx, policies, episode) else None


def questions(tx: Connection, policies: HandoffPolicies, episode: Episode, address: str = "") -> tuple[Question, ...]:
    """What is to be asked about the episode now; nothing when it is too soon to ask this customer again."""
    policy, person = policies.surveys, _person(tx, episode, address)
    alone = surveys.c.ticket_id.is_(None)
    if episode.helper is Helper.BOT and _asked_since(tx, person, policy.bot_days, alone):
        return ()
    of_us = surveys.c.questions.contains(Question.NPS)
    lately = {Question.NPS} if _asked_since(tx, person, policy.nps_days, of_us) else set()
    return tuple(each for each in policy.after[episode.helper] if each not in lately)[:MOST]


def ask(tx: Connection, policies: HandoffPolicies, episode: Episode, by_mail: ByMail | None = None) -> Survey:
    """The survey about the episode, which asks from the first time on what it asked then."""
    before = of_episode(tx, episode.id)
    if before is not None:
        return before
    address = by_mail.address if by_mail else ""
    row = {
        "episode": episode.id,
        "conversation_id": episode.conversation_id,
        "ticket_id": episode.ticket_id,
        "message_id": episode.message_id,
        "person": _person(tx, episode, address),
        "language": episode.language,
        "questions": " ".join(questions(tx, policies, episode, address)),
        "missing": "",
        "mail_id": by_mail.mail_id if by_mail else None,
        "token_hash": by_mail.token_hash if by_mail else None,
        "asked_at": clock.now(),
    }
    insert_once(tx, surveys, row, "episode")
    return _load(tx, episode.id)


def of_episode(tx: Connection, episode: str) -> Survey | None:
    """The survey about the episode, None when nobody asked."""
    row = tx.execute(select(surveys).where(surveys.c.episode == episode)).mappings().first()
    return _survey(row) if row is not None else None


def of_ticket(tx: Connection, ticket_id: str) -> Survey | None:
    """What the customer said about the ticket, None when it was neither answered nor sent away."""
    found = of_episode(tx, ticket_id)
    return found if found is not None and found.answered_at is not None else None


def of_conversations(tx: Connection, conversation_ids: Collection[str]) -> tuple[Survey, ...]:
    """What was said of the episodes of these conversations, the newest first."""
    theirs = surveys.c.conversation_id.in_(conversation_ids) & surveys.c.answered_at.is_not(None)
    query = select(surveys).where(theirs).order_by(surveys.c.answered_at.desc(), surveys.c.episode)
    return tuple(_survey(row) for row in tx.execute(query).mappings())


def of_link(tx: Connection, policies: HandoffPolicies, token: str) -> Survey:
    """The survey that a mail led to; NotFound alike for a wrong link and one that is too old."""
    oldest = clock.after(clock.now(), -policies.surveys.mail.link_days * DAY)
    held = surveys.c.token_hash == token_hash(token)
    row = tx.execute(select(surveys).where(held, surveys.c.asked_at > oldest)).mappings().first()
    if row is None:
        raise NotFound("There is no such survey.")
    return _survey(row)


def answer(tx: Connection, policies: HandoffPolicies, conversation_id: str, episode: str, given: Given) -> Answered:
    """Keep the answer about one episode of the conversation, whatever became of the conversation since.

    A bad score about a ticket opens a review in the same transaction: a note that puts it on the leads' mentions.
    NotFound for an episode of another conversation, BadRequest for a score, question or text that cannot be, Conflict
    when the ticket is not resolved or was answered otherwise.
    """
    _check(given)
    ticket = _ticket(tx, conversation_id, episode)
    asked = ask(tx, policies, episodes.of_ticket(ticket)) if ticket else _load(tx, episode)
    if asked.conversation_id != conversation_id:
        raise NotFound("There is no such survey.")
    for question in given.scores:
        if question not in asked.questions:
            raise BadRequest(f"{question} was not asked about this; asked were: {', '.join(asked.questions)}.")
    missing = mask(storable(given.missing).strip()).text
    kept, created = _keep(tx, asked, given.scores, missing)
    if not created:
        return Answered(kept, created=False)
    log.append(tx, conversation_id, EventKind.FEEDBACK, kept, Audience.DESK)
    if ticket is not None and is_bad(policies, kept):
        notes.put(tx, ticket, AUTHOR, _review(kept), accounts.leads(tx))
    return Answered(kept, created=True)


def is_bad(policies: HandoffPolicies, survey: Survey) -> bool:
    """Whether somebody who leads the desk is to look at it."""
    return any(score <= policies.surveys.review_up_to[question] for question, score in survey.scores.items())


def refuse_mails(tx: Connection, address: str) -> None:
    """Never ask at this address again."""
    row = {"address_hash": address_hash(address), "refused_at": clock.now()}
    insert_once(tx, survey_refusals, row, "address_hash")


def mails_refused(tx: Connection, address: str) -> bool:
    """Whether its owner wants no survey by mail."""
    mine = survey_refusals.c.address_hash == address_hash(address)
    return tx.execute(select(survey_refusals.c.refused_at).where(mine)).first() is not None


def address_hash(address: str) -> str:
    """What stands for the address where it must not stand itself."""
    return token_hash(address.strip().lower())


def written(question: Question, score: int) -> str:
    """A score with its scale, for people."""
    return f"{score} of {SCALES[question][-1]}"


def _person(tx: Connection, episode: Episode, address: str) -> str:
    known = conversations.load(tx, episode.conversation_id).customer_id
    return known or (address_hash(address) if address else episode.conversation_id)


def _asked_since(tx: Connection, person: str, days: int, what: ColumnElement[bool]) -> bool:
    since = clock.after(clock.now(), -days * DAY)
    query = select(surveys.c.episode).where(surveys.c.person == person, surveys.c.asked_at > since, what)
    return tx.execute(query.limit(1)).first() is not None


def _ticket(tx: Connection, conversation_id: str, episode: str) -> Ticket | None:
    """The resolved ticket that the episode ended with, None for one of the bot's."""
    if episode.startswith(episodes.OF_BOT):
        return None
    ticket = tickets.load(tx, episode)
    if ticket.conversation_id != conversation_id:
        raise NotFound("There is no such ticket.")
    if ticket.status is not TicketStatus.RESOLVED:
        raise Conflict("This ticket is not resolved; there is nothing to rate yet.")
    return ticket


def _check(given: Given) -> None:
    for question, score in given.scores.items():
        scale = SCALES[question]
        if score not in scale:
            raise BadRequest(f"A {question} score is a whole number from {scale[0]} to {scale[-1]}.")
    if len(given.missing) > LONGEST_COMMENT:
        raise BadRequest(f"The text has at most {LONGEST_COMMENT} characters.")


def _keep(tx: Connection, asked: Survey, scores: Mapping[Question, int], missing: str) -> tuple[Survey, bool]:
    values = {"missing": missing, "answered_at": clock.now(), **{each.value: score for each, score in scores.items()}}
    unanswered = (surveys.c.episode == asked.episode) & surveys.c.answered_at.is_(None)
    changed = tx.execute(update(surveys).where(unanswered).values(values)).rowcount == 1
    kept = _load(tx, asked.episode)
    if not changed and (kept.scores, kept.missing) != (scores, missing):
        raise Conflict("This survey was answered already.")
    return kept, changed


def _load(tx: Connection, episode: str) -> Survey:
    found = of_episode(tx, episode)
    if found is None:
        raise NotFound("There is no such survey.")
    return found


def _survey(row: RowMapping) -> Survey:
    values = {name: row[name] for name in Survey.__slots__ if name != "questions"}
    return Survey(questions=tuple(Question(each) for each in row["questions"].split()), **values)


def _review(given: Survey) -> str:
    scores = ", ".join(f"{written(each, score)} ({each.upper()})" for each, score in given.scores.items())
    said = f" Missing: “{given.missing}”" if given.missing else ""
    return f"The customer gave {scores}. Please review this case.{said}"
