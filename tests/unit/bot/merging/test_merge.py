"""Two tickets of one customer become one: nothing is lost, the earlier time is kept, and it is done once."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from bot.assist import repeats
from bot.channels import mail_threads
from bot.conversation import conversations, devices, joins, messages
from bot.conversation.attachment_kinds import TEXT
from bot.conversation.attachments import Received
from bot.conversation.conversations import State
from bot.conversation.mail_proof import Proof
from bot.conversation.utterance import Speaker
from bot.desk import attachments, contacts, history, merges, notes, outside, queue, snooze, tags, tickets
from bot.desk.notices import Work
from bot.desk.queue import View, Wanted
from bot.errors import BadRequest, Conflict, SignInNeeded
from bot.handoff.packet import Fact, FactKind
from bot.handoff.ticket import TicketStatus
from bot.merging.merge import Seen, merge
from bot.merging.same_person import other_open_tickets
from bot.storage import clock, tables
from tests.unit.bot.merging.conftest import LATER, SOONER, Desk, Opened


def test_the_surviving_ticket_has_what_was_said_and_given_in_both(desk: Desk, opened: Opened) -> None:
    with desk.database.transaction() as tx:
        first = opened(tx, "c1", "My order FW-123456 is late", "I paid with PayPal", due=SOONER)
        second = opened(tx, "c1", "Write to jo@example.net about it", due=LATER)
        done = merge(tx, desk.policies, first.id, second.id, desk.ana)
        said = joins.transcript(tx, second.conversation_id)
        seen = tickets.load(tx, second.id)
        asked = repeats.find(tx, desk.policies, seen, "Could you tell me your order number?")
    assert done.ended.status is TicketStatus.MERGED
    texts = [one.text for one in said if one.role is Speaker.CUSTOMER]
    assert texts == ["My order FW-123456 is late", "I paid with PayPal", "Write to jo@example.net about it"]
    given = {fact.kind: fact for fact in seen.packet.facts}
    assert {"FW-123456", "jo@example.net"} <= {fact.value for fact in given.values()}
    for fact in seen.packet.facts:
        assert fact.value in seen.packet.transcript[fact.turn].text, "a pointer leads to where it was said"
        assert said[fact.turn].text == seen.packet.transcript[fact.turn].text
    assert given[FactKind.ORDER].turn == 0
    assert [repeat.fact.value for repeat in asked] == ["FW-123456"], "nobody asks for it again"


def test_a_fact_that_only_a_packet_knows_comes_along_and_points_where_it_was_said(desk: Desk, opened: Opened) -> None:
    with desk.database.transaction() as tx:
        kept = opened(tx, "c1", "two")
        ended = opened(tx, "c1", "one", "The box is blue")
        known = replace(ended.packet, facts=(Fact(FactKind.PRODUCT, "blue", 1),))
        tickets.store(tx, replace(ended, packet=known))
        done = merge(tx, desk.policies, ended.id, kept.id, desk.ana).kept
        said = joins.transcript(tx, kept.conversation_id)
    (fact,) = done.packet.facts
    assert said[fact.turn].text == "The box is blue"


def test_the_customer_is_told_in_the_tickets_language_whatever_the_pages_is(desk: Desk, opened: Opened) -> None:
    with desk.database.transaction() as tx:
        first, second = opened(tx, "c1", "Hallo", due=SOONER), opened(tx, "c1", "Meine Lampe", due=LATER)
        tickets.store(tx, replace(second, packet=replace(second.packet, language="de")))
        merge(tx, desk.policies, first.id, second.id, desk.ana)
        said = joins.transcript(tx, second.conversation_id)
    assert said[-1].text == desk.policies.wording.phrases("de").merged


def test_the_earlier_due_time_and_the_higher_urgency_are_kept_with_what_was_told(desk: Desk, opened: Opened) -> None:
    with desk.database.transaction() as tx:
        first = opened(tx, "c1", "one", due=SOONER, priority="urgent")
        second = opened(tx, "c1", "two", due=LATER)
        kept = merge(tx, desk.policies, first.id, second.id, desk.ana).kept
        third = opened(tx, "c1", "three", due=LATER)
        again = merge(tx, desk.policies, third.id, second.id, desk.ana).kept
    for ticket in (kept, again):
        assert (ticket.first_response_due, ticket.resolution_due, ticket.priority) == (SOONER, SOONER, "urgent")
        assert ticket.packet.target.told_customer == f"By {SOONER}."
        assert ticket.packet.target.first_response_due == SOONER


def test_who_waits_for_a_first_answer_in_either_waits_for_it_still(desk: Desk, opened: Opened) -> None:
    with desk.database.transaction() as tx:
        first, second = opened(tx, "c1", "one", due=SOONER), opened(tx, "c1", "two", due=LATER)
        tickets.reply(tx, first.id, desk.ana, "Hello")
        kept = merge(tx, desk.policies, first.id, second.id, desk.ana).kept
        assert (kept.first_response_at, kept.first_response_due) == (None, LATER), "the answered one is answered"
        third, fourth = opened(tx, "c2", "three", due=SOONER), opened(tx, "c2", "four", due=LATER)
        tickets.reply(tx, fourth.id, desk.ana, "Hello")
        unanswered = merge(tx, desk.policies, third.id, fourth.id, desk.ana).kept
    assert (unanswered.first_response_at, unanswered.first_response_due) == (None, SOONER)


def test_the_person_who_had_one_has_the_other_unless_somebody_has_it(desk: Desk, opened: Opened) -> None:
    with desk.database.transaction() as tx:
        first, second = opened(tx, "c1", "one"), opened(tx, "c1", "two")
        tickets.claim(tx, first.id, desk.ana)
        kept = merge(tx, desk.policies, first.id, second.id, desk.ana).kept
        assert (kept.assignee, kept.status) == (desk.ana.id, TicketStatus.CLAIMED)
        assert conversations.load(tx, second.conversation_id).state is State.PERSON
        third = opened(tx, "c1", "three")
        stays = merge(tx, desk.policies, third.id, second.id, desk.ben).kept
        assert stays.assignee == desk.ana.id, "a colleague's ticket takes it up and stays theirs"
        fourth = opened(tx, "c1", "four")
        with pytest.raises(Conflict, match="Ana is working"):
            merge(tx, desk.policies, second.id, fourth.id, desk.ben)


def test_it_says_so_both_ways_and_tells_the_help_desk(desk: Desk, opened: Opened) -> None:
    with desk.database.transaction() as tx:
        first, second = opened(tx, "c1", "one"), opened(tx, "c1", "two")
        done = merge(tx, desk.policies, first.id, second.id, desk.ana)
        trails = [history.of_ticket(tx, one)[-1] for one in (done.ended, done.kept)]
        rows = tx.execute(select(tables.outbox).where(tables.outbox.c.topic.in_(["ticket.merged", "ticket.joined"])))
        told = {row.topic: json.loads(row.payload) for row in rows}
        notice = messages.transcript(tx, second.conversation_id)[-1]
        assert merges.into(tx, first.id) == second.id
        assert [one.id for one in merges.joined(tx, second.id)] == [first.id]
    assert [(one.deed, one.by, one.detail) for one in trails] == [
        (Work.MERGED_INTO, "Ana", second.id), (Work.JOINED, "Ana", first.id),
    ]  # fmt: skip
    assert told["ticket.merged"]["ticket_id"] == told["ticket.joined"]["other_ticket_id"] == first.id
    assert told["ticket.merged"]["other_conversation_id"] == second.conversation_id
    assert (notice.role, notice.text) == (Speaker.SYSTEM, desk.policies.wording.phrases("en").merged)


def test_pressed_twice_it_is_done_once_and_of_two_agents_one_wins(desk: Desk, opened: Opened) -> None:
    with desk.database.transaction() as tx:
        first, second, third = (opened(tx, "c1", text) for text in ("one", "two", "three"))
        seen = Seen(first.version, second.version)
        done = merge(tx, desk.policies, first.id, second.id, desk.ana, seen)
        said = len(messages.transcript(tx, second.conversation_id))
        again = merge(tx, desk.policies, first.id, second.id, desk.ana, seen)
        assert (again.ended, again.kept, again.created) == (done.ended, done.kept, False)
        assert len(messages.transcript(tx, second.conversation_id)) == said
        with pytest.raises(Conflict, match="was merged into another one"):
            merge(tx, desk.policies, first.id, third.id, desk.ben)
        with pytest.raises(Conflict, match="The ticket you chose is already merged"):
            merge(tx, desk.policies, second.id, first.id, desk.ben)
        with pytest.raises(Conflict, match="changed in the meantime"):
            merge(tx, desk.policies, third.id, second.id, desk.ben, Seen(third.version, second.version))
        with pytest.raises(BadRequest):
            merge(tx, desk.policies, third.id, third.id, desk.ben)
        for verb in (tickets.claim, tickets.resolve):
            with pytest.raises(Conflict, match="was merged into another one"):
                verb(tx, first.id, desk.ben)


def test_only_what_is_proven_to_be_one_customers_is_merged(desk: Desk, opened: Opened) -> None:
    with desk.database.transaction() as tx:
        mine, mine_too, other = opened(tx, "c1", "one"), opened(tx, "c1", "two"), opened(tx, "c2", "three")
        nobody, nobody_else = opened(tx, None, "four"), opened(tx, None, "five")
        by_mail = mail_threads.open_thread(tx, "c1@example.org", "Help", "en", Proof.AUTHENTICATED)
        claimed = mail_threads.open_thread(tx, "c1@example.org", "Help", "en", Proof.CLAIMED)
        mailed = opened(tx, None, "six")
        moved = update(tables.tickets).where(tables.tickets.c.id == mailed.id)
        for thread, found in ((claimed, [mine, mine_too]), (by_mail, [])):
            tx.execute(moved.values(conversation_id=thread.conversation_id))
            pretended = tickets.load(tx, mailed.id)
            listed = {one.id for one in other_open_tickets(tx, pretended)}
            if found:
                assert not listed, "a From line proves nothing"
                with pytest.raises(BadRequest, match="not proven"):
                    merge(tx, desk.policies, mailed.id, mine.id, desk.ana)
            else:
                assert listed == {mine.id, mine_too.id}
        assert {one.id for one in other_open_tickets(tx, mine)} == {mine_too.id, mailed.id}
        assert other_open_tickets(tx, nobody) == ()
        for one, another in ((mine, other), (nobody, nobody_else), (mine, nobody)):
            with pytest.raises(BadRequest, match="not proven"):
                merge(tx, desk.policies, one.id, another.id, desk.ana)
        # By a mailbox alone nobody who holds a browser's key comes into a known customer's conversation.
        mail_threads.join(tx, nobody.conversation_id, "c1@example.org")
        with pytest.raises(BadRequest, match="not proven"):
            merge(tx, desk.policies, nobody.id, mine.id, desk.ana)
        done = merge(tx, desk.policies, mailed.id, mine.id, desk.ana)
        assert mail_threads.load(tx, mine.conversation_id) is not None, "its mails go on"
        assert mail_threads.going_on(tx, by_mail).conversation_id == mine.conversation_id
        whose = {conversations.load(tx, one.conversation_id).customer_id for one in (done.ended, done.kept)}
    assert len(whose) == 1
    assert None not in whose


def test_the_customer_and_the_desk_outside_go_on_in_one_place(desk: Desk, opened: Opened) -> None:
    with desk.database.transaction() as tx:
        first, second, third = (opened(tx, "c1", text) for text in ("one", "two", "three"))
        merge(tx, desk.policies, first.id, second.id, desk.ana)
        merge(tx, desk.policies, second.id, third.id, desk.ana)
        assert joins.going_on(tx, first.conversation_id) == third.conversation_id
        assert set(joins.parts(tx, third.conversation_id)) == {
            one.conversation_id for one in (first, second, third)
        }
        replied = outside.reply(tx, first.id, "Zoe", "Hello from outside", "zendesk:1")
        assert replied.message.conversation_id == third.conversation_id
        assert not outside.resolve(tx, first.id, "Zoe"), "what is closed there does not close where it goes on"
        file = Received("a.txt", TEXT, 6, "0" * 64)
        sent = attachments.from_customer(tx, desk.policies, first.conversation_id, file, "f1").message
        assert sent.conversation_id == third.conversation_id
        assert merges.surviving(tx, tickets.load(tx, first.id)).id == third.id
        assert [one.id for one in merges.every_joined(tx, third.id)] == [second.id, first.id]


def test_notes_tags_mentions_and_the_search_come_along(desk: Desk, opened: Opened) -> None:
    with desk.database.transaction() as tx:
        first, second = opened(tx, "c1", "The zeppelin is late"), opened(tx, "c1", "two")
        notes.add(tx, first.id, desk.ana, "He called, too. @Ben")
        tags.add(tx, first.id, desk.ana, "parcel")
        contacts.keep(tx, first.conversation_id, "Jo", "jo@example.net")
        first = snooze.snooze(tx, first.id, desk.ana, clock.after(clock.now(), 3600))
        merge(tx, desk.policies, first.id, second.id, desk.ana, Seen(first.version))
        kept = tickets.load(tx, second.id)
        assert [written.note.text for written in notes.of_ticket(tx, kept)] == ["He called, too. @Ben"]
        assert tags.of_tickets(tx, [second.id])[second.id] == ("parcel",)
        reachable = contacts.of(tx, second.conversation_id)
        assert reachable is not None
        assert (reachable.email, reachable.verified_at) == ("jo@example.net", None)
        assert [one.id for one in queue.find(tx, Wanted(View.MENTIONS, desk.ben.id)).tickets] == [second.id]
        assert [one.id for one in queue.find(tx, Wanted(words="zeppelin")).tickets] == [second.id]


def test_who_is_locked_out_of_the_surviving_conversation_is_not_led_in_by_the_other(
    desk: Desk, opened: Opened
) -> None:
    with desk.database.transaction() as tx:
        first, second = opened(tx, "c1", "one"), opened(tx, "c1", "two")
        old, mine = devices.add(tx, first.conversation_id), devices.add(tx, second.conversation_id)
        code = devices.new_code(tx, first.conversation_id, clock.now()).code
        merge(tx, desk.policies, first.id, second.id, desk.ana)
        assert conversations.by_token(tx, first.conversation_id, old)
        devices.revoke_others(tx, second.conversation_id, mine)
        assert not conversations.by_token(tx, first.conversation_id, old)
        assert conversations.by_token(tx, second.conversation_id, mine)
        with pytest.raises(SignInNeeded):
            devices.redeem(tx, code, clock.now())
