"""Owns which facts a customer gave, each with the turn it was said in. Refuses others' words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import phonenumbers

from bot.conversation.utterance import Speaker, Utterance
from bot.handoff.fact_patterns import FactPatterns
from bot.handoff.packet import Fact, FactKind

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}(?<![.-])")
VALUE = "value"
LONGEST = 140
LONGEST_MESSAGE = 4000
# A conversation is read on each look at its ticket and by each reply: messages of usual length are read once, and again
# only when so many others were read since.
LONGEST_REMEMBERED = 500
MOST_REMEMBERED = 20_000
# Whose numbering plan a national phone number is read by, for each region of the policies.
NUMBERING = {"us": "US", "uk": "GB", "eu": "DE"}
PLANS = (*NUMBERING.values(), "FR", "ES")
NUMBER = re.compile(r"\+?\d[\d ()./-]{3,24}\d")
# Who speaks of telephones may mean a number of another region's plan; who does not means an order or an account.
SPEAKS_OF_PHONE = re.compile(
    r"\b(?:call|phone|telephone|ring|reach|mobile|cell|tel|anrufen|telefon|rufen"
    r"|appel\w*|rappel\w*|joindre|téléphone|portable|ll[aá]m\w*|teléfono|móvil)\b",
    re.I,
)


def extract(
    transcript: Sequence[Utterance], patterns: FactPatterns, region: str | None = None
) -> tuple[Fact, ...]:
    """Each fact once, with the first turn that gave it, in the order they were given."""
    facts: dict[tuple[FactKind, str], Fact] = {}
    for said in transcript:
        if said.speaker is Speaker.CUSTOMER:
            for kind, value in _given(said.text[:LONGEST_MESSAGE], patterns, region):
                key = (kind, re.sub(r"[\W_]", "", value).casefold())
                facts.setdefault(key, Fact(kind, value, said.turn))
    return tuple(facts.values())


def gives_address(text: str, region: str | None = None) -> bool:
    """True when the customer's text has an e-mail address or a phone number in it."""
    return any(True for _ in _addresses(text[:LONGEST_MESSAGE], region))


def without_identifiers(text: str, patterns: FactPatterns) -> str:
    """The text without the order and serial numbers, e-mail addresses and other long numbers that it gives."""
    found = (*patterns.expressions[FactKind.ORDER], *patterns.expressions[FactKind.SERIAL], EMAIL, NUMBER)
    rest = text[:LONGEST_MESSAGE]
    for expression in found:
        rest = expression.sub(" ", rest)
    return rest


def _given(text: str, patterns: FactPatterns, region: str | None) -> tuple[tuple[FactKind, str], ...]:
    return (_remembered if len(text) <= LONGEST_REMEMBERED else _read)(text, patterns, region)


def _read(text: str, patterns: FactPatterns, region: str | None) -> tuple[tuple[FactKind, str], ...]:
    return tuple(_of(text, patterns, region))


_remembered = lru_cache(maxsize=MOST_REMEMBERED)(_read)


def _of(text: str, patterns: FactPatterns, region: str | None) -> Iterator[tuple[FactKind, str]]:
    for kind, expressions in patterns.expressions.items():
        for expression in expressions:
            for match in expression.finditer(text):
                yield kind, _value(match)
    for kind, names in patterns.names.items():
        for name, expression in names.items():
            if expression.search(text):
                yield kind, name
    for _, place in sorted(patterns.regions.mentions(text)):
        yield FactKind.REGION, place
    yield from _addresses(text, region)


def _addresses(text: str, region: str | None) -> Iterator[tuple[FactKind, str]]:
    for match in EMAIL.finditer(text):
        yield FactKind.EMAIL, match.group()
    yield from _phones(text, region)


def _phones(text: str, region: str | None) -> Iterator[tuple[FactKind, str]]:
    if sum(char.isdecimal() for char in text) < 7:
        return
    own = NUMBERING.get(region or "", NUMBERING["us"])
    found = _by_plan(text, own)
    if not found and SPEAKS_OF_PHONE.search(text):
        found = next(filter(None, (_by_plan(text, other) for other in PLANS if other != own)), ())
    for number in found:
        yield FactKind.PHONE, number


def _by_plan(text: str, numbering: str) -> tuple[str, ...]:
    return tuple(match.raw_string for match in phonenumbers.PhoneNumberMatcher(text, numbering))


def _value(match: re.Match[str]) -> str:
    found = match.groupdict().get(VALUE) or match.group()
    return found.strip()[:LONGEST]
