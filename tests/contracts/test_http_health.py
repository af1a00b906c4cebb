"""The health of the articles over HTTP: made beside the requests, for those who answer for the articles."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import pytest

from bot.access import Role
from bot.conversation import citations
from bot.knowledge import judgements
from bot.knowledge.health import KnowledgeHealth
from bot.publishing.told import contradictions
from bot.retrieval.live_index import LiveIndex
from kb_ingest.checks.finding import FindingKind
from kb_ingest.checks.useless import Judged
from tests.served import Served, Staff

PAGE, FILE = "/console/health", "/console/health/findings.csv"


@pytest.fixture(scope="module")
def editor(service: Served) -> Staff:
    return service.staff(Role.CONTENT)


def test_the_page_and_the_file_show_the_same_findings_of_a_class(service: Served, editor: Staff) -> None:
    rows = _rows(editor, "")
    page = editor.client.get(PAGE).text
    assert rows
    assert "Due for review" in page
    assert f"15 articles, {len(rows)} findings" in page
    due = _rows(editor, "stale")
    assert {row["kind"] for row in due} == {"stale"}
    shown = editor.client.get(PAGE, params={"kind": "stale"}).text
    assert f"15 articles, {len(due)} findings" in shown
    assert "/help/a/hub-1-led-meanings" in shown
    assert 'href="/console/library?q=hub-1-led-meanings"' in shown
    assert editor.client.get(PAGE, params={"kind": "nonsense"}).status_code == 422
    assert service.staff(Role.AGENT).client.get(PAGE).status_code == 403


def test_what_a_file_has_is_set_apart_without_backticks(editor: Staff) -> None:
    shown = editor.client.get(PAGE, params={"kind": "stale"}).text
    assert "<code>review_by</code>" in shown
    assert "`" not in shown


def test_nobody_waits_for_the_report_and_it_is_made_once(service: Served) -> None:
    health = KnowledgeHealth(service.app.state.service.assistant.live, service.database, contradictions)
    assert health.current() is None
    made = health.wait()
    assert health.current() is made
    assert made.health.articles == 15


def test_articles_that_answer_more_come_first(service: Served) -> None:
    service.visitor().say("How do I reset Hub 2?")
    with service.database.snapshot() as tx:
        counted = citations.counts(tx, "2020-01-01T00:00:00.000Z")
        assert citations.counts(tx, "2999-01-01T00:00:00.000Z") == {}
    assert counted["reset-hub-2"] >= 1
    live: LiveIndex = service.app.state.service.assistant.live
    made = KnowledgeHealth(live, service.database, contradictions).wait()
    hub = next(topic for topic in made.health.topics if topic.name == "hub")
    assert hub.cited >= counted["reset-hub-2"]


def test_what_readers_said_since_an_article_was_changed_is_in_the_report(service: Served) -> None:
    live: LiveIndex = service.app.state.service.assistant.live
    name = "hub-offline"  # which no other test of this service judges
    for said in ("yes", "no", "no", "no"):
        service.client().post(f"/help/a/{name}", data={"useful": said})
    article = live.current().articles[name]
    with service.database.snapshot() as tx:
        assert judgements.lately(tx, [replace(article, updated_at=None)]) == {name: Judged(1, 3)}
        assert judgements.lately(tx, [replace(article, updated_at=date(2999, 1, 1))]) == {}
    made = KnowledgeHealth(live, service.database, contradictions).wait()
    assert name in [each.article for each in made.health.findings if each.kind is FindingKind.NOT_USEFUL]


def _rows(editor: Staff, kind: str) -> list[dict[str, str]]:
    answer = editor.client.get(FILE, params={"kind": kind} if kind else {})
    assert answer.headers["content-disposition"] == 'attachment; filename="findings.csv"'
    return list(csv.DictReader(io.StringIO(answer.text)))
