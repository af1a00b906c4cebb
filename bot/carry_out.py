"""Owns carrying out a decision in the caller's transaction: say, clarify, refuse, hand over. Refuses to choose one."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from bot import specific_extra
from bot.access import Viewer
from bot.complaints import again, ledger
from bot.conversation import citations, conversations, frozen_turns, joins, messages
from bot.conversation.conversations import Conversation, State
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker
from bot.decision.meanwhile import Page, pages
from bot.decision.outcome import Answer, Clarify, HandOff, Reason
from bot.decision.small_talk import kind_of
from bot.decision.small_talk_policy import SmallTalkPolicy
from bot.desk import assignment, notices, record_of, sequel, tickets
from bot.handoff.hand_off import hand_off
from bot.handoff.packet import HandoffPacket
from bot.handoff.packet_builder import Circumstances, build
from bot.handoff.policies import HandoffPolicies
from bot.handoff.shown_turns import shown_turns
from bot.handoff.ticket import OPEN, Ticket
from bot.respond import Outcome
from bot.retrieval.asked_together import asks
from bot.retrieval.question import Known
from bot.retrieval.standalone import matter_of
from bot.storage import clock
from bot.storage.commit_lines import tell_log
from bot.storage.counts import count
from bot.turn_note import Extra, TurnNote, failure_note, note_of, seen

HUMAN = (State.WAITING, State.PERSON)
"""States in which a person has the conversation, or is to have it."""
NOT_FOUND = frozenset({
    Reason.FACT_MISSING, Reason.NOTHING_CLOSE, Reason.CANDIDATES_TIE, Reason.VARIANT_UNKNOWN, Reason.QUESTION_UNCLEAR,
})  # fmt: skip
"""Reasons why the bot itself gave a conversation away: that it did not know one thing says nothing against the next."""
THANKS, GOODBYE = "thanks", "goodbye"
"""The kinds of small talk with which customers leave."""


def takes_leave(words: SmallTalkPolicy, text: str) -> bool:
    """True for "thanks, bye!": said after the case was closed, it opens nothing again."""
    kind = kind_of(text, words)
    return kind is not None and kind.id in (THANKS, GOODBYE)


def may_answer(tx: Connection, conversation: Conversation) -> bool:
    """False where the bot keeps silent: a person has the conversation, or is waited for with something that is for
    people; not while nobody has taken yet what the bot did not know."""
    if conversation.state is not State.WAITING:
        return conversation.state not in HUMAN
    ticket = tickets.latest(tx, conversation.id)
    return ticket is not None and ticket.reason in NOT_FOUND and ticket.claimed_at is None


def carry_out(
    tx: Connection, policies: HandoffPolicies, viewer: Viewer, message: Message, outcome: Outcome
) -> None:
    """Store what comes of the outcome, with what the decision-maker saw; nothing if a person took over meanwhile, and
    of who waits for one only the answer to a plain question."""
    conversation = conversations.load(tx, message.conversation_id)
    # The same message sent twice at once runs two turns; the first one to get here has answered it.
    if not may_answer(tx, conversation) or messages.reply_to(tx, message) is not None:
        return
    waits = conversation.state is State.WAITING
    if waits and not _answers_plainly(outcome):
        return
    note = note_of(outcome)
    decision = outcome.decision
    if isinstance(decision, HandOff):
        given = replace(
            circumstances(tx, conversation, viewer, decision.reason),
            category=decision.category,
            draft=outcome.draft if outcome.likely else None,
            found=outcome.result,
        )
        shown = pages(decision, outcome.confidence, outcome.result, policies.wording.meanwhile_in)
        _hand_over(tx, policies, message, given, note, shown)
    else:
        key = messages.reply_key(message)
        text = _farewell(outcome) if conversation.state is State.RESOLVED else _said(outcome)
        note = replace(note, extra=_extra(tx, conversation.id, outcome))
        messages.append(tx, conversation.id, Speaker.BOT, text, client_id=key, turn=note)
    reply = messages.reply_to(tx, message)
    if reply is not None:
        frozen_turns.freeze(tx, reply, seen(outcome, note))
        ticket = tickets.latest(tx, conversation.id) if waits else None
        if ticket is not None:
            notices.assistant_answered(tx, ticket, reply)
    _log_decision(tx, message, note)


def _answers_plainly(outcome: Outcome) -> bool:
    """The whole answer to a question: no word to a courtesy, no guess at what somebody meant who waits."""
    return outcome.decision == Answer() and asks(matter_of(outcome.question.said))


def fail_over(
    tx: Connection, words: SmallTalkPolicy, policies: HandoffPolicies, viewer: Viewer, message: Message
) -> None:
    """Hand the conversation to a person because the turn broke; not when a repeat of it was answered meanwhile, or one
    has it."""
    conversation = conversations.load(tx, message.conversation_id)
    if conversation.state in HUMAN or messages.reply_to(tx, message) is not None:
        return
    given = circumstances(tx, conversation, viewer, Reason.SYSTEM_FAILURE)
    label = words.spoken.words(conversation.language).label
    note = failure_note(label, "")
    _hand_over(tx, policies, message, given, note)
    _log_decision(tx, message, note)


def _log_decision(tx: Connection, message: Message, note: TurnNote) -> None:
    tell_log(
        tx, "decided", conversation=message.conversation_id, message=message.id,
        decision=note.decision, reason=note.reason,
    )  # fmt: skip


def give_to_person(
    tx: Connection,
    policies: HandoffPolicies,
    conversation_id: str,
    packet: HandoffPacket,
    *,
    client_id: str | None = None,
    turn: TurnNote | None = None,
) -> Ticket:
    """All that a handoff is, whatever led to it: the ticket, whom it is laid before, the complaint if it is one, the
    link to the ticket before it. What goes on about a complaint that is over goes on in its ticket."""
    before = tickets.latest(tx, conversation_id)
    if before is None or before.status not in OPEN:
        count(tx, packet.reason)
    if before is not None and again.goes_on(tx, policies, before, packet):
        return again.take_up(tx, policies, before, packet, client_id=client_id, turn=turn)
    if before is not None and packet.reason is Reason.FOLLOW_UP:
        packet = sequel.of_before(tx, policies, packet, before)
    ticket = hand_off(tx, conversation_id, packet, client_id=client_id, turn=turn)
    if before is not None:
        sequel.link(tx, before, ticket)
    lay_before_somebody(tx, policies, ticket)
    return ticket


def lay_before_somebody(tx: Connection, policies: HandoffPolicies, ticket: Ticket) -> None:
    """Whom a ticket goes to once it is known what it is about; the complaint, if it is one."""
    assignment.assign(tx, policies.workload, ticket)
    if ticket.packet.category in policies.complaints.opened_by:
        ledger.open_one(tx, policies, ticket)


def circumstances(tx: Connection, conversation: Conversation, viewer: Viewer, reason: Reason) -> Circumstances:
    """What is known of the conversation at the instant of a handoff; an open ticket keeps its own reason and topic, and
    what goes on about a closed one has that one's topic."""
    said = joins.transcript(tx, conversation.id)
    before = tickets.latest(tx, conversation.id)
    is_open = before is not None and before.status in OPEN
    record = record_of.of_conversation(tx, conversation.id)
    region = record.customer.region if record else None
    return Circumstances(
        reason=before.reason if before and is_open else reason,
        category=before.category if before and (is_open or reason is Reason.FOLLOW_UP) else None,
        transcript=messages.utterances(said),
        turns=shown_turns(tx, said),
        known=Known(viewer.region or conversation.region or region, viewer.plan or conversation.plan),
        language=conversation.language,
        verified=viewer.verified,
        tier=record.tier if record else None,
        plan=record.plan if record else None,
    )


