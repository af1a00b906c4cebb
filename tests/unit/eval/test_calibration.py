"""The statistics of the confidence, against known values."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.casebook.case import Kind
from bot.decision.confidence import Calibration, read_calibration
from bot.decision.signals import Signals
from eval.calibrate import WITH_UNANSWERED, Wanted, calibrate, carry_over
from eval.calibration import bound, file, logistic, quality
from eval.calibration.bound import rounded_down
from eval.calibration.samples import Sample, of_cases, usable
from tests.unit.eval.examples import answer, case, handoff

BEFORE = Calibration({"top_dense": 1.0}, 0.0, 0.5, 0.3)


def test_auroc_counts_ties_half() -> None:
    right = np.array([1.0, 0.0, 1.0, 0.0])
    assert quality.auroc(np.array([0.9, 0.1, 0.8, 0.2]), right) == 1.0
    assert quality.auroc(np.array([0.5, 0.5, 0.9, 0.1]), right) == pytest.approx(3.5 / 4)
    assert np.isnan(quality.auroc(np.array([0.5]), np.array([1.0])))


def test_calibration_error_is_the_mean_distance_of_the_bins() -> None:
    scores, right = np.array([0.2, 0.2, 0.8, 0.8]), np.array([0.0, 1.0, 1.0, 1.0])
    # Two bins: |0.2 - 0.5| and |0.8 - 1.0|, two samples each.
    assert quality.calibration_error(scores, right, bins=2) == pytest.approx(0.25)


def test_risk_and_coverage_of_three_answers() -> None:
    points = quality.risk_coverage(np.array([0.9, 0.5, 0.5]), np.array([1.0, 0.0, 1.0]))
    assert [(p.threshold, p.coverage, p.risk, p.answered) for p in points] == [
        (0.9, pytest.approx(1 / 3), 0.0, 1),
        (0.5, 1.0, pytest.approx(1 / 3), 3),
    ]


@pytest.mark.parametrize(
    ("wrong", "answered", "limit"),
    # One-sided 95 % limits: 1 - 0.05 ** (1 / n) for none wrong; 3.9 / 20 etc. from published tables.
    [(0, 59, 0.0495), (0, 10, 0.2589), (1, 20, 0.2161), (5, 100, 0.1023)],
)
def test_the_upper_limit_is_clopper_and_pearson_s(wrong: int, answered: int, limit: float) -> None:
    assert bound.upper_limit(wrong, answered, 0.05) == pytest.approx(limit, abs=2e-4)


def test_the_limit_of_only_wrong_answers_is_one() -> None:
    assert bound.upper_limit(3, 3, 0.05) == 1.0


def points(wrong_after: int, count: int = 600) -> tuple[quality.Point, ...]:
    """Right answers first, then only wrong ones."""
    scores = np.linspace(0.99, 0.01, count)
    return quality.risk_coverage(scores, (np.arange(count) < wrong_after).astype(float))


def test_the_bound_answers_as_much_as_can_be_proven() -> None:
    chosen = bound.choose(points(400), max_wrong=0.05, confidence=0.95)
    assert chosen is not None
    assert 395 <= chosen.answered <= 420
    assert bound.upper_limit(chosen.wrong, chosen.answered, 0.05) <= 0.05


def test_no_threshold_is_claimed_when_none_can_be_proven() -> None:
    assert bound.choose(points(40), max_wrong=0.05, confidence=0.95) is None
    assert bound.choose((), max_wrong=0.05, confidence=0.95) is None


def test_the_bound_holds_on_fresh_questions() -> None:
    """Over many draws the true error rate of the chosen threshold exceeds the bound in at most 5 % of them."""
    rng = np.random.default_rng(7)
    broken = 0
    for _ in range(60):
        scores = rng.random(500)
        chosen = bound.choose(quality.risk_coverage(scores, (rng.random(500) < scores**0.25) * 1.0), 0.10, 0.95)
        if chosen is not None:
            # Right with probability t ** 0.25: the true risk above a threshold, integrated.
            at = chosen.threshold
            broken += 1 - (1 - at**1.25) / (1.25 * (1 - at)) > 0.10
    assert broken <= 6


def test_the_fit_recovers_the_weights_that_made_the_data() -> None:
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(20_000, 2)) * [1.0, 10.0] + [0.0, 50.0]
    chance = 1 / (1 + np.exp(-(2.0 * rows[:, 0] - 0.1 * rows[:, 1] + 5.0)))
    fit = logistic.fit(rows, (rng.random(20_000) < chance) * 1.0, l2=0.1)
    assert fit.weights == pytest.approx([2.0, -0.1], rel=0.08)
    assert fit.intercept == pytest.approx(5.0, rel=0.08)


def test_a_feature_that_never_varies_gets_no_weight_and_breaks_nothing() -> None:
    rows = np.column_stack([np.linspace(-1, 1, 50), np.full(50, 3.0)])
    fit = logistic.fit(rows, (rows[:, 0] > 0) * 1.0, l2=1.0)
    assert fit.weights[1] == pytest.approx(0.0)


def test_a_group_is_never_in_its_own_training_fold() -> None:
    # Every group is right or wrong as a whole and shows nothing else: out of fold nothing can be known.
    groups = [f"g{n // 4}" for n in range(400)]
    right = np.array([(n // 4) % 2 for n in range(400)], np.float64)
    one_hot = np.eye(100)[[n // 4 for n in range(400)]]
    folds = [str(quality.fold_of(group)) for group in groups]
    assert abs(quality.auroc(quality.out_of_fold(one_hot, right, folds, 1.0), right) - 0.5) < 0.2
    assert quality.auroc(logistic.fit(one_hot, right, 1.0).probabilities(one_hot), right) == 1.0


def test_only_tuning_cases_with_a_clear_answer_become_samples() -> None:
    tune = case(articles=("returns-uk",), spans=("14 days",))
    assert usable(tune)
    assert not usable(case(articles=("returns-eu",)))  # the test split
    assert not usable(replace(tune, kind=Kind.SENSITIVE))
    assert not usable(case(articles=("returns-uk",), spans=()))


def test_a_sample_is_right_with_the_right_article_on_top_and_its_span_in_the_draft() -> None:
    tune = case(articles=("returns-uk",), spans=("14 days",))
    seen = [
        answer("14 days", ranked=("returns-uk",)),
        answer("14 days", ranked=("returns-us", "returns-uk")),
        handoff(ranked=("returns-uk",), drafted="It takes long."),
    ]
    assert [sample.right for sample in of_cases([(tune, each) for each in seen], "own")] == [True, False, False]


def made(count: int) -> list[Sample]:
    """Questions whose cosine says it all, but for some noise."""
    rng = np.random.default_rng(1)
    dense = rng.random(count)
    return [
        Sample(f"s{n}", "own", f"g{n}", "answerable", Signals(top_dense=float(d)), bool(rng.random() < d**0.2), True)
        for n, d in enumerate(dense)
    ]


def test_a_calibration_is_the_same_each_time() -> None:
    first = calibrate(made(600), [], BEFORE, Wanted(max_wrong=0.15), "gen")
    again = calibrate(made(600), [], BEFORE, Wanted(max_wrong=0.15), "gen")
    assert first.calibration == again.calibration
    assert first.calibration.weights["top_dense"] > 0
    assert first.chosen is not None
    assert not first.calibration.estimated
    assert "at most 15% of the answers" in first.provenance.guarantee


def test_without_a_proof_the_threshold_stays_and_the_file_says_so() -> None:
    hopeless = calibrate(made(60), [], BEFORE, Wanted(max_wrong=0.01), "gen")
    assert hopeless.chosen is None
    assert hopeless.calibration.answer_from == BEFORE.answer_from
    assert hopeless.calibration.estimated
    assert hopeless.provenance.guarantee.startswith("None:")


def listed(count: int) -> list[Sample]:
    """Questions that authors know to be unanswered, which come nearer to others of their kind."""
    rng = np.random.default_rng(2)
    return [
        Sample(f"o{n}", "open", f"o{n}", "unanswered", Signals(top_dense=float(dense), left_open=0.3), False, False)
        for n, dense in enumerate(rng.random(count))
    ]


def test_without_a_proof_at_most_the_wanted_share_of_what_is_known_to_be_unanswered_is_answered() -> None:
    fitted = calibrate(made(60), listed(400), BEFORE, Wanted(max_wrong=0.01, max_open=0.1), "gen")
    shown = fitted.estimates[60:]
    assert (shown >= fitted.calibration.answer_from + 1e-4).sum() <= 29
    assert (shown >= fitted.calibration.answer_from).sum() >= 29
    assert fitted.calibration.estimated
    assert "at most 9.8% are answered, with 95% confidence; seen: 29," in fitted.provenance.guarantee


def test_too_few_unanswered_questions_to_show_anything_leave_the_threshold_as_it_is() -> None:
    fitted = calibrate(made(60), listed(28), BEFORE, Wanted(max_wrong=0.01, max_open=0.1), "gen")
    assert fitted.calibration.answer_from == BEFORE.answer_from
    assert fitted.provenance.guarantee.startswith("None:")


def test_where_none_may_be_answered_the_threshold_stands_just_above_them() -> None:
    fitted = calibrate(made(60), listed(40), BEFORE, Wanted(max_wrong=0.01, max_open=0.1), "gen")
    highest = fitted.estimates[60:].max()
    assert bound.most(40, 0.1, 0.05) == 0
    assert highest < fitted.calibration.answer_from <= highest + 1e-4
    assert (fitted.estimates[:60] >= fitted.calibration.answer_from).any()


def test_the_most_errors_that_still_show_a_rate() -> None:
    assert bound.most(400, 0.1, 0.05) == 29
    assert bound.upper_limit(29, 400, 0.05) <= 0.1 < bound.upper_limit(30, 400, 0.05)
    assert (bound.most(28, 0.1, 0.05), bound.most(29, 0.1, 0.05)) == (None, 0)
    assert bound.most(0, 0.1, 0.05) is None


def test_however_many_questions_are_known_to_be_unanswered_the_fit_is_that_of_the_cases() -> None:
    few = calibrate(made(600), listed(40), BEFORE, Wanted(max_wrong=0.15), "gen")
    many = calibrate(made(600), listed(4000), BEFORE, Wanted(max_wrong=0.15), "gen")
    assert many.calibration.weights["top_dense"] == pytest.approx(few.calibration.weights["top_dense"], rel=0.3)
    assert many.calibration.weights["left_open"] < 0
    assert many.chosen is not None
    assert many.chosen.answered <= 600


def test_confidences_are_true_of_what_customers_ask_whatever_else_was_fitted() -> None:
    right = np.mean([sample.right for sample in made(600)])
    for unanswered in ([], listed(4000)):
        fitted = calibrate(made(600), unanswered, BEFORE, Wanted(max_wrong=0.15), "gen")
        assert fitted.estimates[:600].mean() == pytest.approx(right, abs=0.002)
        own = np.mean([fitted.calibration.confidence(sample.signals) for sample in made(600)])
        assert own == pytest.approx(right, abs=0.01)
        assert (WITH_UNANSWERED in fitted.calibration.weights) is bool(unanswered)


def test_a_base_of_which_every_answer_was_right_has_a_calibration() -> None:
    perfect = [replace(sample, right=True) for sample in made(60)]
    fitted = calibrate(perfect, [], BEFORE, Wanted(), "gen")
    assert np.isfinite([fitted.calibration.intercept, *fitted.calibration.weights.values()]).all()
    assert fitted.estimates.mean() == pytest.approx(60.5 / 61, abs=0.002)


def test_a_threshold_that_was_rounded_stays_as_it_is() -> None:
    kept = [place / 10_000 for place in range(10_001)]
    assert [rounded_down(threshold) for threshold in kept] == kept
    assert rounded_down(0.74149) == 0.7414


def test_signals_that_no_longer_exist_do_not_stop_a_new_calibration(tmp_path: Path) -> None:
    old, neutral = tmp_path / "old.json", tmp_path / "neutral.json"
    content = {"weights": {"a_signal_of_old": 2.0}, "answer_from": 0.7}
    old.write_text(json.dumps(content), encoding="utf-8")
    file.write_neutral(neutral, old)
    blank = read_calibration(neutral)
    assert blank.confidence(Signals()) == 0.5
    assert blank.answer_from == 0.7
    file.write_neutral(neutral, tmp_path / "none.json")
    assert read_calibration(neutral).answer_from == 0.5


def test_the_file_is_what_the_desk_reads_with_its_origin(tmp_path: Path) -> None:
    fitted = calibrate(made(600), [], BEFORE, Wanted(max_wrong=0.15), "gen")
    path = tmp_path / "calibration.json"
    file.write(path, fitted.calibration, fitted.provenance)
    read = read_calibration(path)
    signals = Signals(top_dense=0.6)
    assert read.confidence(signals) == pytest.approx(fitted.calibration.confidence(signals), abs=1e-4)
    origin = json.loads(path.read_text(encoding="utf-8"))["provenance"]
    assert origin["sets"] == [{"name": "own", "samples": 600, "right": sum(s.right for s in made(600))}]


def test_a_threshold_chosen_by_a_person_is_kept_and_said_to_be_one() -> None:
    fitted = calibrate(made(600), [], BEFORE, Wanted(max_wrong=0.15, answer_from=0.7), "gen")
    assert fitted.calibration.answer_from == 0.7
    assert fitted.calibration.estimated
    assert "chosen by a person" in fitted.provenance.guarantee


def test_what_carries_over_is_judged_on_each_set_by_a_fit_on_the_others() -> None:
    plain = made(600)
    turned = [replace(each, source="turned", right=not each.right) for each in made(600)]
    alike = [replace(each, source="alike") for each in plain]
    assert carry_over([*plain, *alike], BEFORE, Wanted(max_wrong=0.15), "gen").chosen is not None
    alone = carry_over([*plain, *turned], BEFORE, Wanted(max_wrong=0.15), "gen")
    assert all(each.auroc < 0.5 for each in alone.sets)
    assert alone.calibration.estimated


def test_every_set_counts_the_same_in_what_carries_over() -> None:
    few = [replace(each, source="few", right=False) for each in made(40)]
    fitted = carry_over([*made(600), *few], BEFORE, Wanted(max_wrong=0.15), "gen")
    mean = np.mean([fitted.calibration.confidence(sample.signals) for sample in fitted.samples])
    assert mean < 0.5
