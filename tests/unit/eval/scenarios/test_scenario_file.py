"""Scenarios are read strictly, and those of the project are whole: every pair, and nothing that no article says."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.casebook.line_file import BadCases
from bot.casebook.plain_text import shows
from eval.scenarios import grid, scenario_file
from eval.scenarios.scenario import Act, Scenario
from kb_ingest.article import Article, Visibility
from kb_ingest.library import read as read_library
from tests.conftest import ROOT

GOOD: dict[str, Any] = {
    "id": "sc", "touchpoint": "email", "inquiry": "order", "mind": "calm", "objective": "choose", "goal": "g",
    "turns": [{"says": "hello", "expect": {"act": ["answer"]}}], "model_answer": "m",
}  # fmt: skip


def test_a_scenario_that_nobody_wrote_is_no_success(tmp_path: Path) -> None:
    found = scenario_file.read([written(tmp_path / "s.jsonl", GOOD)])
    assert scenario_file.chosen(found, []) == scenario_file.chosen(found, ["sc"]) == found
    with pytest.raises(BadCases, match="there is no scenario sd"):
        scenario_file.chosen(found, ["sc", "sd"])


def written(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"mind": "furious"}, "'furious' is not one of calm"),
        ({"turns": []}, "turns is empty"),
        ({"turns": "hello"}, "turns must be a list"),
        ({"turns": [{"says": "x", "expect": {"act": []}}]}, r"turns\[0\].expect.act is empty"),
        ({"turns": [{"says": "x", "expect": {"act": ["shrug"]}}]}, "'shrug' is not one of answer"),
        ({"turns": [{"says": " ", "expect": {"act": ["answer"]}}]}, "says must be a text"),
        ({"told": [{"kind": "shoe", "value": "42"}]}, "'shoe' is not one of order"),
        ({"told": 3}, "told must be a list"),
        ({"customer": {"shoe": "42"}}, "unknown key 'shoe'"),
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"goal": ""}, "goal must be a text"),
    ],
)
def test_a_fault_is_named_with_file_and_line(tmp_path: Path, changed: dict[str, Any], fault: str) -> None:
    path = written(tmp_path / "s.jsonl", GOOD, GOOD | {"id": "other"} | changed)
    with pytest.raises(BadCases, match=rf"s\.jsonl:2: .*{fault}"):
        scenario_file.read([path])


def test_an_id_used_twice_and_what_is_no_json_are_faults(tmp_path: Path) -> None:
    with pytest.raises(BadCases) as told:
        scenario_file.read([written(tmp_path / "s.jsonl", GOOD, "{", GOOD)])
    assert [fault.split(": ")[0] for fault in told.value.faults] == ["s.jsonl:2", "s.jsonl:3"]
    with pytest.raises(BadCases, match="no scenario found"):
        scenario_file.read([written(tmp_path / "empty.jsonl", "")])


@pytest.fixture(scope="module")
def ours() -> tuple[Scenario, ...]:
    return scenario_file.read([ROOT / "data" / "scenarios"])


@pytest.fixture(scope="module")
def articles() -> dict[str, Article]:
    return {article.id: article for article in read_library([ROOT / "data" / "kb"], date.today()).articles}


def test_the_project_s_scenarios_play_every_pair_of_the_grid(ours: tuple[Scenario, ...]) -> None:
    assert len(ours) >= 60
    assert grid.missing(each.cell for each in ours) == ()
    assert grid.missing([each.cell for each in ours][1:]) != () or len(ours) > len(grid.covering())
    assert sum(len(each.turns) > 1 for each in ours) >= 30
    assert len({each.model_answer for each in ours}) == len(ours)


def test_what_they_ask_for_stands_in_a_public_article_that_they_name(
    ours: tuple[Scenario, ...], articles: dict[str, Article]
) -> None:
    for scenario in ours:
        for turn in scenario.turns:
            named = [articles[each] for each in turn.expect.articles]
            assert all(article.visibility is Visibility.PUBLIC for article in named), scenario.id
            for words in turn.expect.mention:
                assert any(shows(article.text, words) for article in named), (scenario.id, words)
            if Act.ANSWER in turn.expect.acts and turn.expect.mention:
                assert named, (scenario.id, turn.says)
