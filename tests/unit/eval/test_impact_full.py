"""The gate against the truth: planted edits of the sample base, the cases in reach against asking every case again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.settings import Settings
from eval import case_file
from eval.edits import kept, planted
from eval.edits.kept import Before
from eval.edits.planted import Edit, EditKind
from eval.impact import Impact, edited
from eval.parts import Workshop, workshop
from kb_ingest import library
from kb_ingest.article import Article, Status

pytestmark = pytest.mark.full
KB, CASES, SEED, EACH = Path("data/kb"), (Path("data/eval"),), 7, 9
EVERY = 4
"""Of the cases, one in so many is asked again for the truth: all of them take minutes an edit on a busy machine."""
NO_CONTRADICTION = {EditKind.COSMETIC, EditKind.MOVED_SECTION, EditKind.NEAR_DUPLICATE, EditKind.RENAMED_PRODUCT}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    kept_here = Path("var/eval")
    with workshop(Settings(), kept_here if kept_here.exists() else tmp_path_factory.mktemp("work")) as found:
        yield found


@pytest.fixture(scope="module")
def base(shop: Workshop) -> Before:
    return kept.before(shop, KB, case_file.read(CASES), CASES)


def articles_of(edit: Edit, folder: Path) -> list[Article]:
    planted.plant(KB, edit, folder)
    found = library.read([folder], date.today()).articles
    return sorted((each for each in found if each.status is Status.PUBLISHED), key=lambda each: each.id)


def outcomes(found: Impact, among: set[str]) -> set[tuple[str, str]]:
    return {(one.now.id, one.change.value) for one in found.told if one.now.id in among}


@pytest.mark.timeout(5400)
def test_the_cases_told_are_those_of_asking_all_again(shop: Workshop, base: Before, tmp_path: Path) -> None:
    cases = case_file.read(CASES)
    sample = cases[::EVERY]
    names = {case.id for case in sample}
    right = told = true = found_facts = facts = false_alarms = quiet = 0
    cosmetic, asked, seconds = set[tuple[str, str]](), [], []
    for number, edit in enumerate(planted.edits(KB, SEED, EACH)):
        articles = articles_of(edit, tmp_path / str(number))
        quick = edited(shop, base, cases, articles)
        whole = edited(shop, base, sample, articles, everything=True)
        mine, truth = outcomes(quick, names), outcomes(whole, names)
        right, told, true = right + len(mine & truth), told + len(mine), true + len(truth)
        asked.append(quick.asked)
        seconds.append((quick.seconds, whole.seconds))
        if edit.kind is EditKind.COSMETIC:
            cosmetic |= outcomes(quick, {case.id for case in cases})
        if edit.kind is EditKind.CONTRADICTION:
            facts, found_facts = facts + 1, found_facts + any(c.other == edit.against for c in quick.contradictions)
        if edit.kind in NO_CONTRADICTION:
            quiet, false_alarms = quiet + 1, false_alarms + bool(quick.contradictions)
        times = f"{quick.seconds:.1f} s, {whole.seconds:.1f} s"
        print(edit.name, len(truth), len(mine), quick.asked, times, truth ^ mine)
    print(f"{len(seconds)} edits: {true} outcomes differ, {told} told, {right} of them right")
    print(f"asked again: {sum(asked) / len(asked):.0f} of {len(cases)}")
    print(f"contradictions found {found_facts}/{facts}, false {false_alarms}/{quiet}")
    quick_s, whole_s = (sum(each[at] for each in seconds) for at in (0, 1))
    print(f"{quick_s / len(seconds):.2f} s an edit; all cases would take {whole_s / len(seconds) * EVERY:.1f} s")
    assert len(seconds) >= 60
    assert right >= 0.95 * told
    assert right >= 0.95 * true
    assert cosmetic == set()
    assert found_facts >= 0.85 * facts
    assert false_alarms <= 0.1 * quiet


@pytest.mark.timeout(900)
def test_an_edit_of_one_article_takes_a_fraction_of_a_full_run(shop: Workshop, base: Before, tmp_path: Path) -> None:
    cases = case_file.read(CASES)
    edit = next(each for each in planted.edits(KB, SEED, 3) if each.kind is EditKind.NUMBER)
    articles = articles_of(edit, tmp_path / "kb")
    edited(shop, base, cases, articles)
    started = time.process_time()
    quick = edited(shop, base, cases, articles)
    middle = time.process_time()
    whole = edited(shop, base, cases, articles, everything=True)
    one_side = time.process_time() - middle
    print(f"in reach: {middle - started:.2f} s of CPU, {quick.asked} cases; all of them: {one_side:.1f} s a side")
    assert outcomes(quick, {case.id for case in cases}) == outcomes(whole, {case.id for case in cases})
    assert middle - started <= 10
