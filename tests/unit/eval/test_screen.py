"""Owns that the screen is fitted and judged as claimed: no text by a fit or a floor that has seen it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from bot.casebook import case_file
from bot.decision.normalise import normalise
from bot.decision.policy import SENSITIVE_FILE, read_sensitive
from bot.decision.screen_features import BUCKETS, features
from bot.decision.screen_fit import ScreenFit, digest, read_screen_fit, write_screen_fit
from bot.errors import BadPolicy
from eval.screen import fit, floors, landmarks, own_rows
from eval.screen.floors import Evidence
from eval.screen.rows import Group, Row, distinct, targets
from tests.conftest import ROOT


def vectors_around(*centres: int, each: int = 40) -> np.ndarray:
    """Unit vectors near the given axes of a space of 8 dimensions."""
    chance = np.random.default_rng(3)
    rows = np.vstack([np.eye(8)[centre] + 0.1 * chance.standard_normal((each, 8)) for centre in centres])
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_the_same_text_is_always_left_out_together_whatever_its_case() -> None:
    assert Row("Kill it ", Group.OWN, "violence").fold == Row("kill it", Group.ORDINARY, None).fold
    assert len({Row(f"text {n}", Group.OWN, None).fold for n in range(60)}) == 5


def test_the_first_row_of_a_text_counts() -> None:
    rows = [Row("Help", Group.OWN, "distress"), Row("help", Group.ORDINARY, None)]
    assert distinct(rows) == (rows[0],)


def test_a_sensitive_row_says_nothing_about_other_categories() -> None:
    rows = [Row("a", Group.HATE, "harassment"), Row("b", Group.ORDINARY, None, 0.5)]
    aims = targets(rows, ("violence", "harassment"))
    assert aims.wanted.tolist() == [[0, 1], [0, 0]]
    assert aims.weights.tolist() == [[0, 1], [0.5, 0.5]]


def test_a_fit_tells_apart_what_lies_apart() -> None:
    vectors = vectors_around(0, 4)
    rows = [Row("x", Group.OWN, "press")] * 40 + [Row("x", Group.ORDINARY, None)] * 40
    marks = landmarks.choose(vectors, np.arange(80) < 40, 10)
    basis = fit.basis(marks)
    plain = features(["x"] * 80, vectors, marks)
    weights = basis.back(fit.weights(basis.turn(plain), targets(rows, ("press",))))
    odds = (plain @ weights)[:, 0]
    assert weights.shape == (len(marks) + BUCKETS + 2, 1)
    assert odds[:40].min() > 0 > odds[40:].max()


POLICY = read_sensitive(ROOT / "data" / "policies" / SENSITIVE_FILE)


def test_written_messages_speak_for_the_category_their_file_is_named_after(tmp_path: Path) -> None:
    for folder, said in (("sensitive", "who opened my door last night"), ("harmless", "fraud alerts, where are they")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "fraud.txt").write_text(f"{said}\n\n", encoding="utf-8")
    found = [(row.text, row.group, row.category) for row in own_rows.of_written(POLICY, tmp_path)]
    assert found == [
        ("who opened my door last night", Group.WRITTEN, "fraud"),
        ("fraud alerts, where are they", Group.WRITTEN_LOOKALIKE, None),
    ]


def test_a_file_that_is_named_after_no_category_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sensitive").mkdir()
    (tmp_path / "sensitive" / "frauds.txt").write_text("x\n", encoding="utf-8")
    with pytest.raises(BadPolicy, match="no category 'frauds'"):
        list(own_rows.of_written(POLICY, tmp_path))


def test_every_category_has_written_messages_and_none_is_a_case() -> None:
    rows = list(own_rows.of_written(POLICY, ROOT / own_rows.WRITTEN))
    sensitive = Counter(row.category for row in rows if row.category)
    assert set(sensitive) == {category.id for category in POLICY.categories}
    assert min(sensitive.values()) >= 190
    cases = {normalise(case.text).strip() for case in case_file.read([ROOT / "data" / "eval"])}
    assert not cases & {normalise(row.text).strip() for row in rows}


def evidence(odds: list[float], sensitive: int) -> Evidence:
    """The first rows sensitive (distress), the rest ordinary."""
    place = np.arange(len(odds))
    groups = {group: np.zeros(len(odds), bool) for group in Group}
    groups[Group.DISTRESS], groups[Group.ORDINARY] = place < sensitive, place >= sensitive
    return Evidence(np.array(odds, np.float32)[:, None], np.zeros(len(odds), bool), groups)


def test_a_floor_lies_above_the_harmless_and_below_the_sensitive() -> None:
    seen = evidence([3.0] * 20 + [float(n) / 500 for n in range(1000)], 20)
    floor = floors.choose(seen, np.array([np.nan], np.float32))[0]
    assert 1.9 < floor < 3.0
    assert seen.flagged(np.array([floor]))[:20].all()


def test_a_floor_that_the_policy_sets_is_kept() -> None:
    seen = evidence([3.0] * 20 + [0.0] * 100, 20)
    assert floors.choose(seen, np.array([9.0], np.float32)).tolist() == [9.0]


def test_a_fit_is_the_same_after_it_was_kept(tmp_path: Path) -> None:
    chance = np.random.default_rng(5)
    marks = landmarks.choose(vectors_around(1, 2), np.arange(80) < 40, 6)
    weights = chance.standard_normal((len(marks) + BUCKETS + 2, 1)).astype(np.float32)
    made = ScreenFit(("press",), marks, weights, np.array([0.5], np.float32), frozenset({digest("I write")}))
    path = tmp_path / "sensitive.npz"
    write_screen_fit(path, made)
    kept = read_screen_fit(path)
    assert kept.categories == made.categories
    assert kept.knows("i write")
    assert not kept.knows("I wrote")
    probe = vectors_around(1, each=2)
    assert np.array_equal(kept.log_odds(["a b", "a"], probe), made.log_odds(["a b", "a"], probe))


def test_a_damaged_fit_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sensitive.npz"
    path.write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(BadPolicy, match=r"sensitive\.npz"):
        read_screen_fit(path)
