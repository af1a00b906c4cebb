"""Owns which stored messages become mails, and queueing them. Refuses to send: smtp.py does, from the outbox.

The event log is followed: whatever act stored a message, a reply, a notice or a correction, its mail is queued once,
in one transaction with how far the log was read.
"""

from __future__ import annotations

import secrets

from sqlalchemy import Connection

from bot.access import PUBLIC_VISITOR
from bot.carry_out import circumstances, give_to_person
from bot.channels import enclosing, mail_threads, mails
from bot.channels.letter import Letter
from bot.channels.letter_text import written
from bot.channels.mail_address import domain_of, tagged, usable
from bot.channels.mail_policy import TokenPlace
from bot.channels.mail_threads import MailThread
from bot.channels.mails import Direction, Mail, Standing
from bot.channels.own_words import without_words_of
from bot.channels.receive import MailDesk, spent
from bot.conversation import conversations, joins
from bot.conversation.mail_proof import Channel
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker
from bot.customers import records
from bot.decision.outcome import Reason
from bot.events import followers, log, outbox
from bot.events.log import Audience, EventKind
from bot.events.outbox import Topic
from bot.feedback import still_fine
from bot.handoff.packet_builder import build
from bot.handoff.shown_turns import citations_of
from bot.storage import clock
from bot.storage.record import decode

NAME = "mail"
BATCH = 200
MOST_REFERENCES = 10
SPENT = "the address is not proven, and got its one automated mail today"
SPENT_PROVEN = "the address got as many automated mails today as it may"
QUIET = "its sender asks for no automated mail"


def follow(desk: MailDesk) -> int:
    """Queue the mails of what was said since the last time; how many events were read, BATCH when there may be more."""
    with desk.assistant.database.transaction() as tx:
        after = followers.position(tx, NAME)
        happened = log.since(tx, after, audience=Audience.ALL, limit=BATCH)
        for event in happened:
            if event.kind is EventKind.MESSAGE:
                _consider(tx, desk, decode(Message, event.payload))
        if happened:
            followers.move(tx, NAME, happened[-1].id)
    return len(happened)


def _consider(tx: Connection, desk: MailDesk, message: Message) -> None:
    if message.role is Speaker.CUSTOMER:
        return
    thread = mail_threads.load(tx, message.conversation_id) or _joined(tx, message)
    if thread is None or not _is_mailed(tx, thread, message):
        return
    automated = message.role is not Speaker.AGENT
    why_not = _why_not(tx, desk, thread) if automated else ""
    _queue(tx, desk, thread, message, automated=automated, why_not=why_not)
    if why_not and message.role is Speaker.BOT:
        _pass_on(tx, desk, message)


def _joined(tx: Connection, message: Message) -> MailThread | None:
    """A person's reply in the widget goes by mail as well to a customer whose address the website vouches for."""
    if message.role is not Speaker.AGENT:
        return None
    customer_id = conversations.load(tx, message.conversation_id).customer_id
    address = usable(records.load(tx, customer_id).email) if customer_id else None
    return mail_threads.join(tx, message.conversation_id, address) if address else None


def _is_mailed(tx: Connection, thread: MailThread, message: Message) -> bool:
    """Who writes in the widget reads the bot there, but may be gone when it is asked, days later, whether it is fine. A
    "you're welcome" is worth a mail only as the first word."""
    if message.role is Speaker.AGENT:
        return True
    if still_fine.asks(message):
        return thread.proven
    small_talk = message.role is Speaker.BOT and not citations_of(message)
    return thread.channel is Channel.EMAIL and not (small_talk and _has_mail(tx, thread))


def _has_mail(tx: Connection, thread: MailThread) -> bool:
    return any(mail.direction is Direction.OUT for mail in mails.of_conversation(tx, thread.conversation_id))


def _why_not(tx: Connection, desk: MailDesk, thread: MailThread) -> str:
    if thread.quiet:
        return QUIET
    if not spent(tx, desk.policy, thread):
        return ""
    return SPENT_PROVEN if thread.proven else SPENT


def _queue(
    tx: Connection, desk: MailDesk, thread: MailThread, message: Message, *, automated: bool, why_not: str
) -> None:
    letter = _letter(tx, desk, thread, message, automated=automated)
    mail = mails.add_outgoing(
        tx,
        Mail(
            id=0,
            key=letter.mail_id,
            mail_id=letter.mail_id,
            direction=Direction.OUT,
            conversation_id=thread.conversation_id,
            message_id=message.id,
            address=thread.address,
            subject=letter.subject,
            standing=Standing.WITHHELD if why_not else Standing.QUEUED,
            detail=why_not,
            full_text="",
            attachments=enclosing.listed(letter.enclosed),
            automated=automated,
            tries=0,
            created_at=letter.sent_at,
        ),
    )
    mails.settle(tx, mail, mail.standing, why_not)
    if not why_not:
        outbox.put(tx, Topic.MAIL, f"{thread.conversation_id}:{message.id}", letter)


def _letter(tx: Connection, desk: MailDesk, thread: MailThread, message: Message, *, automated: bool) -> Letter:
    account = desk.account
    words = desk.policy.words(conversations.load(tx, thread.conversation_id).language)
    text = _text(tx, thread, message)
    content = written(message, text, words, account.name)
    by_address = desk.policy.token_in is TokenPlace.ADDRESS
    subject = (
        f"Re: {thread.subject}" if thread.proven and thread.subject else words.subject.format(company=account.name)
    )
    return Letter(
        mail_id=f"<answerdesk.{secrets.token_hex(16)}@{domain_of(account.address)}>",
        sender=account.address,
        sender_name=account.name,
        to=thread.address,
        reply_to=tagged(account.address, thread.token) if by_address else account.address,
        subject=subject[:110] if by_address else f"{subject[:110]} {mail_threads.reference(thread.token)}",
        references=_references(tx, thread),
        text=content.text,
        html=content.html,
        automated=automated,
        sent_at=clock.now(),
        enclosed=enclosing.of_message(tx, message, text),
    )


def _text(tx: Connection, thread: MailThread, message: Message) -> str:
    """What a person wrote goes as it is, but not a customer's own sentences to an address that may be another's."""
    if thread.proven or message.role is not Speaker.AGENT:
        return message.text
    said = joins.transcript(tx, thread.conversation_id)
    return without_words_of((each.text for each in said if each.role is Speaker.CUSTOMER), message.text)


def _references(tx: Connection, thread: MailThread) -> tuple[str, ...]:
    """The thread's mails, the one it answers last: a mail program puts it below that one."""
    every = [mail for mail in mails.of_conversation(tx, *joins.parts(tx, thread.conversation_id)) if mail.mail_id]
    sent = [mail for mail in every if mail.standing is not Standing.WITHHELD]
    last = next((mail.mail_id for mail in reversed(sent) if mail.direction is Direction.IN), None)
    ids = [mail.mail_id for mail in sent if mail.mail_id != last][-MOST_REFERENCES:]
    return (*ids, last) if last else tuple(ids)


def _pass_on(tx: Connection, desk: MailDesk, message: Message) -> None:
    """An answer that may not be sent helps nobody: a person decides."""
    conversation = conversations.load(tx, message.conversation_id)
    given = circumstances(tx, conversation, PUBLIC_VISITOR, Reason.OVER_LIMIT)
    policies = desk.assistant.policies
    give_to_person(tx, policies, conversation.id, build(given, policies, clock.read(clock.now())))
