"""Owns how a frozen value becomes a JSON column and comes back as the same type. Refuses untyped values."""

from __future__ import annotations

import json
from collections.abc import Hashable
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import TypeAdapter

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")


def encode(value: DataclassInstance) -> str:
    """JSON with sorted keys: the same value gives the same bytes."""
    return json.dumps(asdict(value), sort_keys=True, ensure_ascii=False)


def decode(kind: type[T], text: str) -> T:
    """The value of dataclass `kind` that `encode` wrote; pydantic.ValidationError when it does not fit."""
    value: T = _adapter(cast(Hashable, kind)).validate_json(text)
    return value


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
