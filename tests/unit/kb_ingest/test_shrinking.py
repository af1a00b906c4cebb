"""A build or a rollback that would take most of the articles out of service, and those that are no slip."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from kb_ingest import build
from kb_ingest.publish import NothingToRollBackTo, Store
from kb_ingest.shrinking import TakesMuchAway, refuse_unmeant
from tests.hashing_embedder import HashingEmbedder
from tests.unit.kb_ingest.test_build import write
from tests.unit.kb_ingest.test_cli import command

TWELVE = [f"about-{number:02}" for number in range(12)]


def publish(folder: Path, index: Path, names: Sequence[str], **options: bool) -> build.BuildReport:
    for name in names:
        write(folder, name, f"What is said about {name}.")
    return build.build([folder], index, HashingEmbedder(), **options)


def test_the_wrong_source_changes_nothing_until_somebody_says_that_it_is_meant(tmp_path: Path) -> None:
    index = tmp_path / "index"
    whole = publish(tmp_path / "kb", index, TWELVE)
    assert whole.articles_removed == 0
    with pytest.raises(TakesMuchAway, match=r"^build would take 11 of the 12 articles in service away \(about-01, "):
        publish(tmp_path / "one", index, TWELVE[:1])
    assert Store(index).generation_id() == whole.generation
    assert publish(tmp_path / "one", index, TWELVE[:1], may_shrink=True).articles_removed == 11


def test_a_first_build_a_small_base_and_half_of_a_large_one_need_no_yes(tmp_path: Path) -> None:
    assert publish(tmp_path / "one", tmp_path / "new", TWELVE[:1]).articles == 1
    publish(tmp_path / "five", tmp_path / "small", TWELVE[:5])
    assert publish(tmp_path / "one", tmp_path / "small", TWELVE[:1]).articles_removed == 4
    publish(tmp_path / "kb", tmp_path / "large", TWELVE)
    assert publish(tmp_path / "half", tmp_path / "large", TWELVE[:6]).articles_removed == 6


def test_articles_that_are_archived_are_no_slip(tmp_path: Path) -> None:
    publish(tmp_path / "kb", tmp_path / "index", TWELVE)
    for name in TWELVE[1:]:
        write(tmp_path / "kb", name, "Over.", status="archived")
    assert publish(tmp_path / "kb", tmp_path / "index", TWELVE[:1]).articles == 1


def test_half_is_the_limit() -> None:
    refuse_unmeant("build", range(10), TWELVE[:5])
    with pytest.raises(TakesMuchAway, match="6 of the 10"):
        refuse_unmeant("build", range(10), TWELVE[:6])


def test_a_rollback_to_much_less_asks_and_one_to_nothing_is_refused(tmp_path: Path) -> None:
    index = tmp_path / "index"
    publish(tmp_path / "one", index, ["yearly-service"])
    whole = publish(tmp_path / "kb", index, ["yearly-service", *TWELVE])
    with pytest.raises(TakesMuchAway, match="rollback would take 12 of the 13 articles"):
        Store(index).rollback()
    build.forget(index, "yearly-service")
    left = Store(index).generation_id()
    assert left != whole.generation
    with pytest.raises(NothingToRollBackTo, match="has articles"):
        Store(index).rollback(may_shrink=True)
    assert len(Store(index).current().articles) == 12


def test_a_rollback_passes_over_a_generation_without_articles(tmp_path: Path) -> None:
    index = tmp_path / "index"
    publish(tmp_path / "kb", index, TWELVE[:2])
    publish(tmp_path / "one", index, ["yearly-service"])
    publish(tmp_path / "more", index, [*TWELVE[:3], "yearly-service"])
    build.forget(index, "yearly-service")
    Store(index).rollback()
    assert sorted(Store(index).current().articles) == TWELVE[:2]


def test_the_commands_say_how_many_and_go_on_with_yes(tmp_path: Path) -> None:
    index = tmp_path / "index"
    publish(tmp_path / "kb", index, TWELVE)
    one = tmp_path / "kb" / f"{TWELVE[0]}.md"
    asked = command("build", "--source", one, "--index", index)
    assert (asked.returncode, asked.stdout) == (2, "")
    assert "11 of the 12 articles" in asked.stderr
    assert "--yes" in asked.stderr
    done = command("build", "--source", one, "--index", index, "--yes")
    assert done.returncode == 0
    assert "1 articles, " in done.stdout
    assert ", 11 articles out of service, " in done.stdout
    assert done.stdout.count("\n") == 1, "a log has the numbers in one line"
    assert command("rollback", "--index", index).returncode == 0
    publish(tmp_path / "thirteen", tmp_path / "other", TWELVE[:1])
    publish(tmp_path / "kb", tmp_path / "other", TWELVE)
    assert command("rollback", "--index", tmp_path / "other").returncode == 2
    assert command("rollback", "--index", tmp_path / "other", "--yes").returncode == 0


@pytest.mark.parametrize("line", [("rollback",), ("forget", "lamp"), ("diff", "--source", ".")])
def test_a_mistyped_index_is_named_and_not_made(line: tuple[str, ...], tmp_path: Path) -> None:
    index = tmp_path / "nope"
    done = command(*line, "--index", index)
    assert not index.exists()
    if line[0] != "diff":
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"There is no index {index}.\n"
