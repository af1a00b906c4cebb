"""Owns the story of one mail that came in: recorded, sorted, joined to its conversation, answered or given to a person.

Record first, flag in the mailbox later: the same mail again does nothing new. Refuses a second way of answering:
turn.py has the only one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.carry_out import HUMAN
from bot.channels import bounce, mail_files, mail_threads, mails, undelivered
from bot.channels.authenticity import authenticated
from bot.channels.automatic import Sort, sort, wants_no_automatic_answer
from bot.channels.mail_account import MailAccount
from bot.channels.mail_files import LookedAt
from bot.channels.mail_policy import MailPolicy
from bot.channels.mail_threads import MailThread
from bot.channels.mails import Direction, Mail, Standing
from bot.channels.quotes import newly_said
from bot.channels.read_mail import Head, IncomingMail, read_head, read_mail
from bot.conversation import conversations, messages
from bot.conversation.attachment_files import FOLDER, AttachmentFiles
from bot.conversation.conversations import Conversation
from bot.conversation.language import detect
from bot.conversation.mail_proof import Channel, Proof
from bot.conversation.masking import mask
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Reason
from bot.decision.small_talk import is_small_talk
from bot.desk import record_of, tickets
from bot.feedback import still_fine
from bot.handoff.ticket import TicketStatus
from bot.storage.clean_text import blank, storable
from bot.turn import Assistant, ask_for_person, guarded, take_turn

MOST_TRIES = 3
BY_MAIL = "mail."
"""How the client ids of messages that came by mail begin."""
NO_TEXT = "(This mail has no text.)"
CUT = "\n[…]"
UNREAD = "could not be read: it is in the mailbox"
NO_SENDER = "no sender that can be written to"
NOT_OURS = "delivery report on none of our mails"


@dataclass(frozen=True, slots=True)
class MailDesk:
    """The desk with its mail account."""

    assistant: Assistant
    account: MailAccount
    policy: MailPolicy

    @property
    def files(self) -> AttachmentFiles:
        """Where the files of mails lie, as those of chats do."""
        return AttachmentFiles(self.assistant.settings.data_dir / FOLDER)


@dataclass(frozen=True, slots=True)
class _Joined:
    """A mail that belongs to a conversation; `why` names why a person gets it whatever the bot knows."""

    mail: Mail
    thread: MailThread
    conversation: Conversation
    text: str
    why: Reason | None


def receive(desk: MailDesk, raw: bytes) -> Mail:
    """Handle the mail once, however often it is read; where it stands. One that is ARRIVED is to be read again.

    Whatever is wrong with it, it ends as handled, ignored or unreadable within a few tries, and raises nothing but
    Unavailable when the database cannot take it.
    """
    heads: list[Head] = []
    guarded(lambda: heads.append(read_head(raw)))
    head = heads[0] if heads else _NOTHING
    with desk.assistant.database.transaction() as tx:
        mail = mails.arrive(tx, _key(head, raw), head.mail_id, head.sender or "")
    if mail.standing is not Standing.ARRIVED:
        return mail
    if mail.tries > MOST_TRIES + 1:
        return _settle(desk, mail, Standing.UNREADABLE, UNREAD)
    done: list[Mail] = []
    readable = mail.tries <= MOST_TRIES
    guarded(lambda: done.append(_handle(desk, mail, read_mail(raw) if readable else _unread(head))), mail_id=mail.id)
    return done[0] if done else mail


_NOTHING = Head("", None, "", (), (), (), "text/plain", "")


def _unread(head: Head) -> IncomingMail:
    return IncomingMail(head, "", (), UNREAD)


def _key(head: Head, raw: bytes) -> str:
    """Of the Message-ID together with its sender: nobody can take another one's mail away by being faster."""
    named = f"{head.mail_id} {head.sender}".encode() if head.mail_id else raw
    return hashlib.sha256(named).hexdigest()[:40]


def _handle(desk: MailDesk, mail: Mail, incoming: IncomingMail) -> Mail:
    kind = sort(incoming.head, desk.account.address, desk.policy.automatic_subjects)
    if kind is Sort.REPORT:
        return _reported(desk, mail, incoming)
    if kind is not Sort.PERSON:
        return _settle(desk, mail, Standing.IGNORED, kind)
    if incoming.head.sender is None:
        return _settle(desk, mail, Standing.UNREADABLE, NO_SENDER)
    with desk.assistant.database.transaction() as tx:
        joined = _join(tx, desk, mail, incoming, incoming.head.sender)
    looked = mail_files.looked_at(desk.files, incoming)
    return _finish(desk, joined.mail, _converse(desk, joined), looked, incoming.damage)


def _reported(desk: MailDesk, mail: Mail, incoming: IncomingMail) -> Mail:
    """Only who got a mail of ours knows its Message-ID: a forged report marks nothing."""
    report = bounce.report_of(incoming)
    with desk.assistant.database.transaction() as tx:
        sent = mails.ours(tx, report.mail_ids)
        if sent is not None and report.fate is bounce.Fate.BOUNCED:
            undelivered.bounced(tx, sent, report.detail)
        elif sent is not None and report.fate is bounce.Fate.DELAYED:
            undelivered.delayed(tx, sent, report.detail)
    return _settle(desk, mail, Standing.IGNORED, Sort.REPORT if sent is not None else NOT_OURS)