def _hand_over(
    tx: Connection, policies: HandoffPolicies, message: Message, given: Circumstances, note: TurnNote,
    meanwhile: tuple[Page, ...] = (),
) -> None:
    packet = build(given, policies, clock.read(clock.now()))
    if meanwhile:
        intro = policies.wording.phrases(packet.language).meanwhile
        note = replace(note, pages=meanwhile, pages_intro=intro)
    give_to_person(tx, policies, message.conversation_id, packet, client_id=messages.reply_key(message), turn=note)


def _extra(tx: Connection, conversation_id: str, outcome: Outcome) -> Extra | None:
    """Not twice, nor where a person had to help before."""
    extra = specific_extra.below(outcome)
    if extra is None or tickets.latest(tx, conversation_id) is not None:
        return None
    return None if citations.cited(tx, joins.parts(tx, conversation_id), extra.article_id) else extra


def _farewell(outcome: Outcome) -> str:
    """Whoever leaves is not asked whether there is anything else."""
    return outcome.words.replies.get(GOODBYE, _said(outcome))


def _said(outcome: Outcome) -> str:
    decision = outcome.decision
    if isinstance(decision, Clarify):
        return decision.question
    if isinstance(decision, Answer) and outcome.draft is not None:
        left = f"\n\n{outcome.words.partly}" if decision.partial else ""
        return f"{outcome.draft.text}{left}"
    return outcome.words.refusal
