"""Owns: the bench measures both sides for real and judges what it measured. Refuses to judge this machine."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.bench import corpus, load, plain
from eval.bench.cli import app
from eval.bench.corpus import Corpus, Text
from eval.bench.measure import Good, Pair, Verdict, percentile, row
from eval.bench.sameness import Sameness
from tests.served import Served

KB = Path("data/kb")


def test_time_ratio_is_how_often_ours_fits_into_the_baseline() -> None:
    measured = row("query", "ms", Good.LESS_TIME, [Pair(2, 10), Pair(4, 12), Pair(1, 9)], 4)
    assert (measured.ours, measured.plain, measured.ratio, measured.rounds) == (2, 10, 5, 3)
    assert measured.verdict is Verdict.OK


def test_a_ratio_below_its_target_falls_short() -> None:
    assert row("x", "1/s", Good.MORE_WORK, [Pair(34, 10)], 3.5).verdict is Verdict.SHORT
    assert row("x", "MB", Good.SMALL_SHARE, [Pair(61, 100)], 0.6).verdict is Verdict.SHORT
    assert row("x", "MB", Good.SMALL_SHARE, [Pair(60, 100)], 0.6).verdict is Verdict.OK
    assert row("x", "MB", Good.SMALL_SHARE, [Pair(60, 100)]).verdict is Verdict.NO_TARGET


def test_a_good_processor_ratio_does_not_hide_a_slow_clock() -> None:
    measured = row("x", "s", Good.LESS_TIME, [Pair(10, 10, 1, 9)], 2)
    assert measured.cpu_ratio == 9
    assert measured.verdict is Verdict.SHORT


def test_percentiles_are_by_nearest_rank() -> None:
    values = [float(value) for value in range(100, 0, -1)]
    assert [percentile(values, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 100]
    assert percentile([7.0], 0.99) == 7


def test_no_question_is_asked_twice() -> None:
    asked = list(itertools.islice(corpus.fresh(["a?", "b?", "c?"]), 200))
    assert asked[:3] == ["a?", "b?", "c?"]
    assert len(set(asked)) == 200


def test_each_edit_changes_one_article_and_differs_from_the_last() -> None:
    found = Corpus("x", tuple(Text(str(number), "t", "body") for number in range(3)), ("q",))
    edits = [found.edited(number) for number in range(6)]
    changed = [sum(new != old for new, old in zip(edit, found.articles, strict=True)) for edit in edits]
    assert changed == [1] * 6
    assert len(set(edits)) == 6


def test_both_sides_read_public_published_articles_only() -> None:
    found = corpus.read(KB, 0)
    assert len(found.articles) > 100
    assert not [article.id for article in found.articles if article.id.startswith("int-")]
    assert len(corpus.read(KB, 3).articles) == 3
    assert len(found.questions) > 500


def test_the_baselines_passages_have_the_usual_size() -> None:
    passages = plain.split(corpus.read(KB, 10).articles)
    assert max(len(passage["text"]) for passage in passages) <= plain.CHARACTERS
    assert len(passages) > 20


def test_the_baselines_service_loads_nothing_that_it_does_not_use() -> None:
    code = "import sys, eval.bench.plain_search; print('\\n'.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"bs4", "kb_ingest.build", "kb_ingest.library", "bot.serve", "typer"}.isdisjoint(run.stdout.split())
    assert "faiss" in run.stdout.split()


def test_every_question_is_answered_or_nothing_is_measured(service: Served) -> None:
    port = int(service.url.rpartition(":")[2])
    fired = load.fire(port, "/v1/search", [f"How do I reset hub {number}?" for number in range(6)], 2)
    assert len(fired.latencies) == 6
    assert fired.seconds >= max(fired.latencies)
    with pytest.raises(load.NotAnswered):
        load.fire(port, "/v1/search", ["fine", ""], 1)


def test_one_different_byte_is_seen() -> None:
    assert Sameness(20, 1, 0, 0, 24).kept
    assert not any(same.kept for same in (Sameness(20, 2, 0, 0, 9), Sameness(20, 1, 1, 0, 9), Sameness(20, 1, 0, 1, 9)))


@pytest.mark.full
@pytest.mark.timeout(600)  # it starts seven processes; half a minute on a machine of its own
def test_a_quick_run_measures_everything_and_writes_it(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    run = CliRunner().invoke(app, ["--quick", "--source", str(KB), "--out", str(out)], catch_exceptions=False)
    found = json.loads(out.read_text())
    same = found["sameness"]
    assert run.exit_code == (0 if same["kept"] else 1), run.output
    assert (same["different"], same["after_restart"]) == (1, 0)
    names = [measured["name"] for measured in found["rows"]]
    assert {"embedding", "full ingestion", "edit of one article", "start to first answer"} < set(names)
    assert {"query p50, 1 client", "query p99, 8 clients", "throughput, 32 clients"} < set(names)
    assert all(measured["ours"] > 0 and measured["plain"] > 0 for measured in found["rows"])
    judged = {measured["name"] for measured in found["rows"] if measured["verdict"] != Verdict.NO_TARGET}
    assert len(judged) == 6
