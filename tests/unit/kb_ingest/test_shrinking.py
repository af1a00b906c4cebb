"""A build or a rollback that takes most of the articles out of service, and those that are no slip."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from kb_ingest import build
from kb_ingest.publish import NothingToRollBackTo, Store
from kb_ingest.shrinking import warn_of_much
from tests.hashing_embedder import HashingEmbedder
from tests.unit.kb_ingest.test_build import write
from tests.unit.kb_ingest.test_cli import command, program

TWELVE = [f"about-{number:02}" for number in range(12)]


def publish(folder: Path, index: Path, names: Sequence[str]) -> build.BuildReport:
    for name in names:
        write(folder, name, f"What is said about {name}.")
    return build.build([folder], index, HashingEmbedder())


def test_a_wrong_source_is_said_and_can_be_taken_back(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    index = tmp_path / "index"
    whole = publish(tmp_path / "kb", index, TWELVE)
    assert (whole.articles_removed, caplog.messages) == (0, [])
    assert publish(tmp_path / "one", index, TWELVE[:1]).articles_removed == 11
    (said,) = caplog.messages
    assert said.startswith("build takes 11 of the 12 articles in service away (about-01, about-02, about-03, …)")
    Store(index).rollback()
    assert len(Store(index).current().articles) == 12


def test_a_first_build_a_small_base_half_of_a_large_one_and_archived_articles_are_not_worth_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert publish(tmp_path / "one", tmp_path / "new", TWELVE[:1]).articles == 1
    publish(tmp_path / "five", tmp_path / "small", TWELVE[:5])
    assert publish(tmp_path / "one", tmp_path / "small", TWELVE[:1]).articles_removed == 4
    publish(tmp_path / "kb", tmp_path / "large", TWELVE)
    assert publish(tmp_path / "half", tmp_path / "large", TWELVE[:6]).articles_removed == 6
    publish(tmp_path / "kb", tmp_path / "index", TWELVE)
    for name in TWELVE[1:]:
        write(tmp_path / "kb", name, "Over.", status="archived")
    assert publish(tmp_path / "kb", tmp_path / "index", TWELVE[:1]).articles == 1
    assert caplog.messages == []


def test_half_is_the_limit(caplog: pytest.LogCaptureFixture) -> None:
    warn_of_much("build", range(10), TWELVE[:5])
    assert caplog.messages == []
    warn_of_much("build", range(10), TWELVE[:6])
    assert "6 of the 10" in caplog.messages[0]


def test_a_rollback_to_much_less_says_so_and_one_to_nothing_is_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    index = tmp_path / "index"
    publish(tmp_path / "one", index, ["yearly-service"])
    publish(tmp_path / "kb", index, ["yearly-service", *TWELVE])
    build.forget(index, "yearly-service")
    with pytest.raises(NothingToRollBackTo, match="has articles"):
        Store(index).rollback()
    assert len(Store(index).current().articles) == 12
    caplog.clear()
    publish(tmp_path / "two", tmp_path / "other", TWELVE[:2])
    publish(tmp_path / "kb", tmp_path / "other", TWELVE)
    Store(tmp_path / "other").rollback()
    assert "rollback takes 11 of the 13 articles" in caplog.messages[0]


def test_a_rollback_passes_over_a_generation_without_articles(tmp_path: Path) -> None:
    index = tmp_path / "index"
    publish(tmp_path / "kb", index, TWELVE[:2])
    publish(tmp_path / "one", index, ["yearly-service"])
    publish(tmp_path / "more", index, [*TWELVE[:3], "yearly-service"])
    build.forget(index, "yearly-service")
    Store(index).rollback()
    assert sorted(Store(index).current().articles) == TWELVE[:2]


def test_the_command_says_how_many(tmp_path: Path) -> None:
    index = tmp_path / "index"
    publish(tmp_path / "kb", index, TWELVE)
    done = program("build", "--source", tmp_path / "kb" / f"{TWELVE[0]}.md", "--index", index)
    assert done.returncode == 0
    assert "11 of the 12 articles" in done.stderr
    assert ", 11 articles out of service, " in done.stdout
    assert done.stdout.count("\n") == 1, "a log has the numbers in one line"


@pytest.mark.parametrize("line", [("rollback",), ("forget", "lamp"), ("diff", "--source", ".")])
def test_a_mistyped_index_is_named_and_not_made(line: tuple[str, ...], tmp_path: Path) -> None:
    index = tmp_path / "nope"
    done = command(*line, "--index", index)
    assert not index.exists()
    if line[0] != "diff":
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"There is no index {index}.\n"
