"""What the fit is made from: never the test split, no dialogue on both sides, of telling turns only those that ask
nothing."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from bot.assemble import build_responder
from bot.assist.suggest import Sources
from bot.casebook import case_file
from bot.casebook.case import Kind, Split
from bot.settings import Settings
from eval import needed_fit
from eval.dialogue_fit import is_fitted
from eval.shared_sets import SharedQuestion, read_turns
from tests.conftest import ROOT
from tests.unit.bot.decision.conftest import KEPT


@pytest.fixture(scope="module")
def sources(small_index: Path) -> Sources:
    return Sources.of(build_responder(Settings(index_dir=small_index, data_dir=KEPT)))


def test_the_test_split_is_left_out_of_the_fit(sources: Sources) -> None:
    cases = case_file.read([ROOT / "data" / "eval"])
    some = [case for case in cases if case.kind is Kind.ANSWERABLE][:6]
    people = [case for case in cases if case.kind is Kind.ASKS_PERSON][:4]
    missing = [case for case in cases if case.kind is Kind.MISSING_FACT][:3]
    found = list(needed_fit.of_cases(sources, [*some, *people, *missing]))
    assert [each.needed for each in found] == [True] * len(some) + [False] * len(people)
    assert [each.fits for each in found] == [case.belongs_to is Split.TUNE for case in (*some, *people)]


def test_turns_of_one_dialogue_stay_together_and_those_that_ask_are_no_sample(tmp_path: Path, sources: Sources) -> None:
    said = [("a<TURN>1", "my number is 12", "contentonly"), ("b<TURN>0", "reset my hub", "softwareupdate"),
            ("a<TURN>3", "it is the red one", "contentonly")]  # fmt: skip
    (tmp_path / "turns").mkdir()
    with gzip.open(tmp_path / "turns" / "turns.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"id": turn, "text": text, "intent": kind}) + "\n" for turn, text, kind in said)
    turns = read_turns("turns", tmp_path)
    assert [each.text for each in turns[2].context] == ["my number is 12"]
    found = list(needed_fit.of_telling(sources, turns))
    assert [(each.needed, each.fits) for each in found] == [(False, is_fitted("a"))] * 2


def test_small_talk_is_no_sample_and_other_bases_are_not_fitted_on(sources: Sources) -> None:
    asked = [SharedQuestion("1", "thanks!", (), (), ""), SharedQuestion("2", "Is Hub 2 waterproof?", ("a",), (), "")]
    (found,) = needed_fit.of_dialogues(sources, asked)
    assert (found.needed, found.fits) == (True, is_fitted("Is Hub 2 waterproof?"))
    (other,) = needed_fit.of_answerable(sources, "another base", asked)
    assert (other.kind, other.needed, other.fits) == ("another base", True, False)
