"""Owns fitting how probably a message needs the turns before it, from messages of which it is known.

Refuses to write code: a person puts the values into `bot/retrieval/dialogue.py`.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np
from numpy.typing import NDArray

from bot.access import PUBLIC_VISITOR
from bot.respond import Responder
from bot.retrieval import dialogue
from bot.retrieval.dialogue import Needs
from bot.retrieval.search import needs_of, search
from bot.retrieval.standalone import understand
from eval.calibration import logistic
from eval.dialogues import Followed

L2 = 1.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Turn:
    """A message after others: its signals, its kind, and whether it needs them; `first` when an article found first is
    right, with the values in use."""

    signals: Needs
    kind: str
    needed: bool
    fits: bool
    first: bool


@dataclass(frozen=True, slots=True)
class Fitted:
    """Values by the names of the constants, those in use and those fitted, and how well each tells needed from not, on
    the turns left out of the fit."""

    in_use: dict[str, float]
    fitted: dict[str, float]
    auroc_in_use: float
    auroc: float


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
            yield Turn(signals, each.kind, each.needed, _fits(each.text), first)


def fit(found: Sequence[Turn]) -> Fitted:
    """The logistic regression over the signals of one half, each kind with the same weight; judged on the other."""
    fitting, left_out = [each for each in found if each.fits], [each for each in found if not each.fits]
    count = Counter(each.kind for each in fitting)
    weights = np.array([len(fitting) / len(count) / count[each.kind] for each in fitting])
    needed = np.array([each.needed for each in fitting], np.float64)
    regression = logistic.fit(_rows(fitting), needed, L2, weights)
    names = [field.name.upper() for field in fields(Needs)]
    values = dict(zip(names, regression.weights.tolist(), strict=True)) | {"CONSTANT": regression.intercept}
    probabilities = np.array([each.signals.probability for each in left_out])
    return Fitted(
        in_use={name: float(getattr(dialogue, name)) for name in values},
        fitted=values,
        auroc_in_use=_auroc(probabilities, left_out),
        auroc=_auroc(regression.probabilities(_rows(left_out)), left_out),
    )


def recalls(found: Sequence[Turn]) -> Mapping[str, tuple[int, float]]:
    """Of each kind, the messages left out of the fit: how many, and R@1 with the values in use."""
    firsts: defaultdict[str, list[bool]] = defaultdict(list)
    for each in found:
        if not each.fits:
            firsts[each.kind].append(each.first)
    return {kind: (len(each), float(np.mean(each))) for kind, each in firsts.items()}


def _fits(text: str) -> bool:
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 0


def _rows(found: Sequence[Turn]) -> Floats:
    return np.array([astuple(turn.signals) for turn in found], np.float64)


def _auroc(probabilities: Floats, found: Sequence[Turn]) -> float:
    """How often a needed one stands above one that is not; a tie is half."""
    right = np.array([turn.needed for turn in found])
    above = probabilities[right][:, None] - probabilities[~right][None, :]
    return float((above > 0).mean() + (above == 0).mean() / 2) if above.size else 0.0
