"""Resolved tickets that are like one: found by meaning, with what helped, of nobody who is gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.access import Role
from bot.assist import record
from bot.assist.record import Proposal
from bot.conversation import messages
from bot.conversation.conversations import open_conversation
from bot.conversation.utterance import Speaker
from bot.desk import accounts, tickets
from bot.desk.accounts import Account
from bot.feedback import survey
from bot.feedback.survey import Given
from bot.handoff.hand_off import hand_off
from bot.handoff.policies import HandoffPolicies
from bot.handoff.survey_policy import Question
from bot.handoff.ticket import Ticket
from bot.pipeline import build_responder
from bot.precedents import vectors
from bot.precedents.similar import Similar, similar
from bot.privacy.erase import erase
from bot.privacy.person import Scope
from bot.respond import Responder
from bot.retrieval.encoding import Vectors
from bot.settings import Settings
from bot.storage.engine import Database
from bot.storage.tables import goal_vectors
from kb_ingest.article import Visibility
from tests.conftest import PACKET
from tests.served import OF_THE_SAMPLE_BASE, encoder

GOAL = "The light of my hub blinks red and nothing works"
ALIKE = "My hub has a red blinking light, it stopped working"
REPLY = "Hello Tom Baker, please restart your hub; I wrote to tom.baker@example.com about FW-204518."
SHOWN = Proposal(REPLY, "reset-hub-2", "Reset Hub 2", "q", 3, 9, "abc", Visibility.PUBLIC, 0.9)


@dataclass(frozen=True)
class Scene:
    """A desk with one agent, and the encoder."""

    database: Database
    policies: HandoffPolicies
    parts: Responder
    sam: Account

    def resolve(self, goal: str = GOAL, category: str | None = None, sent: str = REPLY) -> Ticket:
        """A ticket that an agent answered from a suggestion and resolved with a note."""
        with self.database.transaction() as tx:
            talk = open_conversation(tx, site="shop", language="en").conversation.id
            asked = messages.append(tx, talk, Speaker.CUSTOMER, f"My name is Tom Baker. {goal}").message
            ticket = hand_off(tx, talk, replace(PACKET, goal=goal, category=category))
            (offered,) = record.store(tx, talk, asked.id, [SHOWN], ticket.id)
            tickets.reply(tx, ticket.id, self.sam, sent)
            record.sent(tx, offered.id, self.sam.id, sent)
            return tickets.resolve(tx, ticket.id, self.sam, "A restart helped Tom.")

    def keep(self) -> int:
        return vectors.renew(self.parts, self.database, self.policies)

    def found(self, goal: str = ALIKE, beside: Ticket | None = None) -> tuple[Similar, ...]:
        wanted = self.parts.encoder.encode([goal])[0]
        with self.database.snapshot() as tx:
            return similar(tx, self.policies, vectors.encoder_of(self.parts), wanted, beside)

    def rows(self) -> int:
        with self.database.snapshot() as tx:
            return len(tx.execute(goal_vectors.select()).all())


@pytest.fixture(scope="module")
def parts(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Responder:
    settings = Settings(index_dir=small_index, data_dir=tmp_path_factory.mktemp("data"))
    return build_responder(settings, OF_THE_SAMPLE_BASE, encoder)


@pytest.fixture
def scene(database: Database, policies: HandoffPolicies, parts: Responder) -> Scene:
    with database.transaction() as tx:
        sam = accounts.add(tx, "sam@example.com", "Sam", Role.AGENT, "correct horse battery")
    return Scene(database, policies, parts, sam)


def test_what_helped_is_told_without_who_the_other_customer_is(scene: Scene) -> None:
    ticket = scene.resolve()
    scene.resolve("How do I pay my invoice by bank transfer?")
    assert (scene.keep(), scene.keep()) == (2, 0)
    (found,) = scene.found()
    assert (found.ticket_id, found.goal, found.closed_at) == (ticket.id, GOAL, ticket.closed_at)
    assert "please restart your hub" in found.reply
    assert found.source is not None
    assert (found.source.article_id, found.source.start, found.source.end) == ("reset-hub-2", 3, 9)
    for secret in ("Tom", "Baker", "tom.baker@example.com", "FW-204518"):
        assert secret not in f"{found.reply} {found.note}"
    assert "A restart helped" in found.note


def test_an_article_that_was_rewritten_is_not_what_helped(scene: Scene) -> None:
    for sent, helped in (("Please call us.", False), (f"{REPLY[:60]} And thank you for your patience.", True)):
        ticket = scene.resolve(sent=sent)
        scene.keep()
        found = next(each for each in scene.found() if each.ticket_id == ticket.id)
        assert (found.source is not None) == helped


def test_nothing_is_left_of_who_was_erased(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    gone, late = scene.resolve(), scene.resolve()
    scene.keep()

    def erased(ticket: Ticket) -> None:
        with scene.database.transaction() as tx:
            erase(tx, Scope(conversations=(ticket.conversation_id,)), "conversation")

    erased(gone)
    assert ([each.ticket_id for each in scene.found()], scene.rows()) == ([late.id], 1)
    last = scene.resolve()
    encode = scene.parts.encoder.encode

    def while_encoding(texts: Sequence[str]) -> Vectors:
        erased(last)
        return encode(texts)

    monkeypatch.setattr(scene.parts.encoder, "encode", while_encoding)
    assert scene.keep() == 1
    assert (scene.rows(), scene.keep()) == (1, 0)


def test_a_guarded_topic_is_shown_beside_nothing(scene: Scene) -> None:
    scene.resolve(category="self_harm")
    assert (scene.keep(), scene.found()) == (0, ())
    scene.resolve(category="complaint")
    assert (scene.keep(), len(scene.found())) == (1, 1)
    notes = replace(scene.policies.notes, no_precedents=frozenset({"complaint"}))
    assert replace(scene, policies=replace(scene.policies, notes=notes)).found() == ()


def test_what_did_not_help_is_not_shown(scene: Scene) -> None:
    rated, reopened, fine = scene.resolve(), scene.resolve(), scene.resolve()
    scene.keep()
    with scene.database.transaction() as tx:
        survey.answer(tx, scene.policies, rated.conversation_id, rated.id, Given({Question.CSAT: 1}))
        tickets.store(tx, replace(reopened, status=tickets.TicketStatus.WAITING, closed_at=None))
    assert [each.ticket_id for each in scene.found()] == [fine.id]
    assert scene.found(beside=fine) == ()


def test_another_encoder_makes_its_own_vectors(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.resolve()
    scene.keep()
    monkeypatch.setattr(vectors, "encoder_of", lambda _parts: "another")
    assert scene.found() == ()
    assert (scene.keep(), scene.rows(), len(scene.found())) == (1, 1, 1)
