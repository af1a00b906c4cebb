"""Owns what each person of the desk is fit for, as their lead keeps it. Refuses to match tickets: assignment does."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select

from bot.errors import BadRequest
from bot.storage.clean_text import storable
from bot.storage.tables import skills


class SkillKind(StrEnum):
    """In what somebody can be fit: a team of routing.yaml, a language, a sensitive category, a topic."""

    TEAM = "team"
    LANGUAGE = "language"
    CATEGORY = "category"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class Skills:
    """One person's skills; a kind without any means fit for everything of it."""

    of_kind: Mapping[SkillKind, frozenset[str]] = field(default_factory=dict)

    def fit(self, kind: SkillKind, needed: str | None) -> bool:
        """True when nothing is needed, nothing is narrowed, or it is named."""
        named = self.of_kind.get(kind)
        return needed is None or not named or needed in named


def of_everybody(tx: Connection) -> Mapping[str, Skills]:
    """The skills by account id of those who have any."""
    found: dict[str, dict[SkillKind, set[str]]] = {}
    for row in tx.execute(select(skills)):
        found.setdefault(row.account_id, {}).setdefault(SkillKind(row.kind), set()).add(row.value)
    return {
        account_id: Skills({kind: frozenset(values) for kind, values in kinds.items()})
        for account_id, kinds in found.items()
    }


def replace(tx: Connection, account_id: str, kind: SkillKind, values: Set[str], known: Set[str]) -> None:
    """Give the person these skills of a kind and no others.

    BadRequest for one that is not `known`: with a misspelt one, somebody would be fit for nothing and never hear of it.
    """
    kept = {storable(value).strip() for value in values}
    unknown = sorted(kept - known)
    if unknown:
        raise BadRequest(f"There is no {kind} {unknown[0]!r}; known: {', '.join(sorted(known)) or 'none'}.")
    tx.execute(delete(skills).where(skills.c.account_id == account_id, skills.c.kind == kind))
    if kept:
        rows = [{"account_id": account_id, "kind": kind, "value": value} for value in sorted(kept)]
        tx.execute(insert(skills), rows)
