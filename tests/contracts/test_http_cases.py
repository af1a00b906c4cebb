"""Evaluation cases over HTTP: checked in sentences, proposed, accepted or refused by a named person, never written."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.access import Role
from bot.api.log_lines import configure
from bot.casebook import proposals
from bot.casebook.case_file import parse
from bot.casebook.case_line import CaseLine
from bot.casebook.proposals import Source
from bot.casebook.trade_off import FILE, AreaCount, Offer, Target, TradeOff, write
from tests.contracts.test_http_schema import NAUGHTY
from tests.served import SERVICE_KEY, Served, Staff, serving

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
