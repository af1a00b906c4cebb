"""Owns the types of fields that bodies of several topics have. Refuses bodies."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from bot.storage.clock import EARLIEST, LATEST

Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
Moment = Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)]
PolicyKey = Annotated[str, StringConstraints(min_length=1, max_length=64)]
