"""Owns the public question sets beside the project: their questions, and their published baselines.

Refuses to fetch them.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

from bot.conversation.utterance import Speaker, Utterance

_CUSTOMER = "U"
"""Who speaks in a set's dialogues, beside "S" for the service."""
PLACE = Path("../shared/data")


@dataclass(frozen=True, slots=True)
class Baseline:
    """R@1 and MRR@10 of 0.9 cosine + 0.1 BM25, from the sets' README."""

    recall_at_1: float
    mrr_at_10: float


BASELINES = {
    "banking77_oos": Baseline(0.808, 0.879),
    "clinc150": Baseline(0.824, 0.890),
    "covid_faq": Baseline(0.651, 0.761),
    "stackexchange_software": Baseline(0.638, 0.732),
    "duckduckgo_help": Baseline(0.539, 0.655),
    "office_support": Baseline(0.899, 0.932),
    "xquad_en": Baseline(0.943, 0.967),
    "tau2_bank_kb": Baseline(0.361, 0.528),
}
"""The first eight sets, in the README's order."""
DIALOGUES = {"dstc11_assist": Baseline(0.329, 0.484)}
"""Sets of messages with the turns before them, against the baseline that reads those, too."""
WITH_ANSWERS = ("xquad_en", "policyqa")
"""Sets that have the words of their answers."""
TELLING = "multidogo_turns"
"""Customers' turns of dialogues without articles; the kind of each is its intent."""


class SetMissing(Exception):
    """A set is not there; the message says where it was looked for."""


@dataclass(frozen=True, slots=True)
class SharedQuestion:
    """One question; `relevant` is empty when the set's base does not answer it, `kind` as the set calls it, `answers`
    are the words that answer it and `dialogue` names the one it is from, where the set has them."""

    id: str
    text: str
    relevant: tuple[str, ...]
    context: tuple[Utterance, ...]
    kind: str
    answers: tuple[str, ...] = ()
    dialogue: str = ""


@dataclass(frozen=True, slots=True)
class SharedSet:
    """One set: its articles' file, ready for ingestion, and its questions."""

    name: str
    articles: Path
    questions: tuple[SharedQuestion, ...]


def read(name: str, place: Path = PLACE) -> SharedSet:
    """The set of that name. Raises SetMissing."""
    articles, questions = place / name / "kb.jsonl.gz", place / name / "queries.jsonl.gz"
    if not articles.exists() or not questions.exists():
        raise _missing(name, place)
    with gzip.open(questions, "rt", encoding="utf-8") as lines:
        return SharedSet(name, articles, tuple(_question(line) for line in lines))


def read_turns(name: str = TELLING, place: Path = PLACE) -> tuple[SharedQuestion, ...]:
    """The customers' turns of a set without articles, each after those of its dialogue before. Raises SetMissing."""
    file = place / name / "turns.jsonl.gz"
    if not file.exists():
        raise _missing(name, place)
    said: dict[str, tuple[Utterance, ...]] = {}
    turns = []
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for value in map(json.loads, lines):
            dialogue, _, _ = value["id"].partition("<TURN>")
            before = said.get(dialogue, ())
            turns.append(SharedQuestion(value["id"], value["text"], (), before, value["intent"], dialogue=dialogue))
            said[dialogue] = (*before, Utterance(Speaker.CUSTOMER, value["text"], len(before)))
    return tuple(turns)


def _missing(name: str, place: Path) -> SetMissing:
    return SetMissing(f"{name}: not found in {place}; skipped (the sets are not part of the project)")


def _question(line: str) -> SharedQuestion:
    value = json.loads(line)
    context = tuple(
        Utterance(Speaker.CUSTOMER if who == _CUSTOMER else Speaker.AGENT, text, turn)
        for turn, (who, text) in enumerate(value.get("context", ()))
    )
    answers = tuple(value.get("answers", ()))
    return SharedQuestion(value["id"], value["text"], tuple(value["relevant"]), context, value["kind"], answers)
