"""Owns the rows of our own: the policy's sentences, those written for it, tuning cases, headings, authors' questions.

Refuses the test split.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bot.casebook.case import LOOKS_LIKE_ASKING_FOR_PERSON, Case, Kind, Split
from bot.decision.normalise import normalise
from bot.decision.policy import SENSITIVE_FILE, SensitivePolicy
from bot.errors import BadPolicy
from eval.dialogues import Written
from eval.screen.rows import Group, Row
from kb_ingest.article import Article, Visibility

WRITTEN = Path("data/screen")
SENSITIVE_FOLDER, HARMLESS_FOLDER = "sensitive", "harmless"
FOLLOW_UPS = "follow_ups"
"""The file of what customers say next; the others are named after the category that they stand beside."""
HEADING = "##"
INTERNAL = "internal"
WRITTEN_WEIGHT = 0.5
HEADING_WEIGHT = 0.3
FORESEEN_WEIGHT = 0.5
DELICATE = frozenset({"privacy", "security", "internal"})
"""Areas whose articles answer what the policy gives to a person: their questions are no ordinary ones."""
HARMLESS_WEIGHT, SENSITIVE_WEIGHT = 2.5, 2.0
"""Cases in the words of a shop count for more: they are few among the public sets."""
HARMLESS = frozenset(
    {Kind.ANSWERABLE, Kind.FOLLOWUP, Kind.VARIANT, Kind.MISSING_FACT, Kind.OTHER_TOPIC, Kind.LOOKALIKE, Kind.SMALL_TALK}
)
ASKS_PERSON = "asks_person"
GROUP = {ASKS_PERSON: Group.OWN_PERSON, "complaint": Group.OWN_COMPLAINT}
"""Categories without a public set, whose exemplars are all there is to measure them on."""


def of_policy(policy: SensitivePolicy) -> Iterator[Row]:
    """Every exemplar for its category, every look-alike against all."""
    for category in policy.categories:
        for sentence in category.exemplars:
            yield Row(sentence, GROUP.get(category.id, Group.OWN), category.id)
    for sentence in policy.lookalikes:
        yield Row(sentence, Group.OWN_LOOKALIKE, None)


def of_written(policy: SensitivePolicy, place: Path = WRITTEN) -> Iterator[Row]:
    """Messages of customers in thousands of situations, a line each: `sensitive/` by category, `harmless/` beside them.

    Raises BadPolicy for a file that is named after no category.
    """
    known = {category.id for category in policy.categories}
    for path in sorted((place / SENSITIVE_FOLDER).glob("*.txt")):
        if path.stem not in known:
            raise BadPolicy(f"{path}: {SENSITIVE_FILE} has no category {path.stem!r}")
        yield from (Row(text, Group.WRITTEN, path.stem, WRITTEN_WEIGHT) for text in _lines(path))
    for path in sorted((place / HARMLESS_FOLDER).glob("*.txt")):
        group = Group.FOLLOW_UPS if path.stem == FOLLOW_UPS else Group.WRITTEN_LOOKALIKE
        yield from (Row(text, group, None, WRITTEN_WEIGHT) for text in _lines(path))


def of_dialogues(written: Iterable[Written]) -> Iterator[Row]:
    """What customers say next in ordinary talk, a few words that mean little by themselves: "and if I don't?"."""
    return (Row(each.then, Group.FOLLOW_UPS, None, WRITTEN_WEIGHT) for each in written)


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line]


def of_cases(cases: Sequence[Case]) -> Iterator[Row]:
    """The tuning cases: sensitive ones for the category they expect, ordinary ones against all."""
    for case in cases:
        if case.belongs_to is not Split.TUNE:
            continue
        if case.kind is Kind.SENSITIVE and case.expect.sensitive:
            yield Row(case.text, Group.SHOP_SENSITIVE, case.expect.sensitive, SENSITIVE_WEIGHT)
        elif case.kind is Kind.ASKS_PERSON:
            yield Row(case.text, Group.SHOP_PERSON, ASKS_PERSON, SENSITIVE_WEIGHT)
        elif case.kind in HARMLESS or case.id.startswith(LOOKS_LIKE_ASKING_FOR_PERSON):
            yield Row(case.text, Group.SHOP, None, HARMLESS_WEIGHT)


def of_headings(kb: Path) -> Iterator[Row]:
    """Headings of the public articles: short, ordinary, in the words of the business."""
    for path in sorted(kb.rglob("*.md")):
        if INTERNAL not in path.parts:
            for line in path.read_text(encoding="utf-8").splitlines():
                if line.startswith(HEADING):
                    yield Row(line.lstrip("# "), Group.HEADINGS, None, HEADING_WEIGHT)


def of_questions(articles: Iterable[Article], policy: SensitivePolicy) -> Iterator[Row]:
    """What authors say customers ask, where it is ordinary: not of delicate areas, nor in words the policy lists."""
    expressions = [expression for category in policy.categories for expression in category.expressions]
    for article in articles:
        if article.area in DELICATE or article.visibility is not Visibility.PUBLIC:
            continue
        for question in article.questions:
            if not any(expression.search(normalise(question)) for expression in expressions):
                yield Row(question, Group.FORESEEN, None, FORESEEN_WEIGHT)
