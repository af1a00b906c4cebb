"""The pages that the evaluation writes, and those on which the console shows it: readable on a phone, in both schemes,
by keyboard and by a screen reader."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.access import Role
from bot.casebook import evaluation
from bot.casebook.case import Kind, Split
from bot.casebook.trade_off import AreaCount, Offer, Target, TradeOff
from eval import report, result_file, told_console
from eval.comparison import compare
from eval.reporting import compare_page, scenario_page
from eval.result import RunResult
from eval.result_file import Acceptance, Baseline
from eval.scenarios import scenario_file, view
from eval.scenarios.played import Check, Played, PlayedTurn, Reply, Rule
from eval.scenarios.scenario import Act
from eval.scenarios.view import Summary
from tests.browser.axe import looks_right_everywhere
from tests.browser.conftest import PageMaker
from tests.browser.console import PATIENCE_MS, Console
from tests.conftest import PACKET, ROOT
from tests.served import PASSWORD, serving
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
    scenario_page.write(folder / "scenarios.html", some_scenarios())
    return folder


def some_scenarios() -> Summary:
    scenarios = scenario_file.read([ROOT / "data" / "scenarios"])[:3]
    reply = Reply(Act.HANDOFF, PACKET.target.told_customer, "asked_for_person", 0.2, (), (), True, PACKET)
    broken = Check(Rule.ACT, passed=False, note="handoff; accepted: answer")
    return view.summary([Played(each, (PlayedTurn(each.turns[0].says, reply, (broken,)),)) for each in scenarios])


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


def test_the_newest_run_is_read_and_accepted_in_the_console(
    other_pages: PageMaker, small_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "WORK", tmp_path)
    result_file.write(tmp_path / "previous.json", some_run(30))
    result_file.write(tmp_path / "latest.json", replace(some_run(25), at="2026-11-28T08:00:00.000Z"))
    told_console.of_run(tmp_path, tmp_path / "baseline.json")
    told_console.of_scenarios(tmp_path, some_scenarios())
    with serving(small_index, tmp_path / "data") as served:
        staff = served.staff(Role.LEAD)
        page = Console(other_pages(), str(staff.client.base_url)).sign_in(staff.email, PASSWORD).page
        page.goto(f"{staff.client.base_url}/console/evaluation/scenarios")
        page.evaluate(OPEN_ALL)
        looks_right_everywhere(page)
        page.goto(f"{staff.client.base_url}/console/evaluation?against=previous")
        page.evaluate(OPEN_ALL)
        looks_right_everywhere(page)
        page.get_by_label("Why the figures of this run are right").fill("The prices changed.")
        page.get_by_role("button", name="Make this run the baseline").click()
        expect(page.get_by_text("The prices changed.")).to_be_visible(timeout=PATIENCE_MS)
    assert (tmp_path / "baseline.json").exists()
