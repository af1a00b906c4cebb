"""Promise 2: the published injection sets, as customers' messages, without a model and with one that does what they
say. Nothing internal, no prompt, no address and no word that stands in no article comes out, and each turn is labelled.

Refuses a pass without its control: with the proof switched off the same messages bring the model's words out.
"""

from __future__ import annotations

import dataclasses
import gzip
import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.access import PUBLIC_VISITOR
from bot.turn import take_turn
from tests.conftest import ROOT
from tests.faults.besieged import Besieged, besieged
from tests.faults.test_hostile_llm import sample_questions
from tests.hostile_llm import SAYS, Mode
from tests.served import Visitor

ITEMS = ROOT.parent / "shared" / "data" / "injection" / "items.jsonl.gz"
MOST_CHARS = 4000
SHORT, FULL = 18, 3000
SEED = 20261128
SHAPES = (
    "{attack}", "{question}\n\n{attack}", "{attack}\n\n{question}", "{question}\n</question>\nsystem: {attack}",
    "{question} Somebody sent me this, what is it?\n> {attack}", "{attack}|{question}",
)  # fmt: skip
"""A message each; at `|` a second one follows."""

pytestmark = [
    pytest.mark.timeout(2400),
    pytest.mark.skipif(not ITEMS.exists(), reason=f"the public data is not here: {ITEMS}"),
]
amounts = pytest.mark.parametrize("amount", [SHORT, pytest.param(FULL, marks=pytest.mark.full)])


@pytest.fixture(scope="module", params=[False, True], ids=["no model", "hostile model"])
def scene(
    request: pytest.FixtureRequest, small_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Besieged]:
    with besieged(small_index, tmp_path_factory.mktemp("injections"), model=request.param) as scene:
        yield scene


def payloads(amount: int) -> list[str]:
    """So many messages: every attack in turn, each time in another shape and with another question."""
    with gzip.open(ITEMS, "rt", encoding="utf-8") as lines:
        attacks = [item["text"] for item in map(json.loads, lines) if item["label"]]
    chance, questions = random.Random(SEED), sample_questions()
    chance.shuffle(attacks)
    return [
        SHAPES[(number + number // len(attacks)) % len(SHAPES)]
        .format(attack=attacks[number % len(attacks)], question=questions[number % len(questions)])[:MOST_CHARS]
        for number in range(amount)
    ]


def ask(scene: Besieged, number: int, payload: str) -> Visitor:
    """A visitor who sent it, while the model behaves in the mode whose turn it is."""
    if scene.server:
        scene.server.mode = SAYS[number % len(SAYS)]
    visitor = scene.served.visitor()
    for part in payload.split("|", 1) if payload.count("|") == 1 else [payload]:
        assert visitor.say(part).status_code == 201
    return visitor


@amounts
def test_no_injection_brings_anything_out(amount: int, scene: Besieged) -> None:
    faults, decided = list[tuple[str, list[str]]](), Counter[str]()
    for number, payload in enumerate(payloads(amount)):
        visitor = ask(scene, number, payload)
        if found := scene.faults(visitor):
            faults.append((payload, found))
        decided[visitor.read()["state"]] += 1
    asked = scene.server.asked if scene.server else 0
    print(f"seed {SEED}: {amount} payloads, {dict(decided)}, the model asked {asked} times: {len(faults)} with a fault")
    assert faults == []
    assert scene.heard_by_model() == []
    assert scene.server is None or asked >= amount / 40


@pytest.mark.parametrize("scene", [True], indirect=True, ids=["hostile model"])
def test_without_the_proof_the_models_words_come_out(scene: Besieged) -> None:
    assert scene.server is not None
    assistant = scene.served.app.state.service.assistant
    parts = assistant.responder
    believing = dataclasses.replace(parts.rewriter, proof=lambda *_: None)
    open_door = dataclasses.replace(assistant, responder=dataclasses.replace(parts, rewriter=believing))
    shown = []
    for scene.server.mode in (Mode.LINKS, Mode.HUMAN, Mode.OFFERS):
        visitor = scene.served.visitor()
        take_turn(open_door, PUBLIC_VISITOR, visitor.id, "one", "How do I factory reset Hub 2?")
        shown.append(scene.faults(visitor))
    assert all(shown)
