"""The gap ledger over HTTP: for those who answer for the articles, closed only by proof."""

from __future__ import annotations

import json

import pytest

from bot.access import Role
from bot.casebook import proposals
from bot.gaps import ledger
from bot.gaps.harvest import harvest
from tests.served import Served, Staff


@pytest.fixture(scope="module")
def editor(service: Served) -> Staff:
    return service.staff(Role.CONTENT)


def gap_of(service: Served, *texts: str) -> str:
    """A gap of what these customers asked."""
    ids = []
    for text in texts:
        visitor = service.visitor()
        visitor.hand_off(text)
        ids.append(visitor.read()["messages"][0]["id"])
    with service.database.transaction() as tx:
        return ledger.open_gap(tx, ids)


def test_a_gap_that_fails_is_not_closed_and_says_why(service: Served, editor: Staff) -> None:
    gap = gap_of(service, "does the hub come in violet velvet", "How do I reset Hub 2?")
    refused = editor.client.post(f"/v1/gaps/{gap}/close")
    assert refused.status_code == 409
    assert refused.json()["detail"].startswith("1 of 2 wordings are not answered")
    seen = editor.client.get(f"/v1/gaps/{gap}").json()
    assert seen["gap"]["status"] == "open"
    assert {(each["text"], each["passed"]) for each in seen["wordings"]} == {
        ("does the hub come in violet velvet", False),
        ("How do I reset Hub 2?", True),
    }


def test_a_gap_that_passes_is_closed_by_the_person(service: Served, editor: Staff) -> None:
    gap = gap_of(service, "How do I reset Hub 2?")
    open_before = _open_gaps(service)
    assert editor.client.post(f"/v1/gaps/{gap}/check").json()["passed"] == 1
    closed = editor.client.post(f"/v1/gaps/{gap}/close").json()
    assert (closed["status"], closed["closed_by"]) == ("closed", "Person content")
    assert _open_gaps(service) == open_before - 1
    listed = {status: _ids(editor, status) for status in ("open", "closed")}
    assert gap in listed["closed"]
    assert gap not in listed["open"]


def test_what_went_wrong_and_a_gap_s_cases_are_proposed_once(service: Served, editor: Staff) -> None:
    gap = gap_of(service, "does the hub come in violet velvet", "is there a velvet cover for Ada's hub")
    of_gap = f"/v1/gaps/{gap}/propose"
    assert [editor.client.post(of_gap).json()["proposed"] for _ in range(2)] == [2, 0]
    with service.database.snapshot() as tx:
        before = {each.id for each in proposals.every(tx)}
    looked = [editor.client.post("/v1/case-proposals/harvest").json()["proposed"] for _ in range(2)]
    assert looked[0] >= 2
    assert looked[1] == 0
    with service.database.snapshot() as tx:
        found = {each.id: each for each in proposals.every(tx)}
        assert len(found) - len(before) == looked[0]
        candidates = {each.id: each.line for each in harvest(tx)}
    assert {name: found[name].line for name in candidates} == candidates
    assert all(each.conversation_id and each.proposed_by == "Person content" for each in found.values())


def test_the_console_shows_the_ledger_to_the_content_team_and_not_to_agents(service: Served, editor: Staff) -> None:
    gap = gap_of(service, "Is <b>the hub</b> sold in violet? Mail bea@example.org")
    page = editor.client.get(f"/console/gaps/{gap}").text
    assert "Is &lt;b&gt;the hub&lt;/b&gt; sold in violet? Mail [email removed]" in page
    assert f'href="/console/gaps/{gap}"' in editor.client.get("/console/gaps").text
    assert "Go to the gaps" in editor.client.get("/console/gaps/none").text
    refused = service.staff(Role.AGENT).client.get("/console/gaps")
    assert refused.status_code == 403
    assert 'href="/console/gaps"' not in refused.text


def test_the_draft_is_a_file(service: Served, editor: Staff) -> None:
    gap = gap_of(service, "Is the hub sold in violet?")
    patch = editor.client.get(f"/console/gaps/{gap}/download/patch.md")
    assert patch.headers["content-disposition"] == f'attachment; filename="{gap}-patch.md"'
    assert '  - "Is the hub sold in violet?"' in patch.text
    case = json.loads(editor.client.get(f"/console/gaps/{gap}/download/cases.jsonl").text)
    assert (case["kind"], case["expect"]["decision"]) == ("missing_fact", ["handoff"])
    assert editor.client.get("/v1/gaps/gap-0").status_code == 404


def _ids(editor: Staff, status: str) -> list[str]:
    return [gap["id"] for gap in editor.client.get("/v1/gaps", params={"status": status}).json()["gaps"]]


def _open_gaps(service: Served) -> int:
    lines = service.client().get("/metrics").text.splitlines()
    return int(float(next(line for line in lines if line.startswith("answerdesk_open_gaps ")).split()[1]))
