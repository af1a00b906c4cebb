"""Owns strict reading of the policies: every error names file and key. Refuses unknown keys."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import BadPolicy


@dataclass(frozen=True, slots=True)
class Node:
    """A value in a policy file and the way to it, for instance `routing.yaml: rules.3.team`."""

    file: str
    path: str
    value: Any

    def wrong(self, problem: str) -> BadPolicy:
        """The error to raise: where, and what to mend."""
        return BadPolicy(f"{self.file}: {self.path or 'top level'}: {problem}")

    def fields(self, *required: str, optional: tuple[str, ...] = ()) -> dict[str, Node]:
        """The mapping's children; BadPolicy for a missing or an unknown key."""
        children = self.mapping()
        for key in required:
            if key not in children:
                raise self.wrong(f"key {str(key)!r} is missing")
        for key in children:
            if key not in required and key not in optional:
                raise self.wrong(f"unknown key {key!r}; allowed: {', '.join(sorted((*required, *optional)))}")
        return children

    def mapping(self) -> dict[str, Node]:
        """The children of a mapping with text keys of any name."""
        if not isinstance(self.value, Mapping) or not all(isinstance(key, str) for key in self.value):
            raise self.wrong("must be a mapping with text keys")
        return {key: self._child(key, value) for key, value in self.value.items()}

    def items(self) -> list[Node]:
        """The entries of a list."""
        if not isinstance(self.value, list):
            raise self.wrong("must be a list")
        return [self._child(str(position), value) for position, value in enumerate(self.value)]

    def text(self) -> str:
        """Text that is not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wrong("must be text (in quotes, if it looks like a number or a date)")
        return self.value.strip()

    def one_of(self, names: Collection[str], what: str) -> str:
        """Text that is one of the `names`; `what` they are is said otherwise."""
        text = self.text()
        if text not in names:
            raise self.wrong(f"{text!r} is not one of the {what}")
        return text

    def texts(self) -> tuple[str, ...]:
        """A list of texts; it may be empty."""
        return tuple(entry.text() for entry in self.items())

    def names(self, amount: int) -> tuple[str, ...]:
        """A list of exactly so many texts."""
        names = self.texts()
        if len(names) != amount:
            raise self.wrong(f"must have {amount} names")
        return names

    def minutes(self) -> int:
        """A whole number of minutes above 0."""
        return self.whole("a whole number of minutes")

    def whole(self, what: str = "a whole number") -> int:
        """A whole number above 0."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or self.value < 1:
            raise self.wrong(f"must be {what}, at least 1")
        return self.value

    def expression(self) -> re.Pattern[str]:
        """A regular expression that ignores case."""
        try:
            return re.compile(self.text(), re.IGNORECASE)
        except re.error as error:
            raise self.wrong(f"is not a valid regular expression: {error}") from error

    def expressions(self) -> tuple[re.Pattern[str], ...]:
        """A list of regular expressions that ignore case."""
        return tuple(entry.expression() for entry in self.items())

    def sentence(self, *places: str) -> str:
        """Text whose `{places}` are only the given ones."""
        sentence = self.text()
        for name in re.findall(r"\{([^}]*)\}", sentence):
            if name not in places:
                raise self.wrong(f"unknown place {{{name}}}; allowed: {', '.join(places) or 'none'}")
        if sentence.count("{") != sentence.count("}"):
            raise self.wrong("has a brace too many")
        return sentence

    def sentences(self, *names: str) -> dict[str, str]:
        """The mapping's children as sentences without places."""
        return {key: field.sentence() for key, field in self.fields(*names).items()}

    def _child(self, key: str, value: Any) -> Node:
        return Node(self.file, f"{self.path}.{key}" if self.path else key, value)
