"""Owns the JSON of ready-made texts as they are written. Refuses filled ones: ticket_work_shapes.py has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from bot.api.conversation_shapes import Sent
from bot.api.field_types import PolicyKey, Version
from bot.desk.own_macros import LONGEST_REASON, LONGEST_TEXT, LONGEST_TITLE, Act, Deed, MacroStatus, OwnMacro
from bot.handoff.macros import Macro, Macros, Variable

MOST_LANGUAGES = 20

Texts = Annotated[
    Mapping[PolicyKey, Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]], Field(max_length=MOST_LANGUAGES)
]


class MacroPost(Sent):
    """`texts` by language; they may hold the variables of `GET /v1/macros` in braces."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TITLE)]
    texts: Texts


class MacroEdit(MacroPost):
    """`version` is the one that was read."""

    version: Version


class MacroDecision(Sent):
    """A lead's answer to the version that was read; whoever proposed it reads the reason."""

    version: Version
    approve: bool
    reason: Annotated[str, StringConstraints(max_length=LONGEST_REASON)] = ""


class MacroActBody(BaseModel):
    """Who did what when, and how the macro read afterwards; `by` is a name."""

    deed: Deed
    by: str
    at: str
    reason: str
    title: str
    texts: Mapping[str, str]


class WrittenMacroBody(BaseModel):
    """One of the desk's own, or with `file` one of macros.yaml, which is approved and changed there alone."""

    id: str
    title: str
    texts: Mapping[str, str]
    status: MacroStatus
    file: bool
    version: int
    acts: list[MacroActBody]


class WrittenMacrosBody(BaseModel):
    """The file's in its order, then the desk's own by title; and what a text needs and may have."""

    default_language: str
    languages: list[str]
    variables: list[Variable]
    macros: list[WrittenMacroBody]


def own_macro_body(macro: OwnMacro) -> WrittenMacroBody:
    """One of the desk's own."""
    title, texts = macro.content.title, macro.content.texts
    acts = [_act_body(act) for act in macro.acts]
    return WrittenMacroBody(
        id=macro.id, title=title, texts=texts, status=macro.status, file=False, version=macro.version, acts=acts
    )


def macro_bodies(macros: Macros, own: tuple[OwnMacro, ...]) -> WrittenMacrosBody:
    """All there are."""
    return WrittenMacrosBody(
        default_language=macros.default_language,
        languages=list(macros.nameless),
        variables=list(Variable),
        macros=[*(_file_body(macro) for macro in macros.texts), *(own_macro_body(macro) for macro in own)],
    )


def _file_body(macro: Macro) -> WrittenMacroBody:
    approved = {"status": MacroStatus.APPROVED, "file": True, "version": 1, "acts": []}
    return WrittenMacroBody(id=macro.id, title=macro.title, texts=macro.texts, **approved)


def _act_body(act: Act) -> MacroActBody:
    told = {name: getattr(act, name) for name in ("deed", "by", "at", "reason")}
    return MacroActBody(**told, title=act.content.title, texts=act.content.texts)
