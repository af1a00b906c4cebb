"""Promise 24: a new generation goes live without a failed request; every answer names the one it came from."""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from kb_ingest import build as building
from tests.conftest import ROOT, SAMPLE
from tests.patience import until, until_live
from tests.served import Served, encoder, serving

SECRET = "The code word of the week is persimmon."


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A folder of articles that a test may edit."""
    folder = tmp_path / "kb"
    folder.mkdir()
    for path in (ROOT / "data" / "kb").rglob("*.md"):
        if path.stem in SAMPLE[:6]:
            shutil.copy(path, folder)
    return folder


def _index(base: Path, small_index: Path, folder: Path) -> Path:
    """The first generation of these articles."""
    index = Path(shutil.copytree(small_index, folder / "index"))  # the vectors are there already
    building.build([base], index, encoder())
    return index


def _edit(base: Path, number: int) -> None:
    article = base / "reset-hub-2.md"
    head, _, rest = article.read_text().partition("\n---\n")
    kept = rest.partition("\n## Edition\n")[0]
    article.write_text(f"{head}\n---\n{kept}\n## Edition\nThis is edition {number} of the article.\n")


Answered = tuple[str, tuple[str, ...]]
"""Of an answer in a chat, the generation that it names and the versions that it cites."""


@dataclass(frozen=True)
class Swapped:
    """What came back while generations swapped: those that were found in and those built; of answers in chats the
    generation and the versions of what they cite."""

    statuses: Counter[int]
    searched: set[str]
    answered: set[Answered]
    built: set[str]


def _swap_under_load(served: Served, base: Path, index: Path, swaps: int) -> Swapped:
    statuses, seen, answered, built = list[int](), set[str](), set[Answered](), set[str]()
    stop = threading.Event()

    def search() -> None:
        client = served.client()
        while not stop.is_set():
            answer = client.post("/v1/search", json={"query": "which edition of the reset article", "k": 3})
            statuses.append(answer.status_code)
            seen.add(answer.json()["generation"])

    def ask() -> None:
        while not stop.is_set():
            answer = served.visitor().say("How do I factory reset Hub 2?")
            statuses.append(answer.status_code)
            turn = answer.json()["reply"]["turn"]
            assert turn["decision"] == "answer"
            answered.add((turn["generation"], tuple(cited["version"] for cited in turn["citations"])))

    threads = [threading.Thread(target=target) for target in (search, ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(swaps):
        _edit(base, number)
        newest = building.build([base], index, encoder()).generation
        built.add(newest)
        until_live(served.client(), newest)
        until(partial(_named, newest, answered))
    stop.set()
    for thread in threads:
        thread.join(30)
    return Swapped(Counter(statuses), seen, answered, built)


def _named(generation: str, answered: set[Answered]) -> bool:
    return any(generation == named for named, _ in answered.copy())


def _scene(base: Path, small_index: Path, tmp_path: Path, swaps: int) -> None:
    index = _index(base, small_index, tmp_path)
    with serving(index, tmp_path / "data") as served:
        first = served.client().get("/readyz").json()["generation"]
        swapped = _swap_under_load(served, base, index, swaps)
    print(
        f"{swaps} swaps under {dict(swapped.statuses)}: {len(swapped.searched)} generations found something, "
        f"{len(swapped.answered)} answered in chats"
    )
    assert set(swapped.statuses) == {200, 201}
    assert len(swapped.built) == swaps
    assert swapped.searched <= swapped.built | {first}, "a result named a generation that was never published"
    assert len(swapped.searched) > swaps // 2
    told, texts = zip(*swapped.answered, strict=True)
    assert swapped.built <= set(told) <= swapped.built | {first}
    assert len(set(told)) == len(set(texts)) == len(swapped.answered), "one named a generation and told of another"


def test_generations_swap_under_load_without_a_failed_request(base: Path, small_index: Path, tmp_path: Path) -> None:
    _scene(base, small_index, tmp_path, swaps=3)


@pytest.mark.full
@pytest.mark.timeout(900)
def test_fifty_generations_swap_under_load(base: Path, small_index: Path, tmp_path: Path) -> None:
    _scene(base, small_index, tmp_path, swaps=50)


def test_a_reclassified_or_removed_article_is_gone_with_the_next_generation(
    base: Path, small_index: Path, tmp_path: Path
) -> None:
    article = base / "hub-offline.md"
    article.write_text(article.read_text() + f"\n## Code word\n{SECRET}\n")
    index = _index(base, small_index, tmp_path)
    with serving(index, tmp_path / "data") as served:
        client = served.client()
        found = client.post("/v1/search", json={"query": "code word of the week"})
        assert SECRET in found.text
        version = found.json()["passages"][0]["version"]
        cited = f"/v1/articles/hub-offline?version={version}"
        assert client.get(cited).status_code == 200
        article.write_text(article.read_text().replace("visibility: public", "visibility: internal"))
        until_live(served.client(), building.build([base], index, encoder()).generation)
        for text in (client.post("/v1/search", json={"query": SECRET, "k": 20}).text, client.get(cited).text):
            assert "persimmon" not in text
        agent = served.staff().client
        assert SECRET in agent.post("/v1/search", json={"query": SECRET}).text
        assert agent.get(cited).json()["current"] is False
        article.unlink()
        until_live(served.client(), building.build([base], index, encoder()).generation)
        assert SECRET not in agent.post("/v1/search", json={"query": SECRET, "k": 20}).text
        assert agent.get(cited).status_code == 404
