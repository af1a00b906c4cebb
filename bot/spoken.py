"""Owns a policy's words in each language. Refuses a policy whose default language has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.policy_node import Node

Words = TypeVar("Words")


@dataclass(frozen=True, slots=True)
class Spoken(Generic[Words]):
    """The words by language (ISO 639-1)."""

    languages: Mapping[str, Words]
    default_language: str

    def words(self, language: str) -> Words:
        """Those in that language, in the default one when it has none."""
        return self.languages.get(language, self.languages[self.default_language])


def read_spoken(fields: Mapping[str, Node], read: Callable[[Node], Words]) -> Spoken[Words]:
    """The keys `languages` and `default_language` of a policy; BadPolicy names the key that is wrong."""
    languages = {key: read(node) for key, node in fields["languages"].mapping().items()}
    return Spoken(languages, fields["default_language"].one_of(languages, "languages"))
