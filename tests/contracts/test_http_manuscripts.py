"""Writing and publishing over HTTP: findings by field, refusals that say what to do, nothing of a draft outside."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.access import Role
from bot.publishing import folder, history
from bot.publishing.impact import Kind
from tests.contracts import manuscript_scene as scene
from tests.contracts.test_http_schema import NAUGHTY
from tests.served import Served, Staff, serving

SECRET = "zebrafinch"


@pytest.fixture(scope="module")
def lead(service: Served) -> Staff:
    scene.taken_in(service)
    return service.staff(Role.LEAD)


def test_what_is_wrong_is_said_of_the_field_and_the_line(service: Served, lead: Staff) -> None:
    held = scene.draft(service, scene.lead(service))
    fields = {"visibility": "publc", "review_by": "soon", "product": ["hub-2", "cam"]}
    saved = lead.client.post(f"/v1/manuscripts/{held.id}", json={"version": 1, "fields": fields}).json()
    said = {each["place"]: (each["blocks"], each["line"]) for each in saved["findings"]}
    assert (said["visibility"][0], said["review_by"][0]) == (True, False)
    lines = saved["fields"]
    assert lines["product"] == ["hub-2", "cam"]
    refused = lead.client.post(f"/v1/manuscripts/{held.id}/impact")
    assert refused.status_code == 400
    assert "none of public, internal" in refused.json()["detail"]


def test_a_dead_link_is_told_while_writing_with_the_words_of_its_line(service: Served, lead: Staff) -> None:
    held = scene.draft(service, scene.lead(service))
    body = f"Text.\n\nSee [the reset](../x/{scene.LIVE}.md) and [the warranty](warranty/nope.md).\n\n![A key](k.png)\n"
    saved = lead.client.post(f"/v1/manuscripts/{held.id}", json={"version": 1, "body": body}).json()
    said = {each["excerpt"]: each["message"] for each in saved["findings"] if each["place"] == "body"}
    line = f"See [the reset](../x/{scene.LIVE}.md) and [the warranty](warranty/nope.md)."
    assert set(said) == {line, "![A key](k.png)"}
    assert said[line].startswith("the link “the warranty” leads to `warranty/nope.md`, and there is no such")
    page = lead.client.get(f"/console/library/{held.id}").text
    assert f"“{line}”: the link “the warranty” leads to" in page


def test_the_library_has_what_readers_said(service: Served, lead: Staff) -> None:
    for said in ("no", "yes"):
        service.client().post("/help/a/hub-1-led-meanings", data={"useful": said})
    assert "Useful to 1 of 2" in lead.client.get("/console/library", params={"q": "Hub 1 light"}).text


def test_who_saved_first_is_named_and_the_other_text_is_not_stored(service: Served, lead: Staff) -> None:
    held = scene.draft(service, scene.lead(service))
    first = service.staff(Role.CONTENT).client.post(f"/v1/manuscripts/{held.id}", json={"version": 1, "body": "One.\n"})
    assert first.status_code == 200
    second = lead.client.post(f"/v1/manuscripts/{held.id}", json={"version": 1, "body": "Two.\n"})
    assert second.status_code == 409
    assert second.json()["detail"].startswith("Person content changed this article at ")
    assert lead.client.get(f"/v1/manuscripts/{held.id}").json()["body"] == "One.\n"


def test_a_regression_stops_publishing_until_somebody_answers_for_it(service: Served, lead: Staff) -> None:
    held = scene.draft(service, scene.lead(service))
    path, order = f"/v1/manuscripts/{held.id}/publish", {"version": 1, "due_at": "2999-01-01T00:00:00Z"}
    assert "See first what it does" in lead.client.post(path, json=order).json()["detail"]
    scene.seen_by_gate(service, held, result=scene.WORSE)
    assert lead.client.post(path, json=order).status_code == 409
    assert lead.client.post(path, json=order | {"override": "A recall of the product"}).status_code == 200
    (plan,) = lead.client.get(f"/v1/manuscripts/{held.id}/publications").json()["publications"]
    assert (plan["override_by"], plan["override_reason"]) == ("Person lead", "A recall of the product")
    with service.database.snapshot() as tx:
        deeds = [act.deed for act in history.acts_of(tx, held.id)]
    assert history.Deed.OVERRIDDEN in deeds


def test_of_long_answers_the_words_that_differ_are_shown_and_the_rest_is_folded(service: Served, lead: Staff) -> None:
    held = scene.draft(service, scene.lead(service))
    told = {"change": "changed", "blocks": False, "pinned": False, "text": "How?", "worse": [], "better": []}
    rest = " ".join(f"word{at}" for at in range(60))
    ten, less = ({"decision": "answer", "shown": f"{rest} {number} {rest} <end>"} for number in (10, 5))
    cases = [
        told | {"id": "long", "before": ten, "now": less},
        told | {"id": "same", "before": ten, "now": ten | {"decision": "clarify"}},
    ]
    scene.seen_by_gate(service, held, result=json.dumps(json.loads(scene.NOTHING) | {"cases": cases}))
    shown = lead.client.get(f"/console/library/{held.id}/part/manuscript_impact").text
    (long, same) = shown.split("data-case=")[1:]
    first, folded = long.split("<details>")
    assert "word59 <del>10</del> word0" in first
    assert "word59 <ins>5</ins> word0" in first
    assert "word30" not in first
    assert "&lt;end&gt;" not in first
    assert folded.count("word30") == 4
    assert "it was “answer” and is now “clarify”" in same
    assert "word30" not in same.split("<details>")[0]


def test_who_writes_may_throw_a_draft_away_and_a_lead_what_was_published(service: Served, lead: Staff) -> None:
    writer = service.staff(Role.CONTENT).client
    made = scene.draft(service, scene.lead(service))
    receipt = writer.post(f"/v1/manuscripts/{made.id}/remove", json={"version": made.version})
    assert (receipt.status_code, receipt.json()["article_id"]) == (200, made.article_id)
    assert writer.get(f"/v1/manuscripts/{made.id}").status_code == 404
    live = scene.edited(service, scene.lead(service), "returns-us")
    path, body = f"/v1/manuscripts/{live.id}/remove", {"version": live.version}
    assert writer.post(path, json=body).status_code == 403
    refused = lead.client.post(path, json=body)
    assert (refused.status_code, "take it out of service first" in refused.json()["detail"]) == (409, True)


def test_taking_out_is_looked_at_for_itself(service: Served, lead: Staff) -> None:
    held = scene.edited(service, scene.lead(service), "plans-uk")
    scene.seen_by_gate(service, held, Kind.PUBLISH)
    path, order = f"/v1/manuscripts/{held.id}/archive", {"version": held.version, "due_at": "2999-01-01T00:00:00Z"}
    assert lead.client.post(path, json=order).status_code == 409
    scene.seen_by_gate(service, held, Kind.ARCHIVE)
    assert lead.client.post(path, json=order).status_code == 200


def test_a_draft_is_nowhere_outside_the_editors_pages(service: Served, lead: Staff) -> None:
    held = scene.draft(service, scene.lead(service), f"The {SECRET} sings at night.")
    visitor, agent = service.visitor(), service.staff()
    asked = f"When does the {SECRET} sing?"
    visitor.say(asked)
    outside = [
        visitor.client.get(visitor.path), service.client().get("/help/search", params={"q": asked}),
        service.client().get(f"/v1/articles/{held.article_id}"), service.client().get(f"/help/a/{held.article_id}"),
        service.client().post("/v1/search", json={"query": "sings at night", "k": 20}),
        agent.client.get(f"/v1/manuscripts/{held.id}"), agent.client.get(f"/console/library/{held.id}/preview"),
        service.client().get(f"/console/library/{held.id}/patch"),
    ]  # fmt: skip
    assert [answer for answer in outside if "sings at night" in answer.text] == []
    assert "sings at night" in lead.client.get(f"/console/library/{held.id}/preview").text


def test_the_preview_shows_each_audience_what_it_gets(service: Served, lead: Staff) -> None:
    held = scene.draft(service, scene.lead(service), "Only for some.")
    fields = {"region": ["eu"], "plan": ["plus"]}
    lead.client.post(f"/v1/manuscripts/{held.id}", json={"version": 1, "fields": fields})

    def shown(**reader: str) -> bool:
        return "Only for some." in lead.client.get(f"/console/library/{held.id}/preview", params=reader).text

    assert shown(audience="visitor")
    assert shown(audience="customer", region="eu", plan="plus")
    assert shown(audience="customer", region="eu")
    assert not shown(audience="customer", region="uk", plan="plus")
    assert not shown(audience="customer", region="eu", plan="basic")
    lead.client.post(f"/v1/manuscripts/{held.id}", json={"version": 2, "fields": {"visibility": "internal"}})
    assert not shown(audience="visitor")
    assert shown(audience="agent")


@pytest.mark.parametrize("naughty", NAUGHTY, ids=lambda text: ascii(text[:12]))
def test_naughty_strings_are_answered_properly(service: Served, lead: Staff, naughty: str) -> None:
    held = scene.draft(service, scene.lead(service))
    path = f"/v1/manuscripts/{held.id}"
    sent = [
        ("/v1/manuscripts", {"path": naughty, "title": naughty}),
        ("/v1/manuscripts", {"path": "n.md", "title": naughty}),
        (path, {"version": 1, "fields": {"title": naughty, "questions": [naughty, "x"]}, "body": naughty}),
        (path, {"version": 1, "fields": {naughty: "x"}}), (f"{path}/return", {"version": 1, "why": naughty}),
        (f"{path}/publish", {"version": 1, "override": naughty, "due_at": naughty}),
        (f"/v1/manuscripts/{json.dumps(naughty)[1:-1]}/impact", {}),
    ]  # fmt: skip
    for address, body in sent:
        headers = {"Content-Type": "application/json"}
        answer = lead.client.post(address, content=json.dumps(body), headers=headers)
        assert answer.status_code < 500, (address, answer.text)
    for page in ("", "/history", "/preview"):
        assert lead.client.get(f"/console/library/{held.id}{page}").status_code == 200
    assert lead.client.get("/console/library", params={"q": naughty[:100].encode("utf-8", "replace")}).status_code < 500


@pytest.fixture(scope="module")
def with_git(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    """A service whose articles git has."""
    home = tmp_path_factory.mktemp("git")
    kb = home / "articles" / "help"
    kb.mkdir(parents=True)
    (kb / "lamp & co.md").write_text("---\nid: lamp\ntitle: Lamp\nstatus: published\n---\nIt shines.\nIt glows.")
    _git(home / "articles", "init", "-q")
    with serving(small_index, home / "data", articles_dir=str(kb)) as served:
        folder.take_in_folder(scene.bench_of(served), kb)
        yield served, kb


@pytest.mark.parametrize(
    "text", ["It shines.\nIt glows blue.", "It shines.\n", "Ünïcode \u2028 here.\n", "- a\n\n- b\n", "x"]
)
def test_the_patch_of_a_draft_is_one_that_git_applies(with_git: tuple[Served, Path], text: str) -> None:
    served, kb = with_git
    lead = served.staff(Role.LEAD).client
    (line,) = lead.get("/v1/manuscripts", params={"q": "lamp"}).json()["manuscripts"]
    saved = lead.post(f"/v1/manuscripts/{line['id']}", json={"version": line["version"], "body": text}).json()
    patch = lead.get(f"/console/library/{line['id']}/patch")
    assert patch.headers["content-disposition"] == 'attachment; filename="lampco.patch"'
    file = kb / "lamp & co.md"
    before = file.read_bytes()
    _git(kb.parent, "apply", "-", given=patch.content)
    assert file.read_bytes().decode() == "---\nid: lamp\ntitle: Lamp\nstatus: published\n---\n" + text
    file.write_bytes(before)
    refused = lead.post(f"/v1/manuscripts/{line['id']}/publish", json={"version": saved["manuscript"]["version"]})
    assert (refused.status_code, refused.json()["detail"].split(":")[0]) == (409, "Git has these articles")


def test_a_new_article_is_a_patch_with_a_new_file(with_git: tuple[Served, Path]) -> None:
    served, kb = with_git
    lead = served.staff(Role.LEAD).client
    made = lead.post("/v1/manuscripts", json={"path": "new/one.md", "title": "A new one"}).json()["manuscript"]
    patch = lead.get(f"/console/library/{made['id']}/patch")
    _git(kb.parent, "apply", "-", given=patch.content)
    assert (kb / "new" / "one.md").read_text().startswith("---\nid: one\ntitle: A new one\n")


def _git(place: Path, *command: str, given: bytes = b"") -> None:
    done = subprocess.run(["git", "-C", str(place), *command], input=given, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
