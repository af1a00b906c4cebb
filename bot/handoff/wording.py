"""Owns what a customer is told about a handoff and asked after it (`wording.yaml`). Refuses to decide."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from bot.decision.policy import read_yaml
from bot.handoff.business_hours import Region
from bot.policy_node import Node


class Waiting(StrEnum):
    """The three situations in which a waiting time is told."""

    WITHIN = "within"
    OPEN = "open"
    CLOSED = "closed"


class When(StrEnum):
    """How a moment is written, always with its day: it is read in other zones and on other days, too."""

    BY_DAY = "by_day"
    AT_DAY = "at_day"


PLACES = {
    Waiting.WITHIN: ("minutes", "by", "zone"),
    Waiting.OPEN: ("by", "zone"),
    Waiting.CLOSED: ("at", "by", "zone"),
    When.BY_DAY: ("time", "weekday", "day", "month"),
    When.AT_DAY: ("time", "weekday", "day", "month"),
}


@dataclass(frozen=True, slots=True)
class ContactWords:
    """What the form says that asks how a waiting customer can be reached, and the line with the address they gave."""

    offer: str
    question: str
    hint: str
    name: str
    email: str
    send: str
    dismiss: str
    given: str
    proven: str
    change: str
    invalid: str
    code_sent: str
    code: str
    code_wrong: str
    code_send: str
    code_again: str
    code_again_sent: str


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's sentences; `notes` by category id, `zones` by region id. `lead_unsaid` is for who has not said
    yet what it is about."""

    apology: str
    lead: str
    lead_unsaid: str
    meanwhile: str
    sentences: Mapping[str, str]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    zones: Mapping[str, str]
    acknowledgement: str
    acknowledgement_unsaid: str
    merged: str
    notes: Mapping[str, str]
    correction: str
    correction_was: str
    correction_now: str
    withdrawal: str
    contact: ContactWords

    def by(self, region: Region, moment: datetime) -> str:
        """The moment as a limit, in the region's local time."""
        return self._written(region, moment, When.BY_DAY)

    def by_day(self, region: Region, moment: datetime) -> str:
        """The moment as a limit with its zone."""
        return f"{self.by(region, moment)} ({self.zones[region.id]})"

    def at(self, region: Region, moment: datetime) -> str:
        """The moment as a time, in the region's local time."""
        return self._written(region, moment, When.AT_DAY)

    def _written(self, region: Region, moment: datetime, how: When) -> str:
        local = moment.astimezone(region.zone)
        return self.sentences[how].format(
            time=f"{local:%H:%M}",
            weekday=self.weekdays[local.weekday()],
            day=local.day,
            month=self.months[local.month - 1],
        )


@dataclass(frozen=True, slots=True)
class Annoyance:
    """What calls for an apology: a topic, or words."""

    categories: frozenset[str]
    said: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """Every language's sentences, to whom we say sorry, and in which sensitive topics pages may be pointed to."""

    languages: Mapping[str, Phrases]
    default_language: str
    annoyed: Annoyance
    meanwhile_in: frozenset[str]

    def calls_for_apology(self, category: str | None, said: str) -> bool:
        """True for somebody who complains or has lost patience."""
        return category in self.annoyed.categories or any(way.search(said) for way in self.annoyed.said)

    def phrases(self, language: str) -> Phrases:
        """The sentences in that language (ISO 639-1), in the default one when it has none."""
        return self.spoken(language)[1]

    def spoken(self, language: str) -> tuple[str, Phrases]:
        """The same with the language in which they are."""
        known = language if language in self.languages else self.default_language
        return known, self.languages[known]


def read_wording(path: Path, regions: Mapping[str, Region]) -> Wording:
    """The sentences of `wording.yaml`, which must name the time zone of each region; BadPolicy otherwise."""
    top = Node(path.name, "", read_yaml(path))
    fields = top.fields("version", "default_language", "annoyed", "meanwhile_in", "languages")
    languages = {key: _phrases(node, regions) for key, node in fields["languages"].mapping().items()}
    default = fields["default_language"].one_of(languages, "languages")
    annoyed = fields["annoyed"].fields("categories", "said")
    return Wording(
        languages=languages,
        default_language=default,
        annoyed=Annoyance(frozenset(annoyed["categories"].texts()), annoyed["said"].expressions()),
        meanwhile_in=frozenset(fields["meanwhile_in"].texts()),
    )


def _phrases(node: Node, regions: Mapping[str, Region]) -> Phrases:
    fields = node.fields(
        *Waiting,
        *When,
        "apology",
        "lead",
        "lead_unsaid",
        "meanwhile",
        "weekdays",
        "months",
        "zones",
        "acknowledgement",
        "acknowledgement_unsaid",
        "merged",
        "notes",
        "correction",
        "correction_was",
        "correction_now",
        "withdrawal",
        "contact",
    )
    return Phrases(
        apology=fields["apology"].sentence(),
        lead=fields["lead"].sentence(),
        lead_unsaid=fields["lead_unsaid"].sentence(),
        meanwhile=fields["meanwhile"].sentence(),
        sentences={key: fields[key].sentence(*places) for key, places in PLACES.items()},
        weekdays=fields["weekdays"].names(7),
        months=fields["months"].names(12),
        zones={key: zone.text() for key, zone in fields["zones"].fields(*regions).items()},
        acknowledgement=fields["acknowledgement"].sentence("goal"),
        acknowledgement_unsaid=fields["acknowledgement_unsaid"].sentence(),
        merged=fields["merged"].sentence(),
        notes={key: note.sentence() for key, note in fields["notes"].mapping().items()},
        correction=fields["correction"].sentence("article"),
        correction_was=fields["correction_was"].sentence(),
        correction_now=fields["correction_now"].sentence(),
        withdrawal=fields["withdrawal"].sentence("question"),
        contact=ContactWords(**fields["contact"].sentences(*ContactWords.__slots__)),
    )
