"""Owns messages after other turns of which it is known whether they need them, and which articles are right.

Refuses the test split.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.access import PUBLIC_VISITOR
from bot.casebook.case import Case, Kind, Split
from bot.conversation.utterance import Speaker, Utterance
from bot.respond import Responder, respond
from bot.retrieval.question import Known
from eval.shared_sets import SharedQuestion

PLACE = Path("data/dialogues/kb.jsonl")
"""What is asked on is in the article."""
OPEN = Path("data/dialogues/open.jsonl")
"""What is asked on is in no article."""
SEED = 4

Turns = tuple[Utterance, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """One dialogue written for `article`: a question, what the desk says of it, and what the customer says `then`."""

    article: str
    asked: str
    answer: str
    then: str


@dataclass(frozen=True, slots=True)
class Followed:
    """A message after the turns `context`: of what `kind`, whether it needs them, and ids of the `right` articles."""

    kind: str
    text: str
    context: Turns
    right: frozenset[str]
    needed: bool
    known: Known = field(default_factory=Known)


def read(place: Path = PLACE) -> list[Written]:
    """The dialogues of a file, in order; none where it is not there, as beside a base of one's own."""
    if not place.exists():
        return []
    with place.open(encoding="utf-8") as lines:
        return [Written(**json.loads(line)) for line in lines]


def needed(responder: Responder, written: Sequence[Written], cases: Sequence[Case]) -> Iterator[Followed]:
    """Messages that need the turns before them."""
    for each in written:
        right = frozenset([each.article])
        yield Followed("same article, an answer in other words", each.then, turns_of(each), right, needed=True)
        own = asked_and_answered(responder, each.asked)
        if own[-1].article_ids[:1] == (each.article,):
            yield Followed("same article, its own answer", each.then, own, right, needed=True)
    for case in _tune(cases):
        if case.kind is Kind.FOLLOWUP and case.expect.articles:
            right = frozenset(case.expect.articles)
            yield Followed("follow-ups of the tune split", case.text, case.context, right, True, case.known)


def of_public(questions: Sequence[SharedQuestion]) -> list[Followed]:
    """Messages of a public set of dialogues."""
    asked = [each for each in questions if each.relevant and each.context]
    return [Followed("public dialogues", each.text, each.context, frozenset(each.relevant), True) for each in asked]


def unneeded(responder: Responder, written: Sequence[Written], cases: Sequence[Case]) -> Iterator[Followed]:
    """Messages that open another matter: cases after a question of another area and of their own one with its answer,
    and the first question of a dialogue after another dialogue of the same area."""
    chance = random.Random(SEED)  # noqa: S311 - a choice that can be made again, no secret
    own = [case for case in _tune(cases) if case.kind is Kind.ANSWERABLE and not case.context and case.has_answer]
    for case in own:
        right = frozenset(case.expect.articles)
        elsewhere = [each for each in own if each.area != case.area]
        beside = [each for each in own if each.area == case.area and not right & frozenset(each.expect.articles)]
        for kind, others in (("another area", elsewhere), ("another article of the area", beside)):
            if others:
                before = chance.choice(others)
                context = asked_and_answered(responder, before.text, before.known)
                yield Followed(kind, case.text, context, right, False, case.known)
    for each in written:
        near = [other for other in written if other.article != each.article and _area(other) == _area(each)]
        if near:
            context = turns_of(chance.choice(near))
            yield Followed("a first question, as written", each.asked, context, frozenset([each.article]), False)


def _tune(cases: Sequence[Case]) -> list[Case]:
    return [case for case in cases if case.belongs_to is Split.TUNE]


def _area(written: Written) -> str:
    return written.article.split("-", maxsplit=1)[0]


def turns_of(written: Written) -> Turns:
    """What was said before the customer went on."""
    answer = Utterance(Speaker.BOT, written.answer, 1, (written.article,))
    return Utterance(Speaker.CUSTOMER, written.asked, 0), answer


def asked_and_answered(responder: Responder, asked: str, known: Known | None = None) -> Turns:
    """The question, and what the bot shows of it or would have shown."""
    outcome = respond(responder, asked, (), PUBLIC_VISITOR, known)
    said = outcome.draft.text if outcome.draft else ""
    cited = tuple(dict.fromkeys(each.article_id for each in outcome.draft.citations)) if outcome.draft else ()
    return Utterance(Speaker.CUSTOMER, asked, 0), Utterance(Speaker.BOT, said, 1, cited)
