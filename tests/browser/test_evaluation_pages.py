"""The pages that the evaluation writes: readable on a phone, in both schemes, by keyboard and by a screen reader."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot.casebook.case import Kind, Split
from bot.casebook.trade_off import AreaCount, Offer, Target, TradeOff
from eval import report
from eval.comparison import compare
from eval.reporting import compare_page, scenario_page
from eval.result import RunResult
from eval.result_file import Acceptance, Baseline
from eval.scenarios import scenario_file, view
from eval.scenarios.played import Check, Played, PlayedTurn, Reply, Rule
from eval.scenarios.scenario import Act
from tests.browser.axe import looks_right_everywhere
from tests.conftest import PACKET, ROOT
from tests.unit.eval.examples import KNOWLEDGE, answer, case, handoff, many, result, run_of

OPEN_ALL = "document.querySelectorAll('details').forEach((each) => { each.open = true; })"
COMMAND = "python -m eval calibrate --max-wrong 0.1 --confidence 0.95 --answer-from 0.7321"


def some_run(right: int) -> RunResult:
    cases = [
        *many(right, 40 - right),
        result(case(id="wrong", text="How long?"), answer("Sometimes. " * 40, confidence=0.97)),
        result(case(Kind.SENSITIVE, id="s", sensitive="self_harm"), handoff()),
    ]
    return run_of(*(replace(each, split=Split.TEST, confidence=0.9 - at / 90) for at, each in enumerate(cases)))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report, two runs side by side, and scripted customers."""
    folder = tmp_path_factory.mktemp("pages")
    before, now = some_run(30), some_run(25)
    compare_page.write(folder / "compare.html", before, now, compare(now, before))
    offer = Offer(0.73, 30, 2, (AreaCount("hub", 40, 30, 2),), COMMAND)
    offered = TradeOff(1, "2026-11-26T08:00:00.000Z", "gen-0", "kb", 0.95, 40, (Target(0.1, None, offer),))
    baseline = Baseline(before, Acceptance("Ada", "first", "2026-11-22T08:00:00.000Z"))
    report.write(folder / "report.html", now, compare(now, before), baseline, folder / "kb", KNOWLEDGE, offered)
    scenarios = scenario_file.read([ROOT / "data" / "scenarios"])[:3]
    reply = Reply(Act.HANDOFF, PACKET.target.told_customer, "asked_for_person", 0.2, (), (), True, PACKET)
    broken = Check(Rule.ACT, passed=False, note="handoff; accepted: answer")
    played = [Played(each, (PlayedTurn(each.turns[0].says, reply, (broken,)),)) for each in scenarios]
    scenario_page.write(folder / "scenarios.html", view.summary(played))
    return folder


@pytest.mark.parametrize("name", ["report.html", "compare.html", "scenarios.html"])
def test_a_page_of_the_evaluation_is_accessible_and_fits(
    chromium: Browser, pages: Path, name: str
) -> None:
    with chromium.new_context() as context:
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        page.goto((pages / name).as_uri())
        page.evaluate(OPEN_ALL)
        looks_right_everywhere(page)
        assert asked == [(pages / name).as_uri()]
