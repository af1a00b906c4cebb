"""What a build embeds, keeps, removes and reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb_ingest import build
from kb_ingest.erase import Place
from kb_ingest.publish import Locked, NothingToRollBackTo, Store
from tests.hashing_embedder import HashingEmbedder


def write(folder: Path, article_id: str, text: str, status: str = "published", more: str = "") -> None:
    folder.mkdir(exist_ok=True)
    front = f"---\nid: {article_id}\ntitle: About {article_id}\nstatus: {status}\n{more}---\n"
    (folder / f"{article_id}.md").write_text(front + text, encoding="utf-8")


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    write(tmp_path / "kb", "hub", "Intro of the hub.\n\n## Reset\nHold the button.\n\n## Light\nIt is green.")
    write(tmp_path / "kb", "lock", "The lock has batteries.")
    return tmp_path / "kb"


def run(kb: Path, **options: bool) -> tuple[build.BuildReport, HashingEmbedder]:
    embedder = HashingEmbedder()
    return build.build([kb], kb.parent / "index", embedder, **options), embedder


def every_file(folder: Path) -> dict[Path, tuple[int, int]]:
    return {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.rglob("*") if path.is_file()}


def test_first_build_publishes_every_passage(kb: Path) -> None:
    report, _ = run(kb)
    assert (report.articles, report.passages, report.embedded, report.reused) == (2, 4, 4, 0)
    found = Store(kb.parent / "index").current()
    assert found.generation == report.generation
    assert sorted(found.articles) == ["hub", "lock"]


def test_unchanged_library_writes_nothing(kb: Path) -> None:
    first, _ = run(kb)
    before = every_file(kb.parent / "index" / "generations")
    again, embedder = run(kb)
    assert again.generation == first.generation
    assert embedder.encoded == []
    assert every_file(kb.parent / "index" / "generations") == before


def test_edit_embeds_only_the_changed_passage(kb: Path) -> None:
    run(kb)
    write(kb, "hub", "Intro of the hub.\n\n## Reset\nHold the button.\n\n## Light\nIt is red.")
    report, embedder = run(kb)
    assert embedder.encoded == ["About hub › Light\nIt is red."]
    assert (report.embedded, report.reused, report.removed) == (1, 3, 1)


def test_full_build_embeds_everything_again(kb: Path) -> None:
    run(kb)
    report, embedder = run(kb, full=True)
    assert len(embedder.encoded) == report.embedded == 4


def test_archived_article_is_gone_with_a_receipt_and_comes_back_the_same(kb: Path) -> None:
    first, _ = run(kb)
    write(kb, "lock", "The lock has batteries.", status="archived")
    report, _ = run(kb)
    (receipt,) = report.receipts
    removed = {place.place: place.removed for place in receipt.places}
    assert receipt.article_id == "lock"
    assert (receipt.generation_before, receipt.generation_after) == (first.generation, report.generation)
    assert removed[Place.VECTORS] == removed[Place.LEXICAL] == removed[Place.CHUNKS] == 1
    assert removed[Place.ARTICLE_VERSIONS] == removed[Place.VECTOR_CACHE] == 1
    assert run(kb)[0].receipts == ()
    write(kb, "lock", "The lock has batteries.")
    assert run(kb)[0].generation == first.generation


def test_a_receipt_tells_how_many_questions_an_article_was_pinned_to(kb: Path) -> None:
    write(kb, "lock", "The lock has batteries.", more="pinned_for: [which, batteries]\nquestions: [size?]\n")
    run(kb)
    write(kb, "lock", "The lock has batteries.", status="archived")
    (receipt,) = run(kb)[0].receipts
    removed = {place.place: place.removed for place in receipt.places}
    assert (removed[Place.PINNED], removed[Place.QUESTIONS]) == (2, 3)


def test_article_deleted_and_later_archived_leaves_older_generations_too(kb: Path) -> None:
    run(kb)
    (kb / "lock.md").unlink()
    run(kb)
    write(kb, "lock", "The lock has batteries.", status="archived")
    report, _ = run(kb)
    assert [receipt.article_id for receipt in report.receipts] == ["lock"]
    store = Store(kb.parent / "index")
    assert all("lock" not in store.open(generation).articles for generation in store.kept())


def test_forgotten_article_is_gone_and_unknown_one_is_named(kb: Path) -> None:
    run(kb)
    receipt = build.forget(kb.parent / "index", "lock")
    assert receipt.generation_after == Store(kb.parent / "index").generation_id()
    assert list(Store(kb.parent / "index").current().articles) == ["hub"]
    with pytest.raises(build.UnknownArticle, match="lock"):
        build.forget(kb.parent / "index", "lock")


def test_questions_are_embedded_once_and_go_with_their_article(kb: Path) -> None:
    asked = "---\nid: {0}\ntitle: About {0}\nquestions:\n  - what about the {0}\nunanswered:\n  - {0}?\n---\n{1}"
    (kb / "lock.md").write_text(asked.format("lock", "The lock has batteries."), encoding="utf-8")
    (kb / "siren.md").write_text(asked.format("siren", "The siren is loud."), encoding="utf-8")
    report, embedder = run(kb)
    assert (report.passages, report.embedded) == (5, 5)
    assert embedder.encoded[-4:] == ["what about the siren", "what about the lock", "siren?", "lock?"]
    store = Store(kb.parent / "index")
    receipt = build.forget(kb.parent / "index", "lock")
    removed = {place.place: place.removed for place in receipt.places}
    assert (removed[Place.QUESTIONS], removed[Place.VECTORS], removed[Place.VECTOR_CACHE]) == (2, 1, 3)
    rest = store.current()
    for questions in (rest.asked.foreseen, rest.asked.unanswered):
        assert [list(rest.articles)[owner] for owner in questions.owners] == ["siren"]
    digest = HashingEmbedder.digest
    assert store.vectors.get_many(digest, ["lock?", "siren?"])[0] is None
    assert store.vectors.get_many(digest, ["lock?", "siren?"])[1] is not None


def test_an_edit_of_the_questions_alone_is_a_generation_of_its_own(kb: Path) -> None:
    before, _ = run(kb)
    text = (kb / "lock.md").read_text(encoding="utf-8").replace("status:", "questions: [is it locked]\nstatus:")
    (kb / "lock.md").write_text(text, encoding="utf-8")
    after, embedder = run(kb)
    assert after.generation != before.generation
    assert embedder.encoded == ["is it locked"]
    assert (after.embedded, after.removed) == (0, 0)


def test_old_version_can_still_be_opened_as_it_was_cited(kb: Path) -> None:
    run(kb)
    store = Store(kb.parent / "index")
    cited = store.current().articles["lock"]
    write(kb, "lock", "The lock has new batteries.")
    run(kb)
    assert store.article("lock", cited.version) == cited
    assert store.article("lock", "../../x") is None


def test_rollback_goes_back_one_generation_at_a_time(kb: Path) -> None:
    generations = []
    for color in ("green", "red", "blue"):
        write(kb, "lock", f"The light is {color}.")
        generations.append(run(kb)[0].generation)
    store = Store(kb.parent / "index")
    assert [store.rollback(), store.rollback()] == [generations[1], generations[0]]
    assert "green" in store.current().articles["lock"].text
    with pytest.raises(NothingToRollBackTo):
        store.rollback()


def test_only_the_last_five_generations_are_kept(kb: Path) -> None:
    for number in range(7):
        write(kb, "lock", f"Version {number}.")
        run(kb)
    store = Store(kb.parent / "index")
    assert len(store.kept()) == 5
    assert len(list((kb.parent / "index" / "generations").iterdir())) == 5
    assert store.current().articles["lock"].text == "Version 6."


def test_second_builder_is_told_to_wait(kb: Path) -> None:
    run(kb)
    with Store(kb.parent / "index").building(), pytest.raises(Locked):
        run(kb)


def test_sources_without_an_article_change_nothing(kb: Path, tmp_path: Path) -> None:
    first, _ = run(kb)
    (tmp_path / "empty").mkdir()
    with pytest.raises(build.NothingToBuild):
        build.build([tmp_path / "empty"], kb.parent / "index", HashingEmbedder())
    assert Store(kb.parent / "index").generation_id() == first.generation


def test_difference_names_articles_by_what_would_happen(kb: Path) -> None:
    run(kb)
    write(kb, "lamp", "A lamp.")
    write(kb, "hub", "Changed.")
    write(kb, "lock", "The lock has batteries.", status="archived")
    difference = build.diff([kb], kb.parent / "index")
    assert (difference.added, difference.changed, difference.archived) == (("lamp",), ("hub",), ("lock",))
    assert difference.removed == ()
