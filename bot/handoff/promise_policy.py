"""Owns what may be promised to a customer, in which words, and what a promise in free words looks like, read from
`promises.yaml`. Refuses to find or keep one: the room `promises` does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.decision.policy import read_yaml
from bot.policy_node import Node

BY, SENTENCE = "by", "sentence"
LISTS = ("who", "does", "when")
_PLACE = re.compile(r"\{(\w+)\}")
_BREAK = re.compile(r"\s*\|\s*")


@dataclass(frozen=True, slots=True)
class PromiseKind:
    """One thing that may be promised; `minutes` of opening time are offered first, `says` by language."""

    id: str
    title: str
    minutes: tuple[int, ...]
    says: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FreeWords:
    """How one language promises: an expression of `promises` holds and none of `unless`."""

    promises: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class PromisePolicy:
    """The kinds in the file's order, the times around a promise, what is said of one that is given up, by language, and
    the free words of every language."""

    kinds: Mapping[str, PromiseKind]
    warn_minutes: int
    longest_days: int
    given_up: Mapping[str, str]
    free_words: tuple[FreeWords, ...]


def read_promises(path: Path, languages: Iterable[str]) -> PromisePolicy:
    """The file; every kind must have its sentence in each of `languages`. BadPolicy names the key that is wrong."""
    spoken, top = tuple(languages), Node(path.name, "", read_yaml(path))
    fields = top.fields("version", "warn_minutes", "longest_days", "kinds", "given_up", "free_words")
    kinds: dict[str, PromiseKind] = {}
    for node in fields["kinds"].items():
        kind = _kind(node, spoken)
        if kind.id in kinds:
            raise node.wrong(f"{kind.id!r} is there twice")
        kinds[kind.id] = kind
    return PromisePolicy(
        kinds,
        fields["warn_minutes"].whole(),
        fields["longest_days"].whole(),
        {language: node.sentence(SENTENCE) for language, node in fields["given_up"].fields(*spoken).items()},
        tuple(_free_words(node) for node in fields["free_words"].mapping().values()),
    )


def _kind(node: Node, languages: tuple[str, ...]) -> PromiseKind:
    fields = node.fields("id", "title", "minutes", "says")
    says = {language: entry.sentence(BY) for language, entry in fields["says"].fields(*languages).items()}
    for language, sentence in says.items():
        if sentence.count(f"{{{BY}}}") != 1:
            raise fields["says"].wrong(f"{language}: must say {{{BY}}} once: a promise without a time is none")
    minutes = tuple(entry.whole() for entry in fields["minutes"].items())
    if not minutes:
        raise fields["minutes"].wrong("needs a number of minutes")
    return PromiseKind(fields["id"].text(), fields["title"].text(), minutes, says)


def _free_words(node: Node) -> FreeWords:
    fields = node.fields(*LISTS, "unless", "promises")
    lists = {name: _BREAK.sub("|", fields[name].text()) for name in LISTS}
    return FreeWords(
        tuple(_filled(entry, lists) for entry in fields["promises"].items()), fields["unless"].expressions()
    )


def _filled(node: Node, lists: Mapping[str, str]) -> re.Pattern[str]:
    """An expression with the lists in place of their names; `{2,9}` and the like stay."""
    text = _PLACE.sub(lambda place: lists.get(place[1], place[0]), node.text())
    return Node(node.file, node.path, text).expression()
