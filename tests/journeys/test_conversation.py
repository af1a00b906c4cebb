"""Whole conversations through the real desk: database, index, encoder and policies as in service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import turn
from bot.access import PUBLIC_VISITOR, Role
from bot.assemble import assemble
from bot.assist import record
from bot.carry_out import HUMAN, NOT_FOUND
from bot.conversation import conversations, frozen_turns, messages
from bot.conversation.conversations import State
from bot.conversation.messages import Message
from bot.conversation.utterance import Offer, Speaker, Utterance
from bot.decision.outcome import HandOff, Reason
from bot.desk import accounts, history, tickets
from bot.desk.notices import Work
from bot.desk.transfer import transfer
from bot.events.outbox import Topic
from bot.feedback import survey
from bot.handoff.packet import FactKind
from bot.handoff.shown_turns import citations_of, pages_of
from bot.handoff.ticket import Ticket
from bot.respond import Outcome, respond
from bot.settings import Settings
from bot.storage.tables import outbox
from bot.turn import Assistant, TurnResult, ask_for_person, take_turn
from tests.served import OF_THE_SAMPLE_BASE, encoder


@dataclass
class Chat:
    """A visitor's conversation with the desk."""

    assistant: Assistant
    id: str
    sent: int = 0

    def say(self, text: str, client_id: str | None = None) -> TurnResult:
        self.sent += 1
        return take_turn(self.assistant, PUBLIC_VISITOR, self.id, client_id or f"m{self.sent}", text)


