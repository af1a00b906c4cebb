"""A finding is put right once: a message where the customer can read it, else a task; nothing internal is sent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from bot.access import Role
from bot.conversation import conversations, messages
from bot.conversation.conversations import State, open_conversation
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Reason, Verdict
from bot.desk import accounts, queue, tickets
from bot.desk.accounts import Account
from bot.desk.queue import Wanted
from bot.errors import Conflict
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket
from bot.privacy.erase import erase
from bot.privacy.person import Scope
from bot.recall.findings import Finding, Recall, by_chat, find
from bot.recall.follow_up import Action, FollowedUp, follow_up
from bot.storage import knowledge_tables
from bot.storage.engine import Database
from bot.storage.record import decode
from bot.turn_note import TurnNote
from kb_ingest.article import Visibility
from tests.unit.bot.recall.planted import EDITS, VARIANTS, Base, base, citation, tell

PRICES = "| Plan | Price |\n|---|---|\n| Basic | $2.50 |\n| Plus | $2.90 |"
NUMBER = next(edit for edit in EDITS if edit.name == "a number")
UNIT = next(edit for edit in EDITS if edit.name == "a unit")
OLD, NEW = "You have 30 days to send device 1 back.", "You have 14 days to send device 1 back."
THREADS = 8


@pytest.fixture
def ana(database: Database) -> Account:
    with database.transaction() as tx:
        return accounts.add(tx, "ana@example.com", "Ana", Role.CONTENT, "correct horse battery")


@pytest.fixture
def kb(tmp_path: Path) -> Base:
    return base(tmp_path)


Chat = Callable[[Connection], str]


def opened(tx: Connection) -> str:
    return open_conversation(tx, site="", language="de").conversation.id


def wrong(
    database: Database, kb: Base, chat: Chat = opened, *, closed: bool = False, name: str = "a number"
) -> Finding:
    """Somebody was told what an edit then makes wrong."""
    edit = next(edit for edit in EDITS if edit.name == name)
    article = kb.article(edit)
    quote = OLD if edit is NUMBER else article.text.split("\n")[0]
    with database.transaction() as tx:
        conversation = chat(tx)
        messages.append(tx, conversation, Speaker.CUSTOMER, "How long do I have?")
        tell(tx, conversation, article, quote)
        if closed:
            conversations.set_state(tx, conversations.load(tx, conversation), State.RESOLVED)
    kb.edit([edit])
    with database.snapshot() as tx:
        (finding,) = find(tx, kb.live, VARIANTS)
    return finding


def said(tx: Connection, finding: Finding) -> tuple[Message, ...]:
    return messages.transcript(tx, finding.telling.conversation_id)


def test_an_open_chat_gets_the_new_text_with_its_source(
    database: Database, kb: Base, policies: HandoffPolicies, ana: Account
) -> None:
    finding = wrong(database, kb)
    with database.transaction() as tx:
        done = follow_up(tx, kb.live, policies, ana, Recall((finding,)))
        last = said(tx, finding)[-1]
        assert find(tx, kb.live, VARIANTS) == ()
    assert done == FollowedUp(finding.telling.conversation_id, Action.CORRECTION, created=True)
    assert last.role is Speaker.BOT
    says = policies.wording.phrases("de")
    named = says.correction.format(article="About a number")
    assert last.text == "\n\n".join((named, says.correction_was, OLD, says.correction_now, NEW))
    note = decode(TurnNote, last.turn or "")
    assert (note.label, note.correction, note.automated) == ("Automated correction", True, True)
    (cited,) = note.citations
    assert kb.article(NUMBER).text[cited.start : cited.end] == cited.quote == NEW


def test_whoever_was_erased_meanwhile_is_told_nothing(
    database: Database, kb: Base, policies: HandoffPolicies, ana: Account
) -> None:
    finding = wrong(database, kb)
    with database.transaction() as tx:
        erase(tx, Scope(conversations=(finding.telling.conversation_id,)), "conversation")
    with database.transaction() as tx, pytest.raises(Conflict, match="erased"):
        follow_up(tx, kb.live, policies, ana, Recall((finding,)))
    with database.snapshot() as tx:
        assert find(tx, kb.live, VARIANTS) == ()


def test_a_closed_chat_becomes_a_task_that_says_what_to_correct(
    database: Database, kb: Base, policies: HandoffPolicies, ana: Account
) -> None:
    finding = wrong(database, kb, closed=True)
    with database.transaction() as tx, pytest.raises(Conflict, match="task"):
        follow_up(tx, kb.live, policies, ana, Recall((finding,)), Action.CORRECTION)
    with database.transaction() as tx:
        done = follow_up(tx, kb.live, policies, ana, Recall((finding,)))
        ticket = tickets.latest(tx, finding.telling.conversation_id)
        assert find(tx, kb.live, VARIANTS) == ()
    assert done.action is Action.TASK
    assert ticket is not None
    assert ticket.reason is Reason.ANSWER_CORRECTED
    assert OLD in ticket.packet.next_steps[0]
    assert NEW in ticket.packet.next_steps[0]


def test_an_open_ticket_gets_the_task_as_its_first_step(
    database: Database,
    kb: Base,
    policies: HandoffPolicies,
    ana: Account,
    waiting_ticket: Callable[[Connection], Ticket],
) -> None:
    finding = wrong(database, kb, lambda tx: waiting_ticket(tx).conversation_id)
    with database.transaction() as tx:
        follow_up(tx, kb.live, policies, ana, Recall((finding,)), Action.TASK)
        (ticket,) = queue.find(tx, Wanted()).tickets
    assert ticket.reason is Reason.ASKED_FOR_PERSON
    assert NEW in ticket.packet.next_steps[0]


@pytest.mark.parametrize("name", ["internal", "archived", "forgotten"])
def test_of_what_was_taken_away_nobody_is_told_a_word(
    database: Database, kb: Base, policies: HandoffPolicies, ana: Account, name: str
) -> None:
    finding = wrong(database, kb, name=name)
    with database.transaction() as tx:
        assert follow_up(tx, kb.live, policies, ana, Recall((finding,))).action is Action.CORRECTION
        *_, last = said(tx, finding)
    assert last.text == policies.wording.phrases("de").withdrawal.format(question="How long do I have?")
    assert "device" not in (last.turn or "")


def test_a_person_is_not_given_the_words_of_what_was_taken_away(
    database: Database, kb: Base, policies: HandoffPolicies, ana: Account
) -> None:
    finding = wrong(database, kb, name="forgotten", closed=True)
    with database.transaction() as tx:
        follow_up(tx, kb.live, policies, ana, Recall((finding,)))
        ticket = tickets.latest(tx, finding.telling.conversation_id)
    assert ticket is not None
    assert "“About forgotten”" in ticket.packet.next_steps[0]
    assert finding.telling.quote not in ticket.packet.next_steps[0]


@pytest.mark.parametrize("action", list(Action))
def test_whoever_asks_at_the_same_time_it_is_sent_once(
    database: Database, kb: Base, policies: HandoffPolicies, ana: Account, action: Action
) -> None:
    finding = wrong(database, kb)
    done = list[FollowedUp]()
    ready = threading.Barrier(THREADS)

    def ask() -> None:
        ready.wait()
        for _ in range(3):
            with database.transaction() as tx:
                done.append(follow_up(tx, kb.live, policies, ana, Recall((finding,)), action))

    asking = [threading.Thread(target=ask) for _ in range(THREADS)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert len(done) == 3 * THREADS
    assert sum(each.created for each in done) == 1
    with database.snapshot() as tx:
        assert tx.execute(select(func.count()).select_from(knowledge_tables.recalls)).scalar() == 1
        assert len(said(tx, finding)) == 3
        assert queue.find(tx, Wanted()).total == (action is Action.TASK)


def test_a_crash_before_the_commit_leaves_nothing_and_it_can_be_done_again(
    database: Database, kb: Base, policies: HandoffPolicies, ana: Account
) -> None:
    finding = wrong(database, kb)

    class PowerCut(Exception):
        pass

    def done_and_cut_off() -> None:
        with database.transaction() as tx:
            assert follow_up(tx, kb.live, policies, ana, Recall((finding,))).created
            raise PowerCut

    with pytest.raises(PowerCut):
        done_and_cut_off()
    with database.transaction() as tx:
        assert len(said(tx, finding)) == 2
        assert find(tx, kb.live, VARIANTS) == (finding,)
        assert follow_up(tx, kb.live, policies, ana, Recall((finding,))).created
        assert len(said(tx, finding)) == 3


def test_an_article_that_changed_again_is_looked_at_again(
    database: Database, kb: Base, policies: HandoffPolicies, ana: Account
) -> None:
    finding = wrong(database, kb)
    path = kb.folder / "a-number.md"
    path.write_text(path.read_text().replace("14 days to", "10 days to"))
    kb.publish()
    with database.transaction() as tx, pytest.raises(Conflict, match="changed again"):
        follow_up(tx, kb.live, policies, ana, Recall((finding,)))
    with database.transaction() as tx:
        (newer,) = find(tx, kb.live, VARIANTS)
        follow_up(tx, kb.live, policies, ana, Recall((newer,)))
        assert "10 days" in said(tx, newer)[-1].text
    path.write_text(path.read_text().replace("10 days to", "9 days to"))
    kb.publish()
    with database.snapshot() as tx:
        (again,) = find(tx, kb.live, VARIANTS)
    assert "10 days" in again.telling.quote, "a correction is an answer, too"


def test_a_chat_hears_of_all_that_changed_in_one_message_and_only_of_what_changed(
    database: Database, kb: Base, policies: HandoffPolicies, ana: Account
) -> None:
    number, unit = kb.article(NUMBER), kb.article(UNIT)
    steps = number.text[number.text.index("1. Open") : number.text.index("## Prices")].strip()
    table = unit.text[unit.text.index("| Plan") : unit.text.index("## Good")].strip()
    with database.transaction() as tx:
        chat = opened(tx)
        messages.append(tx, chat, Speaker.CUSTOMER, "How long do I have, and what does it cost?")
        tell(tx, chat, number, OLD)
        tell(tx, chat, number, steps)
        tell(tx, chat, unit, table)
    for article, was, now in ((number, "30 days to", "14 days to"), (number, "green light", "red light")):
        path = kb.folder / f"{article.id}.md"
        path.write_text(path.read_text().replace(was, now))
    path = kb.folder / f"{unit.id}.md"
    path.write_text(path.read_text().replace(".90", ".95"))
    kb.publish()
    with database.transaction() as tx:
        (recall,) = by_chat(find(tx, kb.live, VARIANTS))
        assert (len(recall.findings), recall.answers) == (3, 3)
        assert follow_up(tx, kb.live, policies, ana, recall).created
        *_, last = messages.transcript(tx, chat)
        assert len(messages.transcript(tx, chat)) == 5, "one message for all of it"
        assert find(tx, kb.live, VARIANTS) == ()
    for title in ("About a number", "About a unit"):
        assert last.text.count(f"„{title}“") == 1
    for said in (OLD, NEW, "green light", "red light", "| Plan | Price |\n|---|---|\n| Plus | $2.95 |"):
        assert said in last.text
    for same in ("Open the menu", "Type the code", "Basic"):
        assert same not in last.text
    note = decode(TurnNote, last.turn or "")
    assert [each.number for each in note.citations] == [1, 2, 3]
    for cited in note.citations:
        assert kb.live.article(cited.article_id).text[cited.start : cited.end] == cited.quote  # type: ignore[union-attr]


def test_where_one_of_the_texts_is_not_for_customers_the_chat_becomes_one_task(
    database: Database, kb: Base, policies: HandoffPolicies, ana: Account
) -> None:
    edits = [edit for edit in EDITS if edit.name in ("a number", "a unit")]
    with database.transaction() as tx:
        chat = opened(tx)
        messages.append(tx, chat, Speaker.CUSTOMER, "How long do I have?")
        tell(tx, chat, kb.article(NUMBER), OLD)
        cited = replace(citation(kb.article(UNIT), PRICES), visibility=Visibility.INTERNAL)
        note = TurnNote(Verdict.ANSWER, None, 0.9, None, (cited,), (), "generation")
        messages.append(tx, chat, Speaker.BOT, PRICES, turn=note)
    kb.edit(edits)
    with database.transaction() as tx:
        (recall,) = by_chat(find(tx, kb.live, VARIANTS))
        assert follow_up(tx, kb.live, policies, ana, recall).action is Action.TASK
        ticket = tickets.latest(tx, chat)
    assert ticket is not None
    assert NEW in "".join(ticket.packet.next_steps[:2])
    assert PRICES.replace("$", "€") in "".join(ticket.packet.next_steps[:2])
