"""Answers are recalled over HTTP: the page shows what changed, one click puts it right, nothing internal gets out."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.access import Role
from kb_ingest import build as building
from kb_ingest.embedder import Embedder
from tests.conftest import ROOT, SAMPLE
from tests.patience import until_live
from tests.served import Served, Staff, Visitor, encoder, serving

RESET_2 = ("reset-hub-2", "How do I reset Hub 2 to its factory settings?")
RESET_1 = ("reset-hub-1", "How do I reset Hub 1 to its factory settings?")
RETURNS = ("returns-us", "How long do I have to return an order in the United States?")
SECRET = "The spare code is persimmon."


@dataclass(frozen=True)
class Scene:
    """A service over articles that a test may edit, and somebody of the content team."""

    served: Served
    folder: Path
    index: Path
    editor: Staff
    model: Embedder

    def told(self, article_id: str, question: str) -> Visitor:
        """Somebody who was told what the article says."""
        visitor = self.served.visitor()
        reply = visitor.say(question).json()["reply"]
        assert article_id in {each["article_id"] for each in reply["turn"]["citations"]}
        return visitor

    def edit(self, article_id: str, old: str, new: str) -> None:
        path = self.folder / f"{article_id}.md"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        generation = building.build([self.folder], self.index, self.model).generation
        until_live(self.served.client(), generation)

    def page(self) -> str:
        return self.editor.client.get("/console/recall").text

    def ids(self) -> list[str]:
        named = " ".join(re.findall(r'data-findings="([^"]*)"', self.page()))
        return list(dict.fromkeys(named.split()))

    def put_right(self, *ids: str, **action: str) -> dict[str, int]:
        answer = self.editor.client.post("/v1/recalls", json={"findings": ids or self.ids(), **action})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def waiting(self) -> float:
        figures = self.served.client().get("/metrics").text
        return float(re.findall(r"^answerdesk_answers_to_recall (\S+)$", figures, re.MULTILINE)[0])


@pytest.fixture(scope="module")
def scene(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """For all tests: each edits an article of its own and leaves nothing to put right."""
    home = tmp_path_factory.mktemp("recall")
    folder, index = home / "kb", home / "index"
    folder.mkdir()
    for path in (ROOT / "data" / "kb").rglob("*.md"):
        if path.stem in SAMPLE:
            shutil.copy(path, folder)
    shutil.copytree(small_index, index)  # the vectors are there already
    with serving(index, home / "data") as served:
        yield Scene(served, folder, index, served.staff(Role.CONTENT), encoder())


def test_a_correction_reaches_the_customer_once_with_the_new_text(scene: Scene) -> None:
    visitor = scene.told(*RESET_2)
    assert "Nothing to put right" in scene.page()
    quote = visitor.read()["messages"][-1]["turn"]["citations"][0]["quote"]
    seconds = next(iter(re.findall(r"\d+ seconds", quote)))
    scene.edit("reset-hub-2", seconds, "77 seconds")
    page = scene.page()
    assert f"<del>{seconds.split()[0]}</del>" in page
    assert "<ins>77</ins>" in page
    assert "Send correction" in page
    found = scene.ids()
    assert f"/console/recall/chats/{visitor.id}" not in page, "the content team reads no chats"
    lead = scene.served.staff(Role.LEAD).client
    assert f"/console/recall/chats/{visitor.id}" in lead.get("/console/recall").text
    chat = lead.get(f"/console/recall/chats/{visitor.id}").text
    assert RESET_2[1] in chat
    assert seconds in chat
    assert '<a href="/console/recall" aria-current="page">' in chat
    assert scene.waiting() == 1, "one answer, however many passages of it changed"
    assert scene.put_right(*found) == {"corrections": 1, "tasks": 0, "already": 0}
    assert scene.put_right(*found) == {"corrections": 0, "tasks": 0, "already": len(found)}
    told = visitor.read()["messages"]
    assert len(told) == 3
    last = told[-1]
    assert (last["role"], last["automated"], last["turn"]["correction"]) == ("bot", True, True)
    assert last["turn"]["label"] == "Automated correction"
    assert last["text"].startswith("Correction: ")
    assert "77 seconds" in last["text"]
    assert last["turn"]["citations"][0]["title"] in last["text"]
    cited = last["turn"]["citations"][0]
    article = visitor.client.get(f"/v1/articles/{cited['article_id']}?version={cited['version']}").json()
    assert article["text"][cited["start"] : cited["end"]] == cited["quote"]
    assert scene.waiting() == 0
    assert "Nothing to put right" in scene.page()


def test_a_closed_chat_becomes_a_task_in_the_queue(scene: Scene) -> None:
    visitor, agent = scene.told(*RESET_1), scene.served.staff()
    ticket = visitor.hand_off()["ticket"]["id"]
    assert agent.client.post(f"/v1/tickets/{ticket}/resolve", json={}).status_code == 200
    scene.edit("reset-hub-1", "seconds", "minutes")
    page = scene.page()
    assert "closed" in page
    assert "Send correction" not in page
    refused = scene.editor.client.post("/v1/recalls", json={"findings": scene.ids(), "action": "correction"})
    assert refused.status_code == 409
    done = scene.put_right()
    assert (done["corrections"], done["already"]) == (0, 0)
    (task,) = agent.client.get("/v1/tickets").json()["tickets"]
    assert (task["reason"], task["conversation_id"]) == ("answer_corrected", visitor.id)
    assert "Answer to correct" in agent.client.get("/console").text


def test_of_an_article_that_is_internal_now_no_word_reaches_the_customer(scene: Scene) -> None:
    visitor = scene.told(*RETURNS)
    before = visitor.read()["messages"]
    scene.edit("returns-us", "visibility: public\n", "visibility: internal\n")
    scene.edit("returns-us", "You have 30 days", f"{SECRET} You have 14 days")
    page = scene.page()
    assert "Internal now" in page
    assert "persimmon" not in page
    assert scene.put_right(action="correction")["corrections"] >= 1
    for told in visitor.read()["messages"][len(before) :]:
        assert told["text"].startswith("Correction: ")
        assert told["turn"]["citations"] == []
    assert "persimmon" not in str(visitor.read())


def test_findings_of_nobody_change_nothing(scene: Scene) -> None:
    assert scene.put_right("0" * 24) == {"corrections": 0, "tasks": 0, "already": 1}
    for wrong in ({"findings": []}, {"findings": ["nonsense"]}, {"findings": ["0" * 24], "action": "delete"}):
        assert scene.editor.client.post("/v1/recalls", json=wrong).status_code == 422
