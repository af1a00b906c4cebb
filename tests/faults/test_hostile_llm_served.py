"""Promise 17 and the hostile model where customers meet it: over HTTP, on a live stream. Each question is answered in
time and without a server error; what is streamed before the answer, and the answer, are the article's.
"""

from __future__ import annotations

import dataclasses
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.access import PUBLIC_VISITOR
from bot.answering.llm_rewriter import LlmRewriter
from bot.respond import Responder, respond
from tests.faults.test_hostile_llm import DEADLINE, MARKUP, SLACK, said, sample_questions
from tests.hostile_llm import BREAKS, CANARY, SAYS, HostileLlm, Mode, hostile_llm
from tests.served import Served, serving, stream

SEED = 20261128
SHORT, FULL = 20, 500
MODES = (*SAYS, *BREAKS)


@dataclasses.dataclass(frozen=True)
class Turn:
    """What a customer heard of one question: the pieces that were streamed, the answer, and how long it took."""

    pieces: tuple[str, ...]
    text: str
    seconds: float


@dataclasses.dataclass(frozen=True)
class Scene:
    served: Served
    server: HostileLlm
    rewriter: LlmRewriter
    plain: Responder

    def ask(self, question: str, mode: Mode) -> Turn:
        """A new visitor's question, heard on their stream."""
        self.server.mode = mode
        self.rewriter.breaker.succeeded()  # or three failures end the asking; the breaker has a test of its own
        visitor = self.served.visitor()
        with stream(visitor.client, f"{visitor.path}/events") as events:
            began = time.monotonic()
            posted = visitor.say(question)
            took = time.monotonic() - began
            assert posted.status_code == 201, posted.text
            pieces, reply = [], posted.json()["reply"]
            for event in events:
                if event.kind == "delta":
                    pieces.append(event.data["text"].strip())
                if event.kind == "message" and event.data["id"] == reply["id"]:
                    return Turn(tuple(pieces), event.data["text"], took)
        raise AssertionError("the stream ended before the answer")


@pytest.fixture(scope="module")
def scene(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with hostile_llm() as server:
        settings = {"llm_model": "openai:hostile", "llm_base_url": server.url, "llm_daily_tokens": 10**9}
        folder = tmp_path_factory.mktemp("served")
        with serving(small_index, folder, llm_deadline_seconds=DEADLINE, **settings) as served:
            parts = served.app.state.service.assistant.responder
            assert isinstance(parts.rewriter, LlmRewriter)
            _ = parts.rewriter.model._chat  # LangChain's import is not part of what is measured
            yield Scene(served, server, parts.rewriter, dataclasses.replace(parts, rewriter=None))


def test_proven_statements_are_streamed_before_the_answer_they_become(scene: Scene) -> None:
    turns = [scene.ask("How do I factory reset Hub 2?", Mode.FAITHFUL) for _ in range(3)]
    for turn in turns:  # the whole answer may overtake a piece
        assert " ".join(turn.text.split()).startswith(" ".join("\n".join(turn.pieces).split()))
    assert any(turn.pieces for turn in turns)


@pytest.mark.parametrize("turns", [SHORT, pytest.param(FULL, marks=pytest.mark.full)])
@pytest.mark.timeout(1800)
def test_whatever_the_model_does_the_customer_hears_the_article_in_time(turns: int, scene: Scene) -> None:
    chance, asked_before = random.Random(SEED), scene.server.asked
    late, heard, wrong = [], Counter[str](), list[tuple[Mode, str]]()
    answered = ((text, said(respond(scene.plain, text, (), PUBLIC_VISITOR))) for text in sample_questions() * turns)
    order = [mode for _ in range(turns // len(MODES) + 1) for mode in chance.sample(MODES, len(MODES))]
    for mode, (question, expected) in zip(order[:turns], (each for each in answered if each[1]), strict=False):
        began = time.monotonic()
        respond(scene.plain, question, (), PUBLIC_VISITOR)
        alone = time.monotonic() - began
        turn = scene.ask(question, mode)
        late.append(turn.seconds - alone - DEADLINE)
        heard[mode] += len(turn.pieces)
        source = " ".join(expected.split())
        strange = [piece for piece in turn.pieces if " ".join(piece.split()) not in source]
        if turn.text != expected or strange or set(MARKUP.findall(str(turn))) - set(MARKUP.findall(expected)):
            wrong.append((mode, f"{strange} {turn.text}"))
        assert CANARY not in str(turn)
    asked = scene.server.asked - asked_before
    pieces = {str(mode): count for mode, count in heard.items() if count}
    print(f"seed {SEED}: {turns} turns over HTTP, the model asked {asked} times, {pieces} streamed, {len(wrong)} wrong")
    assert wrong == []
    assert asked >= 0.9 * turns
    assert sorted(late)[int(turns * 0.99)] <= SLACK
