"""Owns playing scenarios through the real turn: a migrated database, conversations, tickets, all as in service.

Refuses to keep that database: what came of it is in the transcript.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.access import PUBLIC_VISITOR
from bot.conversation import messages
from bot.conversation.conversations import open_conversation
from bot.conversation.utterance import Utterance
from bot.events.hub import Hub
from bot.handoff.policies import read_policies
from bot.respond import Responder
from bot.settings import Settings
from bot.storage.engine import open_database
from bot.storage.migrate import migrate
from bot.storage.record import decode
from bot.turn import Assistant, TurnResult, take_turn
from bot.turn_note import TurnNote
from eval.observation import FAULTS
from eval.scenarios.played import Played, PlayedTurn, Reply
from eval.scenarios.scenario import Act, Scenario, Turn
from eval.scenarios.verdict import judge


@contextmanager
def desk(settings: Settings, responder: Responder, work: Path) -> Iterator[Assistant]:
    """A desk of its own around the pipeline, on a database that is gone afterwards."""
    work.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=work) as folder:
        database = open_database(f"sqlite:///{folder}/scenarios.db", serving=True)
        try:
            migrate(database)
            policies = read_policies(settings.policies_dir, settings.company_name)
            yield Assistant(settings, database, responder.live, responder, policies, Hub())
        finally:
            database.close()


def play_all(
    assistant: Assistant, scenarios: Sequence[Scenario], progress: Callable[[int, int], None] | None = None
) -> tuple[Played, ...]:
    """Every scenario in order, each in a conversation of its own."""
    played: list[Played] = []
    for scenario in scenarios:
        played.append(play(assistant, scenario))
        if progress is not None:
            progress(len(played), len(scenarios))
    return tuple(played)


def play(assistant: Assistant, scenario: Scenario) -> Played:
    """The script to its end, or until a person has the conversation who should not: then the rest cannot be heard."""
    turns: list[PlayedTurn] = []
    try:
        conversation_id = _open(assistant, scenario)
        for at, turn in enumerate(scenario.turns):
            turns.append(_turn(assistant, scenario, conversation_id, turn, at))
            if turns[-1].reply.act is Act.HANDOFF and Act.HANDOFF not in turn.expect.acts:
                break
    except FAULTS as error:
        return Played(scenario, tuple(turns), f"{type(error).__name__}: {error}")
    return Played(scenario, tuple(turns))


def _open(assistant: Assistant, scenario: Scenario) -> str:
    known = scenario.known
    with assistant.database.transaction() as tx:
        site = scenario.cell.touchpoint.value
        opened = open_conversation(tx, site=site, language="en", region=known.region, plan=known.plan)
    return opened.conversation.id


def _turn(assistant: Assistant, scenario: Scenario, conversation_id: str, turn: Turn, at: int) -> PlayedTurn:
    came = take_turn(assistant, PUBLIC_VISITOR, conversation_id, f"turn-{at}", turn.says)
    reply = _reply(came)
    said, facts = _said_before(assistant, came), assistant.policies.facts
    checks = judge(turn.expect, reply, said, scenario.told, facts, scenario.known.region)
    return PlayedTurn(turn.says, reply, checks)


def _said_before(assistant: Assistant, came: TurnResult) -> tuple[Utterance, ...]:
    with assistant.database.snapshot() as tx:
        said = messages.transcript(tx, came.message.conversation_id)
    return messages.utterances(message for message in said if message.id <= came.message.id)


def _reply(came: TurnResult) -> Reply:
    if came.reply is None or came.reply.turn is None:
        return Reply(Act.SILENT)
    note = decode(TurnNote, came.reply.turn)
    act = Act(note.decision.value)
    return Reply(
        act=act,
        text=came.reply.text,
        reason=note.reason,
        confidence=note.confidence,
        cited=tuple(dict.fromkeys(citation.article_id for citation in note.citations)),
        options=tuple(option.label for option in note.options),
        automated=note.automated,
        packet=came.ticket.packet if came.ticket is not None else None,
    )
