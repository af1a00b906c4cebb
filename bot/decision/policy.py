"""Owns reading the content team's decision policies into typed values. Refuses unknown keys and bad expressions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from bot.errors import BadPolicy

SENSITIVE_FILE = "sensitive.yaml"
FAST_SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader in C where PyYAML has it: the policies are most of what a start parses."""


class Action(StrEnum):
    """What a recognised message leads to."""

    HAND_OFF = "hand_off"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Category:
    """One sensitive topic; `risk` puts it on the ticket as a risk flag, `steps` are for the agent.

    `score_from` is the least probability at which the meaning alone is enough; None: the fit's. `consents` are
    answers that belong here right after the desk's words matched `offers`. What `of_things` matches is of a thing
    named before: only its meaning together with what the customer said before counts.
    """

    id: str
    label: str
    action: Action
    expressions: tuple[re.Pattern[str], ...]
    exemplars: tuple[str, ...]
    steps: tuple[str, ...] = ()
    risk: bool = False
    score_from: float | None = None
    offers: tuple[re.Pattern[str], ...] = ()
    consents: tuple[re.Pattern[str], ...] = ()
    of_things: tuple[re.Pattern[str], ...] = ()


@dataclass(frozen=True, slots=True)
class SensitivePolicy:
    """The categories in order of precedence and the harmless sentences that look like them."""

    categories: tuple[Category, ...]
    lookalikes: tuple[str, ...]

    def category(self, identifier: str | None) -> Category | None:
        """The category of that id, None when there is none."""
        return next((category for category in self.categories if category.id == identifier), None)


def read_yaml(path: Path) -> Mapping[str, Any]:
    """The mapping in a policy file; BadPolicy names the file and what to mend."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), FAST_SAFE)  # noqa: S506 - a safe loader
    except OSError as error:
        raise BadPolicy(f"{path.name}: cannot be read ({error.strerror}); restore the file") from error
    except yaml.YAMLError as error:
        raise BadPolicy(f"{path.name}: is not valid YAML: {error}") from error
    if not isinstance(content, dict):
        raise BadPolicy(f"{path.name}: must be a mapping with keys at the top level")
    return content


def read_sensitive(path: Path) -> SensitivePolicy:
    """The sensitive topics of `sensitive.yaml`."""
    content = read_yaml(path)
    categories = tuple(_category(path.name, entry) for entry in _required(path.name, content, "categories"))
    return SensitivePolicy(categories, tuple(_required(path.name, content, "lookalikes")))


def _category(file: str, entry: Mapping[str, Any]) -> Category:
    identifier = str(_required(file, entry, "id"))
    try:
        action = Action(_required(file, entry, "action"))
    except ValueError as error:
        raise BadPolicy(f"{file}: {identifier}: action must be hand_off or refuse") from error
    return Category(
        id=identifier,
        label=str(_required(file, entry, "label")),
        action=action,
        expressions=_compile(file, identifier, _required(file, entry, "expressions")),
        exemplars=tuple(_required(file, entry, "exemplars")),
        steps=tuple(entry.get("steps", ())),
        risk=bool(entry.get("risk", False)),
        score_from=_optional_number(file, identifier, entry.get("score_from")),
        offers=_compile(file, identifier, entry.get("offers", ())),
        consents=_compile(file, identifier, entry.get("consents", ())),
        of_things=_compile(file, identifier, entry.get("of_things", ())),
    )


def _optional_number(file: str, identifier: str, value: object) -> float | None:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return None if value is None else float(value)
    raise BadPolicy(f"{file}: {identifier}: score_from must be a number such as 0.4")


def _compile(file: str, identifier: str, expressions: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    try:
        return tuple(re.compile(expression) for expression in expressions)
    except re.error as error:
        raise BadPolicy(f"{file}: {identifier}: bad expression {error.pattern!r}: {error}") from error


def _required(file: str, mapping: Mapping[str, Any], key: str) -> Any:
    if key not in mapping or mapping[key] in (None, "", []):
        raise BadPolicy(f"{file}: {mapping.get('id', 'top level')}: key {key!r} is missing or empty")
    return mapping[key]
