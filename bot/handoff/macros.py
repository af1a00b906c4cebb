"""Owns the desk's ready-made texts (`macros.yaml`) and filling them in. Refuses unknown variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.decision.policy import read_yaml
from bot.policy_node import Node

_PLACE = re.compile(r"\{([^}]*)\}")
# "Hello {customer_name}" reads well without the name, "Sorry, {customer_name}." does not.
_AFTER_A_STOP = re.compile(r"(?:^|[.,;:!?])\s*\{customer_name\}")


class Variable(StrEnum):
    """What a macro's text may leave open, written `{customer_name}`."""

    CUSTOMER_NAME = "customer_name"
    AGENT_NAME = "agent_name"
    TICKET_ID = "ticket_id"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Macro:
    """One ready-made text."""

    id: str
    title: str
    text: str

    def filled(self, values: Mapping[Variable, str]) -> str:
        """The text with every variable's value, of which all must be given; a value is never filled in again."""
        return _PLACE.sub(lambda place: values[Variable(place[1])], self.text)


@dataclass(frozen=True, slots=True)
class Macros:
    """The texts in the file's order, and how to address a customer whose name is not known."""

    nameless: str
    texts: tuple[Macro, ...]


def read_macros(path: Path) -> Macros:
    """The texts of `macros.yaml`; BadPolicy names the key that is wrong."""
    fields = Node(path.name, "", read_yaml(path)).fields("version", "nameless", "macros")
    nameless = fields["nameless"].text()
    read: dict[str, Macro] = {}
    for node in fields["macros"].items():
        entry = node.fields("id", "title", "text")
        macro = Macro(entry["id"].text(), entry["title"].text(), entry["text"].sentence(*Variable))
        if _AFTER_A_STOP.search(macro.text):
            raise entry["text"].wrong(f"{{customer_name}} must follow a word of greeting: it may be {nameless!r}")
        if macro.id in read:
            raise entry["id"].wrong(f"{macro.id!r} is there twice")
        read[macro.id] = macro
    return Macros(nameless, tuple(read.values()))
