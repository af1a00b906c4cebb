"""Promise 5 and point 8: over every path to a person the packet is complete, at once, and its facts are right."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy import select

import bot.carry_out
import bot.turn
from bot.answering.breaker import Breaker
from bot.answering.language_model import LanguageModel, Server
from bot.answering.llm_rewriter import LlmRewriter, Prompts
from bot.answering.prompts import read_prompt
from bot.answering.token_budget import TokenBudget
from bot.assemble import assemble
from bot.decision.outcome import Reason
from bot.handoff.packet import Fact, FactKind
from bot.pipeline import REQUEST_PROMPT, SYSTEM_PROMPT
from bot.settings import Settings
from bot.storage.record import encode
from bot.storage.tables import outbox
from bot.turn import Assistant
from tests.faults.handoff_scripts import SUNDAY, Given, Played, Player, Script, at, player, read
from tests.faults.packet_rules import faults
from tests.served import OF_THE_SAMPLE_BASE, encoder, warm

MOST_MILLISECONDS = 50
LEAST_RIGHT = 0.95
SLICE = 1
"""So many scripts of each path in the normal run; all of them with `-m full`."""
NOBODY_LISTENS = "http://127.0.0.1:9/v1"
SCRIPTS = read()
PATHS = tuple(dict.fromkeys(script.path for script in SCRIPTS))
ALWAYS = {
    "first_click": {Reason.ASKED_FOR_PERSON, Reason.FIRST_CLICK},
    "crash": {Reason.SYSTEM_FAILURE},
    "rate_limit": {Reason.OVER_LIMIT},
}
"""The only reasons there can be for a handoff on these paths."""
MUST_OCCUR = {*(reason for reasons in ALWAYS.values() for reason in reasons), Reason.SENSITIVE, Reason.REPEATED_FAILURE}
MUST_OCCUR |= {Reason.NOTHING_CLOSE, Reason.LANGUAGE_NOT_COVERED}
HELD = "held"
"""Written when the patterns were fitted to the rest. First seen, 61 of 72 facts were right; of the rest, 510 of 549."""


@dataclass
class Timed:
    """How long packets took to build and store, in milliseconds."""

    spent: list[float]

    def around(self, work):  # type: ignore[no-untyped-def]
        def timed(*given, **named):  # type: ignore[no-untyped-def]
            started = time.perf_counter()
            try:
                return work(*given, **named)
            finally:
                self.spent.append((time.perf_counter() - started) * 1000)

        return timed


@pytest.fixture(scope="module")
def desk(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    """The real desk, and the same with a language model at an address where nobody listens."""
    data = tmp_path_factory.mktemp("scripted")
    warm(small_index, data)
    settings = Settings(index_dir=small_index, data_dir=data, calibration_file=OF_THE_SAMPLE_BASE)
    assistant = assemble(settings, encoder, serving=True)
    yield player(assistant, _without_model(assistant, settings))
    assistant.database.close()


def _without_model(assistant: Assistant, settings: Settings) -> Assistant:
    folder = settings.prompts_dir
    prompts = Prompts(read_prompt(folder, SYSTEM_PROMPT), read_prompt(folder, REQUEST_PROMPT))
    model = LanguageModel(Server("openai:any", NOBODY_LISTENS, "not a key", deadline_seconds=2.0))
    rewriter = LlmRewriter(model, prompts, Breaker(), TokenBudget(1_000_000))
    return replace(assistant, responder=replace(assistant.responder, rewriter=rewriter))


def _play(desk: Player, scripts: list[Script], patch: pytest.MonkeyPatch) -> tuple[list[Played], Timed]:
    timed = Timed([])
    played = []
    with patch.context() as patched:
        for place in (bot.carry_out, bot.turn):
            patched.setattr(place, "build", timed.around(place.build))
        for script in scripts:
            if script.path == "out_of_hours":
                with at(SUNDAY, patch):
                    played.append(desk.play(script))
            else:
                played.append(desk.play(script))
    return played, timed


def _same(found: Fact, given: Given) -> bool:
    def plain(value: str) -> str:
        return re.sub(r"[\W_]", "", value).casefold()

    said, wanted = plain(found.value), plain(given.value)
    if found.kind is not given.kind:
        return False
    if given.kind is FactKind.TRIED:
        return wanted in said or (len(said) > 6 and said in wanted)
    return said == wanted


def right(played: Played) -> list[tuple[Given, bool]]:
    """Each marked fact, and whether the packet has it with the turn in which it was given first."""
    facts = played.ticket.packet.facts
    first: dict[tuple[FactKind, str], Given] = {}
    for given in played.script.given:
        first.setdefault((given.kind, given.value), given)
    found = {
        given: any(_same(fact, given) and fact.turn == played.places[given.line] for fact in facts)
        for given in first.values()
    }
    return list(found.items())


def unmarked(played: Played) -> list[Fact]:
    """What the packet has and no reader marked."""
    given = played.script.given
    return [fact for fact in played.ticket.packet.facts if not any(_same(fact, one) for one in given)]


def _judge(desk: Player, scripts: list[Script], patch: pytest.MonkeyPatch) -> set[Reason]:
    """Everything that is promised of these handoffs, with the figures; the reasons there were."""
    played, timed = _play(desk, scripts, patch)
    policies = desk.assistant.policies
    broken = [fault for one in played for fault in faults(one, policies)]
    marked = [(one, given, good) for one in played for given, good in right(one)]
    missed = [(one.script.id, given.kind, given.value) for one, given, good in marked if not good]
    extra = [(one.script.id, fact.kind, fact.value) for one in played for fact in unmarked(one)]
    share = 1 - len(missed) / len(marked)
    print(
        f"\n{len(played)} handoffs over {len(PATHS)} paths: {len(broken)} faults in packets; "
        f"built in {median(timed.spent):.1f} ms at the median, {max(timed.spent):.1f} at most; "
        f"{len(marked) - len(missed)} of {len(marked)} facts right ({share:.3f}), {len(extra)} not marked by a reader"
    )
    print(f"reasons: {dict(Counter(one.ticket.reason.value for one in played))}")
    print(f"missed: {missed}\nnot marked: {extra}")
    print("\n".join(broken))
    assert broken == []
    assert median(timed.spent) <= MOST_MILLISECONDS
    assert share >= LEAST_RIGHT, missed
    held = [good for one, _given, good in marked if one.script.path == HELD]
    print(f"held back: {sum(held)} of {len(held)} facts right")
    for one in played:
        assert one.ticket.reason in ALWAYS.get(one.script.path, set(Reason)), one.script.id
    _check_outbox(desk, played)
    return {one.ticket.reason for one in played}


def _check_outbox(desk: Player, played: list[Played]) -> None:
    """The packet goes to the help desk outside as it was when the ticket was made."""
    with desk.assistant.database.snapshot() as tx:
        rows = tx.execute(select(outbox.c.key, outbox.c.payload).where(outbox.c.topic == "ticket.created"))
        sent = {row.key: json.loads(row.payload)["packet"] for row in rows}
    for one in played:
        packet = sent[f"ticket.created:{one.ticket.id}"]
        if one.ticket.version == 1:
            assert packet == json.loads(encode(one.ticket.packet)), one.script.id


def test_a_slice_of_every_path(desk: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    some = [script for path in PATHS for script in [one for one in SCRIPTS if one.path == path][:SLICE]]
    _judge(desk, some, monkeypatch)


@pytest.mark.full
@pytest.mark.timeout(600)
def test_every_script(desk: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(SCRIPTS) >= 300
    assert _judge(desk, list(SCRIPTS), monkeypatch) >= MUST_OCCUR
