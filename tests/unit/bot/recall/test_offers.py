"""What no agent has sent yet goes when its article does not say it any more: suggestions and held-back drafts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.access import Role
from bot.answering.draft import Draft, Statement
from bot.assist import record
from bot.assist.record import SuggestionState
from bot.assist.reply import Reply, send
from bot.conversation import messages
from bot.conversation.conversations import open_conversation
from bot.conversation.utterance import Speaker, Utterance
from bot.decision.outcome import Reason
from bot.desk import accounts, history, tickets
from bot.desk.notices import Work
from bot.errors import MovedOn
from bot.events import outbox
from bot.handoff.hand_off import TicketCreated, hand_off
from bot.handoff.packet_builder import Circumstances, build
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket
from bot.recall.offers import TakenBack, withdraw
from bot.storage import clock
from bot.storage.engine import Database
from bot.storage.record import decode
from bot.storage.tables import outbox as rows
from tests.unit.bot.recall.planted import EDITS, Base, Edit, base, citation, proposed

WRONG, RIGHT, GONE = (
    next(edit for edit in EDITS if edit.name == name) for name in ("a number", "emphasis", "forgotten")
)
NOTHING = TakenBack(frozenset(), Counter(), Counter())


def quoted(kb: Base, edit: Edit) -> str:
    text = kb.article(edit).text
    return text[text.index("You have") : text.index("## Prices")].strip()


def handed_off(database: Database, policies: HandoffPolicies, kb: Base, edit: Edit) -> Ticket:
    """A ticket with the answer that was held back for it."""
    cited = citation(kb.article(edit), quoted(kb, edit))
    draft = Draft((Statement(cited.quote, 1),), (cited,))
    said = (Utterance(Speaker.CUSTOMER, "How long can I send my camera back?", 0),)
    given = Circumstances(Reason.FACT_MISSING, transcript=said, draft=draft)
    with database.transaction() as tx:
        chat = open_conversation(tx, site="", language="en").conversation.id
        return hand_off(tx, chat, build(given, policies, clock.read(clock.now())))


def test_what_stands_under_another_heading_now_is_not_offered(
    database: Database, policies: HandoffPolicies, tmp_path: Path
) -> None:
    kb, edit = base(tmp_path), next(edit for edit in EDITS if edit.name == "a heading")
    at = citation(kb.article(edit), "Batteries are in the box.")
    with database.transaction() as tx:
        chat = open_conversation(tx, site="", language="en").conversation.id
        asked = messages.append(tx, chat, Speaker.CUSTOMER, "Well?").message.id
        record.store(tx, chat, asked, [proposed(at, at.quote)], None)
    kb.edit([edit])
    with database.transaction() as tx:
        assert withdraw(tx, kb.live, policies).conversations == {chat}


def test_only_what_holds_is_still_offered(database: Database, policies: HandoffPolicies, tmp_path: Path) -> None:
    kb, chats = base(tmp_path), dict[str, str]()
    with database.transaction() as tx:
        for edit in (WRONG, RIGHT, GONE):
            chats[edit.name] = open_conversation(tx, site="", language="en").conversation.id
            asked = messages.append(tx, chats[edit.name], Speaker.CUSTOMER, "Well?").message.id
            quote = quoted(kb, edit)
            record.store(tx, chats[edit.name], asked, [proposed(citation(kb.article(edit), quote), quote)], None)
        assert withdraw(tx, kb.live, policies) == NOTHING
    kb.edit([WRONG, RIGHT, GONE])
    with database.transaction() as tx:
        taken = withdraw(tx, kb.live, policies)
        assert taken.conversations == {chats["a number"], chats["forgotten"]}
        assert set(taken.suggestions.values()) == {1}
        assert withdraw(tx, kb.live, policies) == NOTHING
        (kept,) = record.offered(tx)
    assert (kept.conversation_id, kept.state) == (chats["emphasis"], SuggestionState.OFFERED)


def test_a_held_back_draft_goes_with_its_article(
    database: Database, policies: HandoffPolicies, tmp_path: Path
) -> None:
    kb = base(tmp_path)
    opened = {edit.name: handed_off(database, policies, kb, edit) for edit in (WRONG, RIGHT, GONE)}
    quote = quoted(kb, GONE)
    kb.edit([WRONG, RIGHT, GONE])
    with database.transaction() as tx:
        taken = withdraw(tx, kb.live, policies)
        assert taken.drafts.total() == len(taken.conversations) == 2
        assert withdraw(tx, kb.live, policies) == NOTHING
        now = {name: tickets.load(tx, ticket.id) for name, ticket in opened.items()}
        theirs = select(rows.c.topic, rows.c.payload).where(rows.c.subject == now["forgotten"].id)
        queued = dict(tx.execute(theirs).tuples().all())
        did = history.of_ticket(tx, now["forgotten"])[-1]
    assert now["emphasis"] == opened["emphasis"]
    packet = now["forgotten"].packet
    assert packet.draft_reply is not None
    assert "send my camera back" in packet.draft_reply
    assert "About forgotten" in packet.next_steps[0]
    assert quote not in repr(replace(packet, shown=()))
    assert (did.deed, did.detail) == (Work.DRAFT_WITHDRAWN, "About forgotten")
    assert decode(TicketCreated, queued[outbox.Topic.TICKET_CREATED]).packet.draft_reply is None
    assert "About forgotten" in queued[outbox.Topic.TICKET_NOTED]


def test_a_closed_ticket_keeps_no_draft(database: Database, policies: HandoffPolicies, tmp_path: Path) -> None:
    """Opened again it would offer what nobody looked through meanwhile."""
    opened = handed_off(database, policies, base(tmp_path), RIGHT)
    with database.transaction() as tx:
        ana = accounts.add(tx, "ana@example.com", "Ana", Role.AGENT, "correct horse battery")
        closed = tickets.resolve(tx, opened.id, ana)
    assert opened.packet.draft_from
    assert (closed.packet.draft_reply, closed.packet.draft_from) == (None, ())


def test_who_has_inserted_it_already_is_asked_before_it_is_sent(
    database: Database, policies: HandoffPolicies, tmp_path: Path
) -> None:
    kb = base(tmp_path)
    ticket, quote = handed_off(database, policies, kb, GONE), quoted(kb, GONE)
    with database.transaction() as tx:
        ana = accounts.add(tx, "ana@example.com", "Ana", Role.AGENT, "correct horse battery")
        asked = messages.append(tx, ticket.conversation_id, Speaker.CUSTOMER, "Well?").message.id
        proposal = proposed(citation(kb.article(GONE), quote), quote)
        (offered,) = record.store(tx, ticket.conversation_id, asked, [proposal], ticket.id)
    kb.edit([GONE])
    with database.transaction() as tx:
        withdraw(tx, kb.live, policies)
    with pytest.raises(MovedOn, match="About forgotten"), database.transaction() as tx:
        send(tx, kb.live, ticket.id, ana, Reply(quote, offered.id, confirmed=False))
    with database.transaction() as tx:
        assert send(tx, kb.live, ticket.id, ana, Reply("It is gone.", offered.id, confirmed=True)).created
