"""Scripted customers through the real turn, and the page on which a person reads how it went."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.handoff.packet import FactKind
from bot.pipeline import build_responder
from bot.settings import Settings
from bot.turn import Assistant
from eval.cli import app
from eval.reporting import scenario_page
from eval.scenarios import play, scenario_file, view
from eval.scenarios.played import Played, Rule, Standing
from eval.scenarios.scenario import Act
from tests.conftest import ROOT
from tests.served import OF_THE_SAMPLE_BASE, encoder

CELL = {"touchpoint": "website_chat", "inquiry": "how_to", "mind": "calm", "objective": "get_it_done"}


def script(name: str, *turns: tuple[str, str, dict[str, list[str]]], **given: object) -> str:
    said = [{"says": says, "expect": {"act": act.split(), **more}} for says, act, more in turns]
    return json.dumps({"id": name, **CELL, "goal": "g", "turns": said, "model_answer": "<b>m</b>", **given})


LINES = (
    script("reset", ("How do I reset Hub 2?", "answer", {"mention": ["paper clip"], "articles": ["reset-hub-2"]}),
           ("and how long for a restart?", "answer clarify handoff", {})),
    script("person", ("A human please, it is about order FW-123456", "handoff", {}), ("hello?", "silent", {}),
           told=[{"kind": "order", "value": "FW-123456"}], customer={"region": "us"}),
    script("unheard", ("I want to talk to a person.", "answer", {}), ("How do I reset Hub 2?", "answer", {})),
    script("marked", ("How do I reset Hub 2?", "refuse", {}), falls_short="on purpose"),
    script("mended", ("I want to talk to a person.", "handoff", {}), falls_short="no longer"),
)  # fmt: skip


@pytest.fixture(scope="module")
def assistant(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    work = tmp_path_factory.mktemp("scenarios")
    settings = Settings(index_dir=small_index, data_dir=work, calibration_file=OF_THE_SAMPLE_BASE)
    with play.desk(settings, build_responder(settings, load=encoder), work) as assistant:
        yield assistant
    assert list(work.glob("**/*.db*")) == []


@pytest.fixture(scope="module")
def played(assistant: Assistant) -> dict[str, Played]:
    scenarios = [scenario_file.parse(line, "s.jsonl", at) for at, line in enumerate(LINES, 1)]
    return {each.scenario.id: each for each in play.play_all(assistant, scenarios)}


def test_an_answer_and_a_follow_up_go_through_the_real_turn(played: dict[str, Played]) -> None:
    reset = played["reset"]
    assert reset.standing is Standing.WELL, reset
    assert reset.turns[0].reply.act is Act.ANSWER
    assert reset.turns[0].reply.cited == ("reset-hub-2",)


def test_a_person_gets_the_packet_and_the_bot_keeps_silent(played: dict[str, Played]) -> None:
    handed, waiting = played["person"].turns
    assert played["person"].standing is Standing.WELL
    assert waiting.reply.act is Act.SILENT
    assert handed.reply.packet is not None
    assert [fact.kind for fact in handed.reply.packet.facts] == [FactKind.ORDER]
    assert Rule.PACKET in {check.rule for check in handed.checks}


def test_after_an_unwanted_handoff_the_rest_is_not_counted(played: dict[str, Played]) -> None:
    assert played["unheard"].standing is Standing.FAILED
    assert len(played["unheard"].turns) == 1


def test_a_mark_excuses_what_it_names_and_is_told_when_it_can_go(played: dict[str, Played]) -> None:
    assert played["marked"].standing is Standing.KNOWN
    assert played["mended"].standing is Standing.MENDED
    assert [each.scenario.id for each in view.summary(tuple(played.values())).failed] == ["unheard"]


def test_the_same_script_gives_the_same_transcript(assistant: Assistant, played: dict[str, Played]) -> None:
    again = play.play(assistant, played["reset"].scenario)
    assert again == played["reset"]


def test_the_page_shows_every_transcript_and_runs_nothing(played: dict[str, Played], tmp_path: Path) -> None:
    path = tmp_path / "scenarios.html"
    scenario_page.write(path, view.summary(tuple(played.values())))
    page = path.read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r"<script|(?:src|href)=\"(?:https?:)?//", page)
    assert "&lt;b&gt;m&lt;/b&gt;" in page
    for words in ("How do I reset Hub 2?", "the bot keeps silent", "order FW-123456", "on purpose", "Not reached: 1"):
        assert words in page, words


@pytest.mark.full
def test_the_project_s_scenarios_go_as_their_file_says(tmp_path: Path) -> None:
    came = CliRunner().invoke(app, ["scenarios", "--work", str(tmp_path), "--kb", str(ROOT / "data" / "kb")])
    assert came.exit_code == 0, came.output
