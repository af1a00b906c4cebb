"""Results, baselines, JUnit and the HTML report as files."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as xml

import pytest
from typer.testing import CliRunner

from bot.casebook.case import Kind, Split
from bot.casebook.trade_off import AreaCount, Offer, Target, TradeOff
from eval import junit, report, result_file
from eval.cli import app
from eval.comparison import compare
from eval.result import RunResult
from eval.result_file import Acceptance, BadResultFile, Baseline, NotAccepted
from tests.conftest import ROOT
from tests.unit.eval.examples import KNOWLEDGE, answer, case, cited, handoff, many, result, run_of

ACCEPTED = Acceptance("Ada", "first figures", "2026-11-22T08:00:00.000Z")


def test_a_baseline_needs_a_name_a_reason_and_every_case_of_the_one_before() -> None:
    whole = mixed()
    part = replace(whole, cases=whole.cases[:2])
    before = result_file.accepted(whole, None, ACCEPTED)
    assert result_file.accepted(whole, before, ACCEPTED).run == whole
    for nobody in (replace(ACCEPTED, by=" "), replace(ACCEPTED, reason="")):
        with pytest.raises(NotAccepted, match="--by NAME"):
            result_file.accepted(whole, None, nobody)
    with pytest.raises(NotAccepted, match=f"lacks {len(whole.cases) - 2} of the baseline's {len(whole.cases)} cases"):
        result_file.accepted(part, before, ACCEPTED)
    assert result_file.accepted(part, before, ACCEPTED, fewer=True).run == part


def mixed() -> RunResult:
    cases = [
        *many(3, 2),
        result(case(id="wrong"), answer("<script>alert(1)</script> Sometimes.", confidence=0.97)),
        result(case(Kind.SENSITIVE, id="s", sensitive="self_harm"), handoff()),
        result(case(Kind.MISSING_FACT, id="m"), answer(case_id="m", citations=(cited(),))),
    ]
    return run_of(*(replace(each, split=Split.TEST) for each in cases))


def test_a_result_comes_back_as_it_was_written(tmp_path: Path) -> None:
    run = mixed()
    result_file.write(tmp_path / "r.json", run)
    assert result_file.read(tmp_path / "r.json") == run


def test_a_baseline_holds_no_texts_and_says_who_accepted_it(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    result_file.write_baseline(path, Baseline(mixed(), ACCEPTED))
    assert "Sometimes" not in path.read_text(encoding="utf-8")
    found = result_file.read_baseline(path)
    assert found is not None
    assert found.acceptance == ACCEPTED
    assert compare(mixed(), found.run).flips == ()


def test_a_baseline_is_one_case_a_line(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    result_file.write_baseline(path, Baseline(mixed(), ACCEPTED))
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith('{"id"')]
    assert len(lines) == len(mixed().cases)


def test_no_baseline_is_not_an_error_but_a_broken_one_is(tmp_path: Path) -> None:
    assert result_file.read_baseline(tmp_path / "none.json") is None
    (tmp_path / "torn.json").write_text('{"format": 1, ', encoding="utf-8")
    (tmp_path / "old.json").write_text('{"format": 0}', encoding="utf-8")
    result_file.write_baseline(tmp_path / "whole.json", Baseline(mixed(), ACCEPTED))
    content = json.loads((tmp_path / "whole.json").read_text(encoding="utf-8"))
    content["cases"][0]["values"] = []
    (tmp_path / "odd.json").write_text(json.dumps(content), encoding="utf-8")
    for name in ("torn.json", "old.json", "odd.json"):
        with pytest.raises(BadResultFile, match=f"{name}: .*; take it back from version control"):
            result_file.read_baseline(tmp_path / name)


def test_a_broken_baseline_is_told_before_anything_is_built_or_run(tmp_path: Path) -> None:
    (tmp_path / "torn.json").write_text('{"format": 1, ', encoding="utf-8")
    work = tmp_path / "work"
    given = ["--baseline", str(tmp_path / "torn.json"), "--work", str(work), "--kb", str(ROOT / "data" / "kb")]
    refused = CliRunner().invoke(app, ["run", *given])
    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    assert refused.stderr.startswith(f"{tmp_path}/torn.json: ")
    assert not work.exists()


def test_a_plain_result_is_no_baseline(tmp_path: Path) -> None:
    result_file.write(tmp_path / "r.json", mixed())
    with pytest.raises(BadResultFile, match="who accepted it"):
        result_file.read_baseline(tmp_path / "r.json")


def test_junit_fails_the_score_and_the_cases_that_regressed(tmp_path: Path) -> None:
    now, before = run_of(*many(5, 5)), run_of(*many(10, 0))
    junit.write(tmp_path / "j.xml", now, compare(now, before))
    suites = {suite.get("name"): suite for suite in xml.parse(tmp_path / "j.xml").getroot()}
    assert int(suites["scores"].get("failures", "0")) > 0
    assert suites["answerable"].get("tests") == "10"
    assert suites["answerable"].get("failures") == "5"
    assert suites["answerable"].find("testcase/failure") is not None


def test_junit_calls_a_crash_an_error_not_a_failure(tmp_path: Path) -> None:
    broken = replace(many(1, 0)[0], faults=("check leaks: KeyError",))
    junit.write(tmp_path / "j.xml", run_of(broken), None)
    suite = xml.parse(tmp_path / "j.xml").getroot().find("testsuite[@name='answerable']")
    assert suite is not None
    assert (suite.get("errors"), suite.get("failures")) == ("1", "0")


@pytest.fixture
def page(tmp_path: Path) -> str:
    run, before = mixed(), run_of(*many(5, 0))
    path = tmp_path / "var" / "report.html"
    baseline = Baseline(before, ACCEPTED)
    report.write(path, run, compare(run, before), baseline, tmp_path / "kb", KNOWLEDGE)
    return path.read_text(encoding="utf-8")


def test_the_report_has_every_section(page: str) -> None:
    for heading in (
        "Answer quality", "How far the answers can be trusted", "Risk and coverage", "Reliability", "by area",
        "by category", "The ten worst confident mistakes", "Against the baseline", "Every measure",
        "What the words mean",
    ):  # fmt: skip
        assert heading in page, heading
    assert page.count('<svg class="plot"') == 2
    assert "worse than the baseline" in page


def test_the_report_links_a_mistake_to_the_article_s_file(page: str) -> None:
    assert 'href="../kb/returns/returns-us.md"' in page


def test_a_missed_target_lists_its_worst_cases_with_links(tmp_path: Path) -> None:
    cases = [replace(each, id=f"miss-{at:02}", split=Split.TEST) for at, each in enumerate(many(0, 12))]
    report.write(tmp_path / "report.html", run_of(*cases), None, None, tmp_path / "kb", KNOWLEDGE)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    section = page[page.index('id="missed"') :]
    listed = section[: section.index("</section>")]
    assert "12 wrong, the worst 10" in listed
    assert "miss-09" in listed
    assert "miss-10" not in listed
    assert 'href="kb/returns/returns-us.md"' in listed


def test_the_report_shows_what_was_given_beside_what_was_expected(page: str) -> None:
    mistakes = page[page.index('id="mistakes"') :]
    assert mistakes.index("97 % sure") < mistakes.index("Given, from") < mistakes.index("Expected, from")
    assert "30 days from the day of delivery" in mistakes[: mistakes.index("</details>")]


def test_the_report_says_in_words_what_the_curves_show(page: str) -> None:
    words = " ".join(re.sub(r"<[^>]+>", "", page).split())
    assert "Of 100 questions, 100 are answered by the bot" in words
    assert "Of the answers 40.0 % are wrong: 2 of 5. With 95 % confidence, at most 81.1 % of answers" in words
    assert "estimated The bot answers from a confidence of 0.50" in words
    assert page.count("<summary>As a table</summary>") == 2


def test_other_targets_are_listed_with_their_command_where_they_were_measured(tmp_path: Path, page: str) -> None:
    assert "What another target would give" not in page
    offer = Offer(0.7, 50, 2, (AreaCount("hub", 60, 50, 2),), "python -m eval calibrate --max-wrong 0.1")
    offered = TradeOff(1, "2026-11-26T08:00:00.000Z", "gen-0", "kb", 0.95, 100, (Target(0.1, None, offer),))
    report.write(tmp_path / "r.html", mixed(), None, None, tmp_path, KNOWLEDGE, offered)
    told = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "python -m eval calibrate --max-wrong 0.1</code>" in told
    assert "measured on another state of the articles" in told
    assert "not possible" in told


def test_the_report_fetches_nothing_and_runs_nothing(page: str) -> None:
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_report_of_a_first_run_says_that_there_is_no_baseline(tmp_path: Path) -> None:
    report.write(tmp_path / "r.html", mixed(), None, None, tmp_path, KNOWLEDGE)
    assert "no baseline yet" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_the_json_result_is_plain_json(tmp_path: Path) -> None:
    result_file.write(tmp_path / "r.json", mixed())
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["cases"][0]["values"]["recall_at_1"] == 1
