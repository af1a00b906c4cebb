"""The tune/test split: by article, stable, written into the files, and right in the committed ones."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from bot.casebook import case_file
from bot.casebook.case import Split, split_of
from eval import split
from tests.unit.bot.casebook.test_case_file import GOOD, written
from tests.unit.eval.examples import case

CASES = Path("data/eval")


def test_the_split_is_the_parity_of_the_hash_of_the_first_article() -> None:
    # From `printf returns-us | sha256sum` and so on: fixed, so that a change of the rule cannot pass unnoticed.
    assert [split_of(name) for name in ("returns-us", "returns-eu")] == [Split.TUNE, Split.TEST]


def test_cases_of_one_article_stand_in_one_split() -> None:
    assert case(id="a").belongs_to is case(id="b", articles=("returns-us", "other")).belongs_to


def test_writing_the_split_twice_changes_nothing_the_second_time(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD, GOOD | {"id": "other"})
    assert split.write(path) == 2
    first = path.read_bytes()
    assert split.write(path) == 0
    assert path.read_bytes() == first
    assert split.wrong(case_file.read([path])) == ()


def test_a_wrong_split_is_found_and_mended_and_the_rest_of_the_line_kept(tmp_path: Path) -> None:
    right = split_of("returns-uk")
    false = Split.TUNE if right is Split.TEST else Split.TEST
    path = written(tmp_path, GOOD | {"split": false})
    assert [found.id for found in split.wrong(case_file.read([path]))] == ["ret-1"]
    split.write(path)
    assert json.loads(path.read_text(encoding="utf-8")) == GOOD | {"split": right}


def test_the_committed_cases_carry_their_split() -> None:
    cases = case_file.read([CASES])
    assert [f"{found.file}:{found.line}" for found in split.wrong(cases)] == []
    # Those written after it had been seen what the code gets wrong are of the tune split only.
    both = [found for found in cases if not found.file.startswith("e_")]
    assert {found.belongs_to for found in cases if found not in both} == {Split.TUNE}
    counts = Counter(found.belongs_to for found in both)
    assert min(counts.values()) > 0.4 * len(both)
