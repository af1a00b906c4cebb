"""Owns the story of the screen's figures: fit without a part, judge that part, five times; then fit on everything.

Refuses to judge a text by a fit, or a floor, that has seen it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.decision.normalise import normalise, pieces_of
from bot.decision.policy import SensitivePolicy
from bot.decision.screen_features import Floats, features
from bot.decision.screen_fit import ScreenFit, digest
from bot.retrieval.encoding import Encoder
from eval.screen import fit, floors, landmarks
from eval.screen.floors import Evidence, Mask
from eval.screen.rows import FOLDS, Group, Row, targets

LANDMARKS = 1024


@dataclass(frozen=True, slots=True)
class Share:
    """How many rows of a group would not be answered, `by_expression` of them for an expression."""

    group: Group
    rows: int
    flagged: float
    by_expression: float


@dataclass(frozen=True, slots=True)
class Measured:
    """The shares of every group, each text judged by a fit without it, and which rows were flagged."""

    shares: tuple[Share, ...]
    flagged: Mask
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with the vectors of their texts, and the pieces of all with the row each belongs to."""

    rows: tuple[Row, ...]
    vectors: Floats
    pieces: tuple[str, ...]
    piece_vectors: Floats
    owner: NDArray[np.int64]


def table(rows: Sequence[Row], encoder: Encoder) -> Table:
    """Encode every row and its sentences once."""
    parts = [pieces_of(row.text) for row in rows]
    pieces = tuple(piece for part in parts for piece in part)
    owner = np.repeat(np.arange(len(rows)), [len(part) for part in parts])
    vectors = encoder.encode(pieces)
    first = np.r_[0, np.flatnonzero(np.diff(owner)) + 1]
    return Table(tuple(rows), vectors[first], pieces, vectors, owner)


def measure(data: Table, policy: SensitivePolicy) -> Measured:
    """Every row judged by weights and floors from the other parts."""
    parts = np.array([row.fold for row in data.rows])
    odds = np.zeros((len(data.rows), len(policy.categories)), np.float32)
    for part in range(FOLDS):
        odds[parts == part] = _odds(fitted(data, policy, parts != part), data, parts == part)
    seen = Evidence(odds, _found(data.rows, policy), _groups(data.rows))
    flagged, given = np.zeros(len(data.rows), bool), _given(policy)
    for part in range(FOLDS):
        flagged[parts == part] = seen.part(parts == part).flagged(floors.choose(seen.part(parts != part), given))
    return Measured(_shares(seen, flagged), flagged, seen)


def fitted(data: Table, policy: SensitivePolicy, chosen: Mask) -> ScreenFit:
    """Weights from the chosen rows; its floors are not set yet."""
    used = chosen & np.array([row.weight > 0 for row in data.rows])
    rows = [row for row, use in zip(data.rows, used, strict=True) if use]
    sensitive = np.array([row.category is not None or row.group is Group.LOOKALIKE for row in rows])
    names = tuple(category.id for category in policy.categories)
    marks = landmarks.choose(data.vectors[used], sensitive, LANDMARKS)
    basis = fit.basis(marks)
    turned = basis.turn(features([row.text for row in rows], data.vectors[used], marks))
    weights = basis.back(fit.weights(turned, targets(rows, names)))
    return ScreenFit(names, marks, weights, np.zeros(len(names), np.float32), frozenset())


def final(data: Table, policy: SensitivePolicy, measured: Measured) -> ScreenFit:
    """The fit on every row, with the floors that texts unseen by their fit asked for."""
    whole = fitted(data, policy, np.ones(len(data.rows), bool))
    known = frozenset(digest(s) for s in [*policy.lookalikes, *(s for c in policy.categories for s in c.exemplars)])
    chosen = floors.choose(measured.evidence, _given(policy))
    return ScreenFit(whole.categories, whole.landmarks, whole.weights, chosen, known)


def _given(policy: SensitivePolicy) -> Floats:
    """The floors that the policy sets itself, as log-odds; nan for the others."""
    shares = [np.nan if category.score_from is None else category.score_from for category in policy.categories]
    return np.array([np.log(share / (1.0 - share)) for share in shares], np.float32)


def _odds(fit_: ScreenFit, data: Table, chosen: Mask) -> Floats:
    """The highest log-odds of each chosen row's pieces, (rows, categories)."""
    places = np.flatnonzero(chosen)
    starts = np.r_[np.flatnonzero(np.diff(data.owner, prepend=-1)), len(data.owner)]
    spans = [slice(starts[place], starts[place + 1]) for place in places]
    return np.stack([fit_.log_odds(data.pieces[span], data.piece_vectors[span]).max(axis=0) for span in spans])


def _found(rows: Sequence[Row], policy: SensitivePolicy) -> Mask:
    said = [normalise(row.text) for row in rows]
    expressions = [expression for category in policy.categories for expression in category.expressions]
    return np.array([any(expression.search(text) for expression in expressions) for text in said])


def _groups(rows: Sequence[Row]) -> dict[Group, Mask]:
    masks = {group: np.array([row.group is group for row in rows]) for group in Group}
    # Stolen cards among the questions of other businesses are fitted on, but are no alarms.
    masks[Group.CUSTOMERS] &= np.array([row.category is None for row in rows])
    return masks


def _shares(seen: Evidence, flagged: Mask) -> tuple[Share, ...]:
    return tuple(
        Share(group, int(mask.sum()), float(flagged[mask].mean()), float(seen.found[mask].mean()))
        for group, mask in seen.groups.items()
        if mask.any()
    )
