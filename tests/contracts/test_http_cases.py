"""Evaluation cases over HTTP: checked in sentences, proposed, accepted or refused by a named person, never written."""

from __future__ import annotations

import html
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bot.access import Role
from bot.api.log_lines import configure
from bot.casebook import evaluation, proposals
from bot.casebook.case_file import parse
from bot.casebook.case_line import CaseLine
from bot.casebook.proposals import Source
from bot.casebook.trade_off import FILE, AreaCount, Offer, Target, TradeOff, write
from eval import result_file, told_console
from eval.result_file import Acceptance, Baseline
from eval.scenarios import scenario_file, view
from eval.scenarios.played import Check, Played, PlayedTurn, Reply, Rule
from eval.scenarios.scenario import Act
from tests.conftest import ROOT
from tests.contracts.test_http_schema import NAUGHTY
from tests.served import SERVICE_KEY, Served, Staff, serving
from tests.unit.eval.examples import answer, result, run_of
from tests.unit.eval.examples import case as evaluated

CASE: dict[str, Any] = {
    "id": "reset-now", "kind": "answerable", "area": "hub", "text": "How do I restart Hub 2?", "reason": "a try",
    "decisions": ["answer"], "articles": ["reset-hub-2"], "spans": ["Hold it for 3 seconds and let go"],
}  # fmt: skip
KNOWN = (
    '{"id": "known", "kind": "answerable", "voice": "plain", "area": "hub", "text": "How do I reset it?", '
    '"expect": {"decision": ["answer"], "articles": ["reset-hub-2"], "spans": ["Hold it for 10 seconds"], '
    '"sensitive": null, "must_not": []}, "reason": "r"}\n'
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repository") / "cases"
    folder.mkdir()
    (folder / "a.jsonl").write_text(KNOWN, encoding="utf-8")
    (folder / "b.jsonl").write_text('{"id": "torn"}\n', encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def bench(small_index: Path, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("bench")
    with serving(small_index, data, service_keys=SERVICE_KEY, cases_dir=folder) as served:
        yield served


@pytest.fixture(scope="module")
def editor(bench: Served) -> Staff:
    return bench.staff(Role.CONTENT)


def standing(bench: Served) -> dict[str, int]:
    """How many proposals stand how, as an operator reads it."""
    figures = re.findall(r'answerdesk_case_proposals{status="(\w+)"} (\d+)', bench.client().get("/metrics").text)
    return {status: int(count) for status, count in figures}


def faults(editor: Staff, **changed: Any) -> list[str]:
    answer = editor.client.post("/v1/cases/check", json={"case": CASE | changed})
    assert answer.status_code == 200, answer.text
    told: list[str] = answer.json()["faults"]
    return told


def test_what_is_wrong_is_said_in_sentences(editor: Staff) -> None:
    assert faults(editor) == []
    assert faults(editor, spans=["Hold it for 300 seconds"]) == [
        "“Hold it for 300 seconds” stands in none of the articles named; copy it word for word."
    ]
    assert faults(editor, articles=["no-such"], spans=["x"]) == ["There is no published article no-such."]
    assert "is internal" in faults(editor, articles=["int-refund-authority"])[0]
    assert "id known is taken" in faults(editor, id="known")[0]
    assert "expect.decision is empty" in faults(editor, decisions=[])[0]
    assert "no sensitive category rain" in faults(editor, kind="sensitive", decisions=["handoff"], sensitive="rain")[0]
    assert "Reason must be a text" in faults(editor, reason=" ")[0]


def test_what_is_wrong_is_not_proposed(editor: Staff) -> None:
    refused = editor.client.post("/v1/case-proposals", json={"case": CASE | {"spans": ["nowhere"]}})
    assert (refused.status_code, refused.json()["error"]) == (400, "bad_request")
    assert editor.client.post("/v1/case-proposals", json={"case": CASE, "of": "unknown"}).status_code == 404
    renamed = editor.client.post("/v1/case-proposals", json={"case": CASE, "of": "known"})
    assert "keeps the id known" in renamed.json()["detail"]


def test_a_change_and_a_new_case_leave_as_a_patch_that_git_applies(editor: Staff, folder: Path) -> None:
    change = CASE | {"id": "known", "text": "How do I reset Hub 2 now?"}
    for case, of in ((change, "known"), (CASE, None)):
        proposed = editor.client.post("/v1/case-proposals", json={"case": case, "of": of})
        assert proposed.status_code == 201, proposed.text
        accepted = editor.client.post(f"/v1/case-proposals/{proposed.json()['id']}/accept", json={"case": case})
        assert accepted.json()["decided_by"] == "Person content"
    before = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert before["a.jsonl"] == KNOWN
    patch = editor.client.get("/console/proposals/download/cases.patch").text
    lines = editor.client.get("/console/proposals/download/cases.jsonl").text.splitlines()
    assert {parse(line).id for line in lines} == {"known", "reset-now"}
    repository = folder.parent
    copied = repository / "copy.patch"
    copied.write_text(patch.replace(repository.as_posix().lstrip("/") + "/", ""), encoding="utf-8")
    subprocess.run(["git", "init", "-q"], cwd=repository, check=True)
    subprocess.run(["git", "apply", str(copied)], cwd=repository, check=True)
    assert "How do I reset Hub 2 now?" in (folder / "a.jsonl").read_text(encoding="utf-8")
    assert parse((folder / "z_added.jsonl").read_text(encoding="utf-8")).text == CASE["text"]
    # What the folder has is not offered again.
    assert editor.client.get("/console/proposals/download/cases.patch").text == ""


def test_what_was_decided_stays_decided(editor: Staff) -> None:
    body = {"case": CASE | {"id": "once"}}
    proposed = editor.client.post("/v1/case-proposals", json=body).json()["id"]
    refused = editor.client.post(f"/v1/case-proposals/{proposed}/refuse", json={"why": "we have it"})
    assert refused.json()["status"] == "refused"
    assert refused.json()["decided_why"] == "we have it"
    again = editor.client.post(f"/v1/case-proposals/{proposed}/accept", json=body)
    assert again.status_code == 409
    assert "refused by Person content" in again.json()["detail"]


def test_an_operator_sees_what_waits_and_what_was_decided(
    bench: Served, editor: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = standing(bench)
    written = io.StringIO()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", written)
        configure("INFO")
        proposed = editor.client.post("/v1/case-proposals", json={"case": CASE | {"id": "seen"}}).json()["id"]
        assert standing(bench)["proposed"] == before["proposed"] + 1
        editor.client.post(f"/v1/case-proposals/{proposed}/refuse", json={"why": "Zebulon has it"})
    assert standing(bench) == before | {"refused": before["refused"] + 1}
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    told = [(line["event"], line.get("status", "")) for line in lines if line.get("proposal") == proposed]
    assert told == [("case_proposed", ""), ("case_decided", "refused")]
    assert "Zebulon" not in written.getvalue()


def test_a_question_from_a_conversation_is_completed_and_kept_free_of_persons(bench: Served, editor: Staff) -> None:
    line = CaseLine("harvest-1", "answerable", "hub", "My hub", (), None, None, ("answer",), None, "thumbs down")
    with bench.database.transaction() as tx:
        stored = proposals.propose(tx, Source.HARVESTED, line, "harvest", key="harvest-1")
        assert stored is not None
        assert proposals.propose(tx, Source.HARVESTED, line, "harvest", key="harvest-1") is None
    path = "/v1/case-proposals/harvest-1/accept"
    named = CASE | {"id": "harvest-1", "text": "Mail bea@example.org how I restart Hub 2"}
    assert "personal data" in editor.client.post(path, json={"case": named}).json()["detail"]
    assert editor.client.post(path, json={"case": CASE | {"id": "harvest-1"}}).status_code == 200


def test_the_pages_show_cases_faults_and_proposals_escaped(editor: Staff) -> None:
    shown = editor.client.get("/console/cases").text
    assert "b.jsonl:1: the case lacks kind" in shown
    assert 'href="/console/cases/known"' in shown
    assert 'href="/console/cases/known"' not in editor.client.get("/console/cases?q=nothing+like+it").text
    body = {"case": CASE | {"id": "odd", "text": "<b>Hub 2</b> restart?"}}
    proposed = editor.client.post("/v1/case-proposals", json=body).json()["id"]
    page = editor.client.get(f"/console/proposals/{proposed}").text
    assert "&lt;b&gt;Hub 2&lt;/b&gt;" in page
    assert "<b>Hub 2</b>" not in page
    assert editor.client.get("/console/cases/unknown").status_code == 404


def test_another_companys_cases_are_counted_and_not_shown(small_index: Path, tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / "a.jsonl").write_text(KNOWN.replace("reset-hub-2", "open-an-account"), encoding="utf-8")
    with serving(small_index, tmp_path / "data", cases_dir=cases) as desk:
        shown = desk.staff(Role.CONTENT).client.get("/console/cases").text
    assert "0 cases; 1 of the folder is about articles that this desk does not have" in shown
    assert "No cases of your own." in shown
    assert 'href="/console/cases/known"' not in shown


def test_whatever_an_editor_sends_is_no_server_error(editor: Staff) -> None:
    for word in NAUGHTY:
        texts = dict.fromkeys(("text", "area", "reason", "region", "plan", "product", "sensitive"), word)
        lists = {name: [word] for name in ("articles", "spans", "must_not", "internal_articles")}
        body = {"case": CASE | texts | lists | {"id": "odd2", "context": [{"role": "bot", "text": word}]}}
        for path in ("/v1/cases/check", "/v1/case-proposals"):
            sent = json.dumps(body).encode("utf-8")
            answer = editor.client.post(path, content=sent, headers={"Content-Type": "application/json"})
            assert answer.status_code < 500, (word, answer.text)
        for path in ("/console/cases", "/console/proposals", "/console/calibration"):
            asked = {"q": word, "kind": word, "area": word, "page": word, "show": word, "max_wrong": word}
            clean = {name: text.encode("utf-8", "replace").decode() for name, text in asked.items()}
            assert editor.client.get(path, params=clean).status_code < 500, (path, word)


def test_the_confidence_page_says_what_is_promised_and_changes_nothing(bench: Served, editor: Staff) -> None:
    empty = editor.client.get("/console/calibration").text
    assert "Nothing was measured yet" in empty
    data = bench.app.state.service.assistant.settings.data_dir
    offer = Offer(0.7, 50, 2, (AreaCount("hub", 60, 50, 2),), "python -m eval calibrate --max-wrong 0.1")
    targets = (Target(0.05, None, None), Target(0.1, offer, offer))
    write(data / FILE, TradeOff(1, "2026-11-26T08:00:00.000Z", "other", "kb", 0.95, 100, targets))
    before = bench.app.state.service.assistant.responder.calibration
    ten, five = (editor.client.get(f"/console/calibration?max_wrong={percent}").text for percent in (10, 5))
    assert "at most 10 % of the answers are wrong, with 95 % confidence" in ten
    assert "python -m eval calibrate --max-wrong 0.1" in ten
    assert "another state of the articles" in ten
    assert "No threshold can promise 5 %" in five
    assert bench.app.state.service.assistant.responder.calibration == before
    (data / FILE).write_text("{", encoding="utf-8")
    broken = editor.client.get("/console/calibration")
    assert (broken.status_code, "run `python -m eval calibrate" in broken.text) == (503, True)


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two runs as `eval run` leaves them, the newer one with a case less and one that is worse; a baseline that is the
    older one."""
    monkeypatch.setattr(evaluation, "WORK", tmp_path)
    right, wrong = result(evaluated(id="known"), answer()), result(evaluated(id="known"), answer("<b>Never.</b>"))
    before = run_of(right, result(evaluated(id="gone"), answer()))
    result_file.write(tmp_path / "previous.json", before)
    result_file.write(tmp_path / "latest.json", replace(run_of(wrong), at="2026-11-28T08:00:00.000Z"))
    baseline = tmp_path / "baseline.json"
    result_file.write_baseline(baseline, Baseline(before, Acceptance("Ada", "the first", before.at)))
    told_console.of_run(tmp_path, baseline)
    return baseline


def test_the_newest_run_is_read_beside_both_and_accepted_by_the_rules_of_the_terminal(
    editor: Staff, measured: Path
) -> None:
    page, beside = (editor.client.get(f"/console/evaluation{query}").text for query in ("", "?against=previous"))
    assert "Accepted by <b>Ada</b>" in page
    assert "that run keeps no texts" in page
    assert 'href="/console/cases/known"' in beside
    assert "<del>You have 30" in beside
    assert "&lt;b&gt;" in beside
    assert "<b>Never" not in beside

    def accept(**given: object) -> httpx2.Response:
        return editor.client.post("/v1/evaluation/accept", json={"at": "2026-11-28T08:00:00.000Z"} | given)

    assert "Another run was made" in accept(at="2026-11-27", reason="Fine.").json()["detail"]
    refused = accept(reason="Prices changed.")
    assert (refused.status_code, "lacks 1 of the baseline's 2 cases" in refused.json()["detail"]) == (409, True)
    made = accept(reason="Prices changed.", fewer=True).json()
    assert (made["by"], made["reason"], made["cases"]) == ("Person content", "Prices changed.", 1)
    kept = result_file.read_baseline(measured)
    assert kept is not None
    assert (kept.acceptance.by, [each.id for each in kept.run.cases]) == ("Person content", ["known"])
    assert "Every case is judged as it was." in editor.client.get("/console/evaluation").text


def test_scenarios_are_shown_with_what_was_broken_and_a_model_answer(
    editor: Staff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "WORK", tmp_path)
    assert "None was played yet" in editor.client.get("/console/evaluation/scenarios").text
    assert "There is no run yet" in editor.client.get("/console/evaluation").text
    (scenario, *_) = scenario_file.read([ROOT / "data" / "scenarios"])
    reply = Reply(Act.HANDOFF, "A person will <i>write</i>.")
    turn = PlayedTurn(scenario.turns[0].says, reply, (Check(Rule.ACT, passed=False, note="accepted: answer"),))
    told_console.of_scenarios(tmp_path, view.summary([Played(scenario, (turn,))]))
    page = editor.client.get("/console/evaluation/scenarios").text
    assert "0 of 1 went well" in page
    assert f"{Rule.ACT}: accepted: answer" in page
    assert "&lt;i&gt;write&lt;/i&gt;" in page
    assert html.escape(scenario.model_answer, quote=False).split("&")[0][:40] in page
    (tmp_path / evaluation.SCENARIOS).write_text("{", encoding="utf-8")
    broken = editor.client.get("/console/evaluation/scenarios")
    assert (broken.status_code, "run `python -m eval scenarios` again" in broken.text) == (503, True)
