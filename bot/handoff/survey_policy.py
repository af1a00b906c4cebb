"""Owns what customers are asked about our help, when and in which words, read from `surveys.yaml`. Refuses to ask: the
room `feedback` does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.decision.policy import read_yaml
from bot.policy_node import Node

HTTPS = "https://"
MOST = 2
"""Questions at once."""


class Question(StrEnum):
    """How it was, how easy it was, whether they would recommend us."""

    CSAT = "csat"
    CES = "ces"
    NPS = "nps"


SCALES: Mapping[Question, range] = {Question.CSAT: range(1, 6), Question.CES: range(1, 8), Question.NPS: range(11)}
"""The more the better, in each."""
GOOD: Mapping[Question, int] = {Question.CSAT: 4, Question.CES: 5, Question.NPS: 9}
"""From here on it counts as good: satisfied, easy, a promoter."""
BAD: Mapping[Question, int] = {Question.CSAT: 2, Question.CES: 3, Question.NPS: 6}
"""Up to here as bad: dissatisfied, hard, a detractor."""


class Helper(StrEnum):
    """Who helped in an episode."""

    PERSON = "person"
    BOT = "bot"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with the names of its scores, the lowest first."""

    question: str
    scores: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SurveyWords:
    """One language's words; `mail...` are of the mail, `title` to `over` and `stop...` of the page that it leads to."""

    asked: Mapping[Question, Asked]
    missing: str
    send: str
    dismiss: str
    thanks: str
    title: str
    nothing: str
    over: str
    mail_subject: str
    mail: str
    mail_link: str
    mail_stop: str
    stop_question: str
    stop: str
    stopped: str


@dataclass(frozen=True, slots=True)
class ByMail:
    """When and how often somebody is asked by mail; `address` is where customers reach this service, or empty."""

    address: str
    after_hours: int
    every_days: int
    link_days: int


@dataclass(frozen=True, slots=True)
class SurveyPolicy:
    """The whole file."""

    after: Mapping[Helper, tuple[Question, ...]]
    nps_days: int
    bot_days: int
    quiet_minutes: int
    review_up_to: Mapping[Question, int]
    mail: ByMail
    says: Mapping[str, SurveyWords]


def read_surveys(path: Path, languages: Iterable[str]) -> SurveyPolicy:
    """The file, with its words in each of `languages`; BadPolicy names the key that is wrong."""
    fields = Node(path.name, "", read_yaml(path)).fields(
        "version", "after", "nps_days", "bot_days", "quiet_minutes", "review_up_to", "mail", "says"
    )
    after, limits = fields["after"].fields(*Helper), fields["review_up_to"].fields(*Question)
    return SurveyPolicy(
        after={helper: _questions(after[helper]) for helper in Helper},
        nps_days=fields["nps_days"].whole("a whole number of days"),
        bot_days=fields["bot_days"].whole("a whole number of days"),
        quiet_minutes=fields["quiet_minutes"].minutes(),
        review_up_to={question: limits[question].whole() for question in Question},
        mail=_by_mail(fields["mail"]),
        says={language: _words(node) for language, node in fields["says"].fields(*languages).items()},
    )


def _questions(node: Node) -> tuple[Question, ...]:
    return tuple(Question(each.one_of(tuple(Question), "questions")) for each in node.items())


def _by_mail(node: Node) -> ByMail:
    fields = node.fields(*ByMail.__slots__)
    address = fields["address"].value
    if not isinstance(address, str) or (address and not address.startswith(HTTPS)):
        raise fields["address"].wrong('must begin with https://, or be "": then nobody is asked by mail')
    numbers = {name: field.whole() for name, field in fields.items() if name != "address"}
    return ByMail(address=address.rstrip("/"), **numbers)


def _words(node: Node) -> SurveyWords:
    plain = [name for name in SurveyWords.__slots__ if name != "asked"]
    fields = node.fields(*Question, *plain)
    sentences = {name: fields[name].sentence(*(("company",) if name == "mail_subject" else ())) for name in plain}
    return SurveyWords(asked={each: _asked(fields[each], SCALES[each]) for each in Question}, **sentences)


def _asked(node: Node, scale: range) -> Asked:
    fields = node.fields("question", "scores")
    return Asked(fields["question"].sentence(), fields["scores"].names(len(scale)))
