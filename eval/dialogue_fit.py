"""Owns fitting how probably a message needs something, the turns before it or an article, from messages of which it is
known. Refuses to write code: a person puts the values into `bot/retrieval/dialogue.py`, `bot/assist/needed.py`.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from bot.access import PUBLIC_VISITOR
from bot.assist.needed import Cues
from bot.respond import Responder
from bot.retrieval.dialogue import Needs
from bot.retrieval.search import needs_of, search
from bot.retrieval.standalone import understand
from eval.calibration import logistic, quality
from eval.dialogues import Followed

L2 = 1.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Turn:
    """A message: its signals, its kind, whether what is asked of them is needed, and whether it is for the fit;
    `first` when an article found first is right, with the values in use."""

    signals: Needs | Cues
    kind: str
    needed: bool
    fits: bool
    first: bool = False


@dataclass(frozen=True, slots=True)
class Fitted:
    """Values by the names of the constants, those in use and those fitted, and how well each tells needed from not, on
    the turns left out of the fit; `auroc_folds` on those of the fit, each judged by a fit without its fold."""

    in_use: dict[str, float]
    fitted: dict[str, float]
    auroc_in_use: float
    auroc: float
    auroc_folds: float


def turns(responder: Responder, messages: Sequence[Followed]) -> Iterator[Turn]:
    """The messages, asked. Half of them are for the fit, by a hash of their text: no text is on both sides."""
    index = responder.live.current()
    for each in messages:
        question = understand(
            each.text, each.context, each.known, responder.variants, spelled=index.spelling.corrected
        )
        signals = needs_of(index, responder.encoder, question, PUBLIC_VISITOR)
        if signals is not None:
            hits = search(index, responder.encoder, question, PUBLIC_VISITOR, 1).hits
            first = bool(hits) and hits[0].article.id in each.right
            yield Turn(signals, each.kind, each.needed, is_fitted(each.text), first)


def fit(found: Sequence[Turn], constants: ModuleType) -> Fitted:
    """The logistic regression over the signals of one half, each kind with the same weight; judged on the other. Those
    in use are the `constants` of the signals' module."""
    fitting, left_out = [each for each in found if each.fits], [each for each in found if not each.fits]
    count = Counter(each.kind for each in fitting)
    weights = np.array([len(fitting) / len(count) / count[each.kind] for each in fitting])
    needed, left_needed = _needed(fitting), _needed(left_out)
    regression = logistic.fit(_rows(fitting), needed, L2, weights)
    folds = [str(quality.fold_of(repr(each.signals))) for each in fitting]
    names = [field.name.upper() for field in fields(found[0].signals)]
    values = dict(zip(names, regression.weights.tolist(), strict=True)) | {"CONSTANT": regression.intercept}
    probabilities = np.array([each.signals.probability for each in left_out])
    return Fitted(
        in_use={name: float(getattr(constants, name)) for name in values},
        fitted=values,
        auroc_in_use=quality.auroc(probabilities, left_needed),
        auroc=quality.auroc(regression.probabilities(_rows(left_out)), left_needed),
        auroc_folds=quality.auroc(quality.out_of_fold(_rows(fitting), needed, folds, L2, weights), needed),
    )


def shares(found: Sequence[Turn], holds: Callable[[Turn], bool]) -> Mapping[str, tuple[int, float]]:
    """Of each kind, the messages left out of the fit: how many, and for which share of them that `holds`."""
    kinds: defaultdict[str, list[bool]] = defaultdict(list)
    for each in found:
        if not each.fits:
            kinds[each.kind].append(holds(each))
    return {kind: (len(each), float(np.mean(each))) for kind, each in kinds.items()}


def is_fitted(text: str) -> bool:
    """Whether this text is in the half that is fitted on, by its hash: no text is in both."""
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 0


def _rows(found: Sequence[Turn]) -> Floats:
    return np.array([astuple(turn.signals) for turn in found], np.float64)


def _needed(found: Sequence[Turn]) -> Floats:
    return np.array([turn.needed for turn in found], np.float64)
