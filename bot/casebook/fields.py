"""Owns reading the fields of one JSON line, strictly. Refuses to guess: what is wrong is said in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

Member = TypeVar("Member", bound=StrEnum)


class BadField(Exception):
    """One thing wrong with one line; the message says which field and what it must be."""


def keys(what: str, value: object, required: Sequence[str], optional: Sequence[str]) -> None:
    """Nothing if `value` is an object with the required keys and no unknown one, else BadField."""
    if not isinstance(value, dict):
        raise BadField(f"{what} must be an object")
    missing = [key for key in required if key not in value]
    unknown = [key for key in value if key not in (*required, *optional)]
    if missing:
        raise BadField(f"{what} lacks {', '.join(missing)}")
    if unknown:
        raise BadField(f"{what} has the unknown key {unknown[0]!r}; known: {', '.join((*required, *optional))}")


def text(value: Mapping[str, object], key: str) -> str:
    """A text that is not empty."""
    found = value[key]
    if not isinstance(found, str) or not found.strip():
        raise BadField(f"{key} must be a text that is not empty")
    return found


def texts(value: Mapping[str, object], key: str) -> tuple[str, ...]:
    """A list of such texts, which may be empty."""
    found = value[key]
    if not isinstance(found, list) or not all(isinstance(item, str) and item.strip() for item in found):
        raise BadField(f"{key} must be a list of texts")
    return tuple(found)


def member(members: type[Member], value: Mapping[str, object], key: str) -> Member:
    """The member that the text names."""
    return one_of(members, text(value, key))


def one_of(members: type[Member], name: str) -> Member:
    """The member of this name."""
    try:
        return members(name)
    except ValueError as error:
        raise BadField(f"{name!r} is not one of {', '.join(members)}") from error
