"""Owns asking who wrote by e-mail how our help was: whom, when, and the mail with a link of their own.

Record first: the survey's row and its mail are one transaction. Refuses an address that nobody proved, one that wants
no such mails, one that was asked lately, and a word of any visitor.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, select

from bot.channels import mail_threads, notices
from bot.channels.mail_threads import MailThread
from bot.channels.notices import Notice
from bot.channels.receive import MailDesk, spent
from bot.conversation.conversations import State, token_hash
from bot.conversation.mail_proof import Channel, Proof
from bot.feedback import episodes, survey
from bot.feedback.episodes import Episode
from bot.feedback.survey import DAY, ByMail, Survey
from bot.storage import clock
from bot.storage.care_tables import surveys
from bot.storage.mail_tables import mail_threads as threads
from bot.storage.tables import conversations

PATH = "/survey/"
STOP = "/stop"
LATE_DAYS = 3
"""So much later at most is somebody asked, for instance when the service stood still."""
MOST_AT_ONCE = 200


def look(desk: MailDesk, now: str) -> Sequence[Survey]:
    """Ask whom it is time to ask at `now`, each in a transaction of its own; what was asked."""
    if not desk.assistant.policies.surveys.mail.address:
        return ()
    with desk.assistant.database.snapshot() as tx:
        found = [one for one in _candidates(tx, desk, now) if _due(tx, desk, one, now) is not None]
    asked = []
    for conversation_id in found[:MOST_AT_ONCE]:
        with desk.assistant.database.transaction() as tx:
            made = _ask(tx, desk, conversation_id, now)
        if made is not None:
            asked.append(made)
    return asked


def refuse(tx: Connection, asked: Survey) -> None:
    """Whoever got the mail about `asked` wants no more of them."""
    thread = mail_threads.load(tx, asked.conversation_id)
    if thread is not None:
        survey.refuse_mails(tx, thread.address)


def _candidates(tx: Connection, desk: MailDesk, now: str) -> Sequence[str]:
    """Conversations of which the last word was said some hours ago, the longest ago first."""
    hours = desk.assistant.policies.surveys.mail.after_hours
    over = clock.after(now, -timedelta(hours=hours).total_seconds())
    asked = surveys.c.asked_at >= conversations.c.updated_at
    query = (
        select(conversations.c.id)
        .join(threads, threads.c.conversation_id == conversations.c.id)
        .where(
            threads.c.channel == Channel.EMAIL,
            threads.c.proof != Proof.CLAIMED,
            threads.c.quiet == 0,
            conversations.c.erased_at.is_(None),
            conversations.c.state.in_((State.OPEN, State.RESOLVED)),
            conversations.c.updated_at.between(clock.after(over, -LATE_DAYS * DAY), over),
            ~select(surveys.c.episode).where(surveys.c.conversation_id == conversations.c.id, asked).exists(),
        )
        .order_by(conversations.c.updated_at)
    )
    return tx.execute(query).scalars().all()


def _due(tx: Connection, desk: MailDesk, conversation_id: str, now: str) -> tuple[MailThread, Episode] | None:
    policies = desk.assistant.policies
    thread, hours = mail_threads.load(tx, conversation_id), policies.surveys.mail.after_hours
    episode = episodes.last(tx, policies, conversation_id, timedelta(hours=hours))
    if thread is None or episode is None or episode.since > now or survey.of_episode(tx, episode.id) is not None:
        return None
    if not survey.questions(tx, policies, episode, thread.address) or survey.mails_refused(tx, thread.address):
        return None
    if spent(tx, desk.policy, thread) or _asked_lately(tx, thread.address, policies.surveys.mail.every_days, now):
        return None
    return thread, episode


def _asked_lately(tx: Connection, address: str, days: int, now: str) -> bool:
    lately: ColumnElement[bool] = surveys.c.asked_at > clock.after(now, -days * DAY)
    query = (
        select(surveys.c.episode)
        .join(threads, threads.c.conversation_id == surveys.c.conversation_id)
        .where(threads.c.address == address, surveys.c.mail_id.is_not(None), lately)
    )
    return tx.execute(query.limit(1)).first() is not None


def _ask(tx: Connection, desk: MailDesk, conversation_id: str, now: str) -> Survey | None:
    """Looked at again: whoever was asked a moment ago in another conversation, or wrote on, is not asked now."""
    due = _due(tx, desk, conversation_id, now)
    if due is None:
        return None
    thread, episode = due
    policies, token = desk.assistant.policies, secrets.token_urlsafe(32)
    language, _ = policies.wording.spoken(episode.language)
    words = policies.surveys.says[language]
    link = f"{policies.surveys.mail.address}{PATH}{token}"
    mail_id = notices.queue(
        tx,
        desk,
        Notice(
            kind="survey",
            conversation_id=conversation_id,
            to=thread.address,
            subject=words.mail_subject.format(company=desk.account.name),
            paragraphs=(words.mail, f"{words.mail_link}\n{link}", f"{words.mail_stop}\n{link}{STOP}"),
            unsubscribe=f"{link}{STOP}",
        ),
    )
    return survey.ask(tx, policies, episode, ByMail(thread.address, mail_id, token_hash(token)))
