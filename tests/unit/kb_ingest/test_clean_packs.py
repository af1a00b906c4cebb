"""Proves on two published help centres, as they are, that cleaning keeps every sentence and no markup, and that their
health is told in a minute."""

from __future__ import annotations

import gzip
import json
import re
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kb_ingest.cli import app
from kb_ingest.library import read

_DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
# The packs took their sentences with `<...>`, `_` and `*` cut out everywhere, also where they are content
# (`<Domain>`, `HKEY_LOCAL_MACHINE`), and with a space where an attribute list stood: both sides are cut
# alike.
_CUT = re.compile(r"<[^<>]*>|[\\*_\s\u200b-\u200d\u2060]")


@dataclass(frozen=True)
class Pack:
    folder: Path
    rows: list[dict]
    texts: dict[str, str]
    patterns: list[re.Pattern[str]]

    def sentences(self) -> list[tuple[str, str]]:
        # Lines that are themselves an image directive are no sentences: the same pack forbids them to
        # survive.
        return [(row["id"], one) for row in self.rows for one in row["must_have"] if not one.startswith(":::")]


@pytest.fixture(scope="module", params=["duckduckgo_help", "office_support"])
def pack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    source = _DATA / request.param
    if not (source / "ingest.jsonl.gz").exists():
        pytest.skip(f"the public data is not here: {source}")
    folder = tmp_path_factory.mktemp(request.param)
    with gzip.open(source / "ingest.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for row in rows:
        path = folder / row["id"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(row["raw"], encoding="utf-8")
    library = read([folder], date(2026, 1, 1))
    patterns = json.loads((source / "meta.json").read_text())["ingest_must_not_regex"]
    texts = {article.id: article.text for article in library.articles}
    return Pack(folder, rows, texts, [re.compile(pattern, re.MULTILINE) for pattern in patterns])


def _share_kept(pack: Pack, cut: re.Pattern[str], by: str) -> tuple[float, list[tuple[str, str]]]:
    flat = {name: cut.sub(by, text) for name, text in pack.texts.items()}
    sentences = pack.sentences()
    lost = [(name, one) for name, one in sentences if cut.sub(by, one).strip() not in flat.get(name, "")]
    return 1 - len(lost) / len(sentences), lost


def test_sentences_survive(pack: Pack) -> None:
    share, lost = _share_kept(pack, _CUT, "")
    assert share >= 0.995, lost


def test_nearly_all_sentences_survive_letter_by_letter(pack: Pack) -> None:
    share, lost = _share_kept(pack, re.compile(r"\s+"), " ")
    assert share >= 0.93, lost


def test_no_markup_survives(pack: Pack) -> None:
    found = [(name, pattern.pattern) for name, text in pack.texts.items() for pattern in pack.patterns
             if pattern.search(text)]  # fmt: skip
    assert found == []


def test_headings_survive_or_are_the_title(pack: Pack) -> None:
    wanted = [(row["id"], heading, row["title"]) for row in pack.rows for heading in row["headings"]]
    lost = [one for one in wanted if one[1] not in pack.texts[one[0]] and one[1].lower() != one[2].lower()]
    assert len(lost) <= 0.005 * len(wanted), lost


def test_every_article_with_text_is_in(pack: Pack) -> None:
    assert {row["id"] for row in pack.rows if row["must_have"]} <= pack.texts.keys()


@pytest.mark.full
def test_the_health_of_a_pack_is_told_within_a_minute(pack: Pack) -> None:
    started = time.process_time()
    done = CliRunner().invoke(app, ["health", "--source", str(pack.folder), "--json"])
    seconds = time.process_time() - started
    report = json.loads(done.stdout)
    print(f"{report['articles']} articles, {len(report['findings'])} findings listed, {seconds:.1f} s of CPU")
    assert report["articles"] == len(pack.texts)
    assert len({each["kind"] for each in report["findings"]}) >= 5
    assert seconds <= 60
