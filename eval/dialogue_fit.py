"""Owns fitting how probably a message needs the turns before it, from messages of which it is known.

Needed: every second message of a public set of dialogues. Not needed: tuning cases put after the question and the
answer of a case on another area. Refuses the test split, and to write code: a person puts the values into
`bot/retrieval/dialogue.py`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.access import PUBLIC_VISITOR
from bot.casebook.case import Case, Kind, Split
from bot.conversation.utterance import Speaker, Utterance
from bot.respond import Responder, respond
from bot.retrieval import dialogue
from bot.retrieval.dialogue import Needs, needs
from bot.retrieval.question import Known
from bot.retrieval.standalone import understand
from bot.retrieval.visible import visible_rows
from eval.calibration import logistic
from eval.shared_sets import SharedQuestion

SEED = 4
EVERY = 2
L2 = 1.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Turn:
    """A message after others, and whether it needs them."""

    signals: Needs
    needed: bool


@dataclass(frozen=True, slots=True)
class Fitted:
    """Values by the names of the constants, those in use and those fitted, and how well each tells needed from not, on
    the turns left out of the fit."""

    in_use: dict[str, float]
    fitted: dict[str, float]
    auroc_in_use: float
    auroc: float


def needed(responder: Responder, questions: Sequence[SharedQuestion]) -> list[Turn]:
    """The messages of dialogues, in order."""
    asked = [(each.text, each.context, Known()) for each in questions if each.relevant and each.context]
    return list(_turns(responder, asked, needed=True))


def unneeded(responder: Responder, cases: Sequence[Case]) -> list[Turn]:
    """First messages of the tune split after a question of another area and the answer to it."""
    chance = random.Random(SEED)  # noqa: S311 - a choice that can be made again, no secret
    own = [case for case in cases if _may_follow(case)]
    asked = []
    for case in own:
        other = chance.choice([each for each in own if each.area != case.area])
        asked.append((case.text, _asked_and_answered(responder, other), case.known))
    return list(_turns(responder, asked, needed=False))


def fit(turns: Sequence[Turn], left_out: Sequence[Turn]) -> Fitted:
    """The logistic regression over the signals of `turns`."""
    found = logistic.fit(_rows(turns), np.array([turn.needed for turn in turns], np.float64), L2)
    names = ("CLOSENESS", "SPREAD", "CARRIED", "WORDS")
    values = dict(zip(names, found.weights.tolist(), strict=True)) | {"CONSTANT": found.intercept}
    probabilities = np.array([turn.signals.probability for turn in left_out])
    return Fitted(
        in_use={name: float(getattr(dialogue, name)) for name in values},
        fitted=values,
        auroc_in_use=_auroc(probabilities, left_out),
        auroc=_auroc(found.probabilities(_rows(left_out)), left_out),
    )


def halves(turns: Sequence[Turn]) -> tuple[list[Turn], list[Turn]]:
    """Every second one, and the others."""
    return list(turns[::EVERY]), [turn for place, turn in enumerate(turns) if place % EVERY]


def _may_follow(case: Case) -> bool:
    return case.kind is Kind.ANSWERABLE and case.belongs_to is Split.TUNE and not case.context and case.has_answer


def _asked_and_answered(responder: Responder, case: Case) -> tuple[Utterance, ...]:
    outcome = respond(responder, case.text, (), PUBLIC_VISITOR, case.known)
    said = outcome.draft.text if outcome.draft else ""
    cited = tuple(dict.fromkeys(each.article_id for each in outcome.draft.citations)) if outcome.draft else ()
    return Utterance(Speaker.CUSTOMER, case.text, 0), replace(Utterance(Speaker.BOT, said, 1), article_ids=cited)


def _turns(
    responder: Responder, asked: Sequence[tuple[str, tuple[Utterance, ...], Known]], *, needed: bool
) -> Iterator[Turn]:
    index = responder.live.current()
    for text, context, known in asked:
        question = understand(text, context, known, responder.variants)
        found = needs(index, responder.encoder, question, visible_rows(index, PUBLIC_VISITOR, question.known))
        if found is not None:
            yield Turn(found, needed)


def _rows(turns: Sequence[Turn]) -> Floats:
    return np.array([astuple(turn.signals) for turn in turns], np.float64)


def _auroc(probabilities: Floats, turns: Sequence[Turn]) -> float:
    """How often a needed one stands above one that is not; a tie is half."""
    right = np.array([turn.needed for turn in turns])
    above = probabilities[right][:, None] - probabilities[~right][None, :]
    return float((above > 0).mean() + (above == 0).mean() / 2) if above.size else 0.0