@pytest.fixture(scope="module")
def assistant(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    data = tmp_path_factory.mktemp("data")
    settings = Settings(index_dir=small_index, data_dir=data, calibration_file=OF_THE_SAMPLE_BASE)
    built = assemble(settings, encoder, serving=True)
    yield built
    built.database.close()


@pytest.fixture
def chat(assistant: Assistant) -> Chat:
    with assistant.database.transaction() as tx:
        opened = conversations.open_conversation(tx, site="shop", language="en")
    return Chat(assistant, opened.conversation.id)


def test_a_how_to_is_answered_with_its_source_and_frozen(chat: Chat) -> None:
    result = chat.say("How do I factory reset Hub 2?")
    assert result.reply is not None
    assert result.reply.role is Speaker.BOT
    assert "10 seconds" in result.reply.text
    assert '"reset-hub-2"' in (result.reply.turn or "")
    with chat.assistant.database.snapshot() as tx:
        frozen = frozen_turns.of_conversation(tx, chat.id)
    assert [turn.message_id for turn in frozen] == [result.reply.id]


def test_the_same_message_twice_is_answered_once(chat: Chat) -> None:
    first, second = chat.say("How do I factory reset Hub 2?", "same"), chat.say("How do I factory reset Hub 2?", "same")
    assert (first.created, second.created) == (True, False)
    assert first.reply == second.reply
    with chat.assistant.database.snapshot() as tx:
        assert len(messages.transcript(tx, chat.id)) == 2


@pytest.mark.parametrize("taken", ["United Kingdom", "the second one"])
def test_what_is_picked_of_the_ways_offered_answers_the_question_before(chat: Chat, taken: str) -> None:
    asked = chat.say("What does the Plus plan cost?").reply
    assert asked is not None
    assert [label for label, _ in offered(asked)] == ["United States", "United Kingdom"]
    answer = chat.say(taken).reply
    assert answer is not None
    assert "£" in answer.text
    assert {cited.article_id for cited in citations_of(answer)} == {dict(offered(asked))["United Kingdom"]}


def test_a_pick_of_something_sensitive_is_a_persons_however_it_is_said(chat: Chat) -> None:
    title, article = "If somebody got into your account", "security-compromised-account"
    asked = Utterance(Speaker.CUSTOMER, "sign in looks odd", 0)
    which = Utterance(Speaker.BOT, "Which is it?", 1, offered=(Offer(title, article),))
    for said in (title, "the first"):
        decision = respond(chat.assistant.responder, said, (asked, which), PUBLIC_VISITOR).decision
        assert isinstance(decision, HandOff)
        assert decision.reason is Reason.SENSITIVE


def offered(message: Message) -> list[tuple[str, str]]:
    (said,) = messages.utterances([message])
    return [(offer.label, offer.article_id) for offer in said.offered]


def test_asking_for_a_person_stores_a_ticket_with_suggestions(chat: Chat) -> None:
    chat.say("How long do I have to send back a bulb in the UK?")
    result = chat.say("please let me talk to a human being")
    assert result.state is State.WAITING
    assert result.ticket is not None
    assert result.ticket.reason is Reason.ASKED_FOR_PERSON
    assert "send back a bulb" in result.ticket.packet.goal
    assert result.reply is not None
    assert result.reply.text == result.ticket.packet.target.told_customer
    silent = chat.say("my order is FW-123456, how do I reset Hub 2?")
    assert silent.reply is None
    with chat.assistant.database.snapshot() as tx:
        offered = record.current(tx, chat.id)
    assert offered
    assert offered[0].message_id == silent.message.id


def unknown(chat: Chat) -> Ticket:
    """The ticket of what the bot has no article for."""
    handed = chat.say("What is the carbon footprint of one outdoor camera over its life?").ticket
    assert handed is not None
    assert handed.reason in NOT_FOUND
    return handed


def test_who_waits_for_what_the_bot_does_not_know_is_answered_what_it_does(chat: Chat) -> None:
    ticket = unknown(chat)
    answered = chat.say("How do I factory reset Hub 2?")
    assert answered.reply is not None
    assert answered.reply.role is Speaker.BOT
    assert "10 seconds" in answered.reply.text
    assert (answered.state, answered.ticket) == (State.WAITING, ticket)
    assert chat.say("How do I factory reset Hub 2?", "m2").reply == answered.reply
    with chat.assistant.database.snapshot() as tx:
        frozen = frozen_turns.of_conversation(tx, chat.id)
        told = tx.execute(select(outbox.c.payload).where(outbox.c.topic == Topic.TICKET_REPLIED)).scalars().all()
    assert frozen[-1].message_id == answered.reply.id
    assert [json.loads(one)["text"] for one in told if ticket.id in one] == [answered.reply.text]


def test_who_waits_is_told_nothing_else(chat: Chat) -> None:
    unknown(chat)
    for text in ("thanks", "What is the carbon footprint of the hub then?", "What does the Plus plan cost?", "hub"):
        said = chat.say(text)
        assert (said.reply, said.state) == (None, State.WAITING), text


def test_what_is_written_while_the_ticket_is_closed_makes_no_second_one(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The agent resolves it between the message and what is found for it."""
    ticket = unknown(chat)
    with chat.assistant.database.transaction() as tx:
        account = accounts.add(tx, "closes@example.com", "Cl", Role.AGENT, "correct horse battery")

    def closing(*given: Any, **named: Any) -> Outcome:
        with chat.assistant.database.transaction() as tx:
            tickets.resolve(tx, tickets.claim(tx, ticket.id, account).id, account)
        return respond(*given, **named)

    monkeypatch.setattr(turn, "respond", closing)
    said = chat.say("It is the green one")
    assert said.ticket is not None
    assert (said.reply, said.state, said.ticket.id) == (None, State.RESOLVED, ticket.id)


def test_once_somebody_has_it_or_it_is_for_people_the_bot_keeps_silent(chat: Chat) -> None:
    with chat.assistant.database.transaction() as tx:
        account = accounts.add(tx, "silent@example.com", "Si", Role.AGENT, "correct horse battery")
    ticket = unknown(chat)
    with chat.assistant.database.transaction() as tx:
        tickets.claim(tx, ticket.id, account)
    assert chat.say("How do I factory reset Hub 2?").reply is None


def test_a_danger_told_to_who_waits_is_as_urgent_as_if_said_first(chat: Chat) -> None:
    before = unknown(chat)
    for _ in range(2):
        after = chat.say("there is smoke coming out of the plug and the wall is hot").ticket
    assert after is not None
    assert (before.priority, after.priority) == ("normal", "urgent")
    assert (after.id, after.category, after.reason) == (before.id, "safety_incident", Reason.SENSITIVE)
    assert after.first_response_due < before.first_response_due
    with chat.assistant.database.snapshot() as tx:
        told = [one.text for one in messages.transcript(tx, chat.id) if "emergency number" in one.text]
        works = [one.deed for one in history.of_ticket(tx, after)]
    assert told == [after.packet.target.told_customer]
    assert works.count(Work.RAISED) == 1
    assert chat.say("How do I factory reset Hub 2?").reply is None, "now it is for people only"


def test_a_danger_told_to_a_person_raises_their_ticket_and_says_what_comes_first(chat: Chat) -> None:
    with chat.assistant.database.transaction() as tx:
        account = accounts.add(tx, "danger@example.com", "Da", Role.AGENT, "correct horse battery")
    before = unknown(chat)
    with chat.assistant.database.transaction() as tx:
        mine = tickets.claim(tx, before.id, account)
    after = chat.say("someone is breaking into my house right now").ticket
    assert after is not None
    assert (after.priority, after.assignee, after.status) == ("urgent", account.id, mine.status)
    assert (after.team, after.first_response_due) == (mine.team, mine.first_response_due)
    with chat.assistant.database.snapshot() as tx:
        last = messages.transcript(tx, chat.id)[-1]
    assert last.role is Speaker.SYSTEM
    assert last.text.startswith("If anyone is in danger right now")
    assert "passing you" not in last.text


def test_nothing_is_less_urgent_for_what_is_said_later(chat: Chat) -> None:
    first = chat.say("there is smoke coming out of the plug and the wall is hot").ticket
    later = chat.say("please delete all the data you have about me").ticket
    assert first is not None
    assert later is not None
    assert (later.priority, later.category, later.team) == (first.priority, first.category, first.team)


def test_pages_to_look_at_meanwhile_are_pointers_and_no_answer(chat: Chat) -> None:
    result = chat.say("does the hub 2 cable come in white")
    assert result.reply is not None
    assert result.ticket is not None
    assert result.reply.text == result.ticket.packet.target.told_customer
    intro, pages = pages_of(result.reply)
    assert intro == "While you wait, these pages may help:"
    assert [page.article_id for page in pages] == ["hub-2-set-up", "hub-2-led-meanings"]
    assert citations_of(result.reply) == ()
    assert result.ticket.packet.shown == ()
    with chat.assistant.database.snapshot() as tx:
        (frozen,) = frozen_turns.of_conversation(tx, chat.id)
    assert '"pages": []' in frozen.frozen, "what is replayed has answered nothing"


def test_thanks_and_goodbye_after_the_case_was_closed_leave_it_closed_and_its_survey_due(chat: Chat) -> None:
    with chat.assistant.database.transaction() as tx:
        leo = accounts.add(tx, "leave@example.com", "Leo", Role.AGENT, "correct horse battery")
    ticket = _clicked(chat)
    with chat.assistant.database.transaction() as tx:
        tickets.resolve(tx, ticket.id, leo)
    left = chat.say("thanks, bye!")
    assert left.state is State.RESOLVED
    assert left.reply is not None
    assert left.reply.text.startswith("Goodbye")
    with chat.assistant.database.snapshot() as tx:
        assert survey.due(tx, chat.assistant.policies, chat.id) is not None
    assert chat.say("hold on").state is State.OPEN


def _clicked(chat: Chat) -> Ticket:
    ask_for_person(chat.assistant, PUBLIC_VISITOR, chat.id)
    with chat.assistant.database.snapshot() as tx:
        ticket = tickets.latest(tx, chat.id)
    assert ticket is not None
    return ticket


def test_the_ticket_of_a_first_click_follows_once_from_the_story(chat: Chat) -> None:
    clicked = _clicked(chat)
    assert chat.say("hello?").ticket == clicked, "nothing was said of the matter"
    assert chat.say("my e-mail is jo@example.org").ticket == clicked
    story = "How long do I have to send back a bulb? My order is FW-123456"
    told = chat.say(story).ticket
    assert told is not None
    assert (told.id, told.reason, told.goal) == (clicked.id, Reason.ASKED_FOR_PERSON, story)
    assert (clicked.team, told.team, told.version) == ("general", "orders", clicked.version + 1)
    assert {(fact.kind, fact.turn) for fact in told.packet.facts} >= {(FactKind.EMAIL, 2), (FactKind.ORDER, 3)}
    assert story in (told.packet.draft_reply or "")
    assert told.packet.target.told_customer == clicked.packet.target.told_customer
    assert chat.say("and now something else: my camera is offline, what can I do about it").ticket == told, "once"
    with chat.assistant.database.snapshot() as tx:
        said = [message.role for message in messages.transcript(tx, chat.id)]
        deeds = [entry.deed for entry in history.of_ticket(tx, told)]
        queued = tx.execute(select(outbox.c.key).where(outbox.c.subject == told.id)).scalars().all()
    assert said.count(Speaker.SYSTEM) == 1, "the promise is not told twice"
    assert deeds == [history.Deed.HANDED_OVER, Work.EXPLAINED, Work.TRANSFERRED]
    assert f"ticket.transferred:{told.id}:{told.version}" in queued
    assert sum(key.startswith("ticket.message") for key in queued) == 4


def test_a_story_of_danger_is_routed_and_promised_as_one(chat: Chat) -> None:
    clicked = _clicked(chat)
    told = chat.say("there is smoke coming out of the plug").ticket
    assert told is not None
    assert (told.team, told.priority, told.category) == ("safety", "urgent", "safety_incident")
    assert told.first_response_due < clicked.first_response_due
    with chat.assistant.database.snapshot() as tx:
        assert messages.transcript(tx, chat.id)[-1].text == told.packet.target.told_customer
        deeds = [entry.deed for entry in history.of_ticket(tx, told)]
    assert history.Deed.ASKED_AGAIN not in deeds


def test_the_ticket_follows_from_a_note_with_the_second_click_too(chat: Chat) -> None:
    _clicked(chat)
    ask_for_person(chat.assistant, PUBLIC_VISITOR, chat.id, "How do I return a bulb that arrived broken?")
    with chat.assistant.database.snapshot() as tx:
        told = tickets.latest(tx, chat.id)
    assert told is not None
    assert "arrived broken" in told.goal
    assert "arrived broken" in (told.packet.draft_reply or "")
    assert told.team != "general"


def test_a_draft_that_is_hardly_right_is_laid_before_nobody(chat: Chat) -> None:
    told = chat.say("Something else: how do I pair my flux capacitor with the Hub 2?").ticket
    assert told is not None
    assert (told.packet.draft_reply or "").startswith("Hello, I've read the whole conversation. You wrote: ")


def test_a_claimed_ticket_and_a_team_that_was_chosen_stay_as_they_are(chat: Chat) -> None:
    with chat.assistant.database.transaction() as tx:
        ana = accounts.add(tx, "story@example.com", "Ana", Role.AGENT, "correct horse battery")
    clicked = _clicked(chat)
    with chat.assistant.database.transaction() as tx:
        moved = transfer(tx, clicked.id, ana, "care", chat.assistant.policies.routing.teams)
    told = chat.say("How do I return a bulb that arrived broken?").ticket
    assert told is not None
    assert (told.team, "arrived broken" in told.goal) == ("care", True)
    with chat.assistant.database.transaction() as tx:
        opened = conversations.open_conversation(tx, site="shop", language="en")
    other = replace(chat, id=opened.conversation.id)
    taken = _clicked(other)
    with chat.assistant.database.transaction() as tx:
        claimed = tickets.claim(tx, taken.id, ana)
    assert other.say("How do I return a bulb that arrived broken?").ticket == claimed
    assert moved.packet.target.rule == ""


def test_first_click_hands_over_before_a_word_is_said(chat: Chat) -> None:
    ask_for_person(chat.assistant, PUBLIC_VISITOR, chat.id)
    with chat.assistant.database.snapshot() as tx:
        ticket = tickets.latest(tx, chat.id)
    assert ticket is not None
    assert ticket.reason is Reason.FIRST_CLICK


def test_after_a_person_is_done_the_bot_starts_fresh(chat: Chat) -> None:
    ticket = chat.say("the hub is on fire and there is smoke everywhere").ticket
    assert ticket is not None
    assert ticket.category == "safety_incident"
    with chat.assistant.database.transaction() as tx:
        agent = accounts.add(tx, f"{chat.id}@example.com", "Ana", Role.AGENT, "a long enough password")
        tickets.claim(tx, ticket.id, agent)
        tickets.reply(tx, ticket.id, agent, "Please unplug it. We are on it.")
        tickets.resolve(tx, ticket.id, agent)
    result = chat.say("How do I factory reset Hub 2?")
    assert result.reply is not None
    assert result.reply.role is Speaker.BOT
    assert result.state is State.OPEN


def _resolved(chat: Chat, first: str, reply: str = "Please unplug it. We are on it.") -> Ticket:
    ticket = chat.say(first).ticket
    assert ticket is not None
    with chat.assistant.database.transaction() as tx:
        agent = accounts.add(tx, f"{chat.id}@example.com", "Ana", Role.AGENT, "a long enough password")
        tickets.reply(tx, ticket.id, agent, reply)
        return tickets.resolve(tx, ticket.id, agent)


@pytest.mark.parametrize(
    "text", ["It is still smoking!!", "No, this is not solved", "Why did you close this?", "Hello?", "and the lamp"]
)
def test_what_goes_on_about_an_urgent_ticket_goes_to_its_team_linked_with_the_transcript(chat: Chat, text: str) -> None:
    before = _resolved(chat, "the hub is on fire and there is smoke everywhere")
    result = chat.say(text)
    ticket = result.ticket
    assert result.state is State.WAITING
    assert ticket is not None
    assert ticket.id != before.id
    assert (ticket.category, ticket.team, ticket.priority) == (before.category, before.team, before.priority)
    assert [said.text for said in ticket.packet.transcript][-2:] == ["Please unplug it. We are on it.", text]
    with chat.assistant.database.snapshot() as tx:
        assert (Work.FOLLOWS, before.id) in [(one.deed, one.detail) for one in history.of_ticket(tx, ticket)]
        assert (Work.FOLLOWED_BY, ticket.id) in [(one.deed, one.detail) for one in history.of_ticket(tx, before)]


@pytest.mark.parametrize(
    "text", ["No, this is not solved", "Why did you close this?", "Any news on the replacement?", "the lamp"]
)
def test_after_an_ordinary_ticket_what_goes_on_about_it_is_a_persons(chat: Chat, text: str) -> None:
    before = _resolved(chat, "please let me talk to a human being", "It is done.")
    result = chat.say(text)
    assert result.state is State.WAITING
    assert result.ticket is not None
    assert result.ticket.id != before.id
    assert (result.ticket.reason, result.ticket.team) == (Reason.FOLLOW_UP, before.team)


@pytest.mark.parametrize(
    "text", ["How do I factory reset Hub 2?", "I have another question", "Hello?", "thanks a lot", "bye"]
)
def test_after_an_ordinary_ticket_the_bot_answers_whatever_is_something_else(chat: Chat, text: str) -> None:
    before = _resolved(chat, "please let me talk to a human being", "It is done.")
    result = chat.say(text)
    assert result.reply is not None
    assert result.reply.role is Speaker.BOT
    assert result.state not in HUMAN
    assert result.ticket == before


def test_thanks_after_an_urgent_ticket_stays_with_the_bot_and_does_not_hide_what_comes_next(chat: Chat) -> None:
    _resolved(chat, "the hub is on fire and there is smoke everywhere")
    assert chat.say("thanks").state not in HUMAN
    assert chat.say("it is still smoking").state is State.WAITING


def test_once_the_bot_answered_something_else_it_is_about_that(chat: Chat) -> None:
    _resolved(chat, "please let me talk to a human being", "It is done.")
    chat.say("How do I factory reset Hub 2?")
    result = chat.say("it did not help")
    assert result.ticket is None or result.ticket.reason is not Reason.FOLLOW_UP


@pytest.mark.parametrize(("device", "article"), [("Hub 1", "reset-hub-1"), ("Hub 2", "reset-hub-2")])
def test_the_device_of_a_resolved_ticket_is_still_the_customers(chat: Chat, device: str, article: str) -> None:
    _resolved(chat, f"My {device} hums, please let me talk to a human being", "It is done.")
    answer = chat.say("How do I reset it to factory settings?").reply
    assert answer is not None
    assert citations_of(answer)[0].article_id == article


def test_whatever_breaks_becomes_a_stored_handoff(chat: Chat) -> None:
    class Broken:
        def encode(self, texts: object) -> object:
            raise MemoryError("out of memory")

    broken = replace(chat.assistant.responder, encoder=Broken())  # type: ignore[arg-type]
    result = Chat(replace(chat.assistant, responder=broken), chat.id).say("How do I factory reset Hub 2?")
    assert result.state is State.WAITING
    assert result.ticket is not None
    assert result.ticket.reason is Reason.SYSTEM_FAILURE
    assert result.ticket.packet.goal == "How do I factory reset Hub 2?"


def test_internal_articles_never_reach_the_customer_but_do_reach_the_agent(chat: Chat) -> None:
    result = chat.say("What is the refund authority of an agent, up to how much may they refund as goodwill?")
    assert "int-refund-authority" not in (result.reply.turn if result.reply and result.reply.turn else "")
    ask_for_person(chat.assistant, PUBLIC_VISITOR, chat.id)
    with chat.assistant.database.snapshot() as tx:
        offered = [suggestion.proposal.article_id for suggestion in record.current(tx, chat.id)]
    assert "int-refund-authority" in offered


def test_the_same_question_twenty_times_gives_the_same_bytes(assistant: Assistant) -> None:
    replies = set()
    for _ in range(20):
        with assistant.database.transaction() as tx:
            opened = conversations.open_conversation(tx, site="shop", language="en")
        reply = Chat(assistant, opened.conversation.id).say("How do I factory reset Hub 2?").reply
        assert reply is not None
        replies.add((reply.text, reply.turn))
    assert len(replies) == 1