def _join(tx: Connection, desk: MailDesk, mail: Mail, incoming: IncomingMail, sender: str) -> _Joined:
    """Find or open the conversation and keep the mail with it, with secrets taken out."""
    over = mails.received_in_an_hour(tx, sender) > desk.policy.received_an_hour
    new = newly_said(incoming.text)
    thread = _thread(tx, desk, mail, incoming.head, new, over)
    whole = mask(storable(incoming.text)).text
    subject = _subject(incoming.head)
    kept = mails.keep(tx, mail, thread.conversation_id, subject, whole, incoming.attachments)
    first = thread.channel is Channel.EMAIL and _is_first(tx, kept, thread)
    text = _fitted(_said(new, subject if first else ""), desk.assistant.settings.max_message_chars)
    why = Reason.OVER_LIMIT if over else _why(tx, desk, incoming, thread, text, first=first)
    return _Joined(kept, thread, conversations.load(tx, thread.conversation_id), text, why)


def _thread(tx: Connection, desk: MailDesk, mail: Mail, head: Head, text: str, over: bool) -> MailThread:
    """The thread it answers, at a second try the one of the first; a sender over the limit goes on in its newest."""
    found = mail_threads.find(tx, head, desk.account.address)
    before = mail.conversation_id or (mails.newest_conversation(tx, mail.address) if over and not found else None)
    known = mail_threads.load(tx, before) if before else found.thread if found else None
    proof = Proof.AUTHENTICATED if authenticated(head, desk.policy.trusted_servers) else Proof.CLAIMED
    if known is not None:
        proven = mail_threads.prove(tx, known, Proof.ANSWERED if found and found.secret else proof)
        return mail_threads.going_on(tx, proven)
    sender = record_of.of_address(tx, mail.address) if proof is not Proof.CLAIMED else None
    language = detect(text, (sender and sender.language) or desk.assistant.settings.default_language)
    quiet = wants_no_automatic_answer(head)
    return mail_threads.open_thread(tx, mail.address, _subject(head), language, proof, quiet=quiet)


def _is_first(tx: Connection, mail: Mail, thread: MailThread) -> bool:
    said = (each for each in mails.of_conversation(tx, thread.conversation_id) if each.direction is Direction.IN)
    return next(said).id == mail.id


def _subject(head: Head) -> str:
    return mask(storable(mail_threads.without_reference(head.subject))).text


def _said(text: str, subject: str) -> str:
    """What the conversation gets: many ask in the subject alone, or name there what they ask about."""
    parts = (subject if subject.casefold() not in text.casefold() else "", text)
    return "\n\n".join(part for part in parts if not blank(part)) or NO_TEXT


def _fitted(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: max(1, longest - len(CUT))] + CUT


def _why(
    tx: Connection, desk: MailDesk, incoming: IncomingMail, thread: MailThread, text: str, *, first: bool
) -> Reason | None:
    """Why a person has to read it, None when the bot may answer."""
    if still_fine.open_question(tx, thread.conversation_id) is not None:
        return None  # whatever it says, it belongs to that ticket: see turn.py
    if incoming.damage or text == NO_TEXT or any(not attached.inline for attached in incoming.attachments):
        return Reason.QUESTION_UNCLEAR
    if not first:
        small_talk = is_small_talk(text, desk.assistant.responder.small_talk)
        return None if small_talk else _wrote_again(tx, thread)
    if thread.quiet or spent(tx, desk.policy, thread):
        return Reason.OVER_LIMIT
    return None


def _wrote_again(tx: Connection, thread: MailThread) -> Reason:
    """Who writes after a ticket was resolved goes on about it, as in the chat."""
    last = tickets.latest(tx, thread.conversation_id)
    resolved = last is not None and last.status is TicketStatus.RESOLVED
    return Reason.FOLLOW_UP if resolved else Reason.ASKED_FOR_PERSON


def spent(tx: Connection, policy: MailPolicy, thread: MailThread) -> bool:
    """Whether the address has got as many automated mails today as it may."""
    most = policy.automated_a_day_proven if thread.proven else policy.automated_a_day_unproven
    return mails.automated_in_a_day(tx, thread.address) >= most


def _converse(desk: MailDesk, joined: _Joined) -> Message:
    """The same turn as in the widget, or a person; each step may be made again after a crash."""
    assistant, conversation = desk.assistant, joined.conversation
    viewer = conversations.viewer_of(conversation)
    client_id = f"{BY_MAIL}{joined.mail.key}"
    with assistant.database.snapshot() as tx:
        before = messages.by_client_id(tx, conversation.id, client_id)
    text = before.text if before else joined.text
    if joined.why is None or conversation.state in HUMAN:
        return take_turn(assistant, viewer, conversation.id, client_id, text, asks_back=False).message
    with assistant.database.transaction() as tx:
        stored = messages.append(tx, conversation.id, Speaker.CUSTOMER, text, client_id=client_id)
    ask_for_person(assistant, viewer, conversation.id, why=joined.why)
    return stored.message


def _finish(desk: MailDesk, mail: Mail, message: Message, looked: tuple[LookedAt, ...], damage: str) -> Mail:
    """Its files go with its message, in the same transaction that says that it is handled."""
    with desk.assistant.database.transaction() as tx:
        listed = mails.list_files(tx, mail, mail_files.keep(tx, message, looked))
        return mails.settle(tx, listed, Standing.HANDLED, damage, message.id)


def _settle(desk: MailDesk, mail: Mail, standing: Standing, detail: str = "") -> Mail:
    with desk.assistant.database.transaction() as tx:
        return mails.settle(tx, mail, standing, detail)
