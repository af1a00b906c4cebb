"""Owns the desk's ready-made texts (`macros.yaml`) and filling them in. Refuses unknown variables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.decision.policy import read_yaml
from bot.errors import BadPolicy, BadRequest
from bot.policy_node import Node

_PLACE = re.compile(r"\{([^}]*)\}")
# "Hello {customer_name}" reads well without the name, "Sorry, {customer_name}." does not.
_CALLED = " {customer_name}"
_AFTER_A_STOP = re.compile(r"(?:^|[.,;:!?])\s*\{customer_name\}")


class Variable(StrEnum):
    """What a macro's text may leave open, written `{customer_name}`."""

    CUSTOMER_NAME = "customer_name"
    AGENT_NAME = "agent_name"
    TICKET_ID = "ticket_id"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Macro:
    """One ready-made text in each language that it is written in."""

    id: str
    title: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Filled:
    """A text as it may be inserted, and its language."""

    id: str
    title: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Macros:
    """The texts in the file's order, and by language how to address a customer whose name is not known.

    `greeting` stands above an inserted suggestion; None: nothing does.
    """

    nameless: Mapping[str, str]
    default_language: str
    texts: tuple[Macro, ...]
    greeting: Macro | None = None

    def filled(self, language: str, name: str, values: Mapping[Variable, str]) -> tuple[Filled, ...]:
        """Every text in that language, in the default one where it has none; a value is never filled in again."""
        return tuple(self._filled(macro, language, name, values) for macro in self.texts)

    def greeted(self, language: str, name: str, values: Mapping[Variable, str]) -> str:
        """The greeting as `filled`; empty without one."""
        return self._filled(self.greeting, language, name, values).text if self.greeting else ""

    def checked(self, texts: Mapping[str, str]) -> Mapping[str, str]:
        """Texts that somebody wrote, when the file could have them; BadRequest says which has what wrong."""
        if self.default_language not in texts:
            raise BadRequest(f"A macro needs a text in {self.default_language!r}: it stands in where one is missing.")
        for language in texts:
            if language not in self.nameless:
                raise BadRequest(f"A macro has no text in {language!r}; allowed: {', '.join(self.nameless)}.")
        try:
            return {language: _text(Node("The text", language, text)) for language, text in texts.items()}
        except BadPolicy as error:
            raise BadRequest(f"{error.detail}.") from error

    def _filled(self, macro: Macro, language: str, name: str, values: Mapping[Variable, str]) -> Filled:
        spoken = language if language in macro.texts else self.default_language
        called, text = name or self.nameless[spoken], macro.texts[spoken]
        if not called:
            text = text.replace(_CALLED, "")
        given = {**values, Variable.CUSTOMER_NAME: called}
        return Filled(macro.id, macro.title, spoken, _PLACE.sub(lambda place: given[Variable(place[1])], text))


def read_macros(path: Path) -> Macros:
    """The texts of `macros.yaml`; BadPolicy names the key that is wrong."""
    fields = Node(path.name, "", read_yaml(path)).fields(
        "version", "default_language", "nameless", "macros", optional=("greeting",)
    )
    nameless = {language: _nameless(node) for language, node in fields["nameless"].mapping().items()}
    default = fields["default_language"].one_of(nameless, "languages of nameless")
    greeting = Macro("greeting", "", _texts(fields["greeting"], default, nameless)) if "greeting" in fields else None
    read: dict[str, Macro] = {}
    for node in fields["macros"].items():
        entry = node.fields("id", "title", "text")
        macro = Macro(entry["id"].text(), entry["title"].text(), _texts(entry["text"], default, nameless))
        if macro.id in read:
            raise entry["id"].wrong(f"{macro.id!r} is there twice")
        read[macro.id] = macro
    return Macros(nameless, default, tuple(read.values()), greeting)


def _texts(node: Node, default: str, languages: Iterable[str]) -> Mapping[str, str]:
    return {language: _text(text) for language, text in node.fields(default, optional=tuple(languages)).items()}


def _nameless(node: Node) -> str:
    if not isinstance(node.value, str):
        raise node.wrong('must be text, or "": then the greeting stands alone')
    return node.value


def _text(node: Node) -> str:
    text = node.sentence(*Variable)
    if _AFTER_A_STOP.search(text):
        raise node.wrong("{customer_name} must follow a word of greeting: it may be unknown")
    return text
