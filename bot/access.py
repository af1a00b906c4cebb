"""Owns the only permission rules: who a caller is, what it may see or do. Refuses to authenticate anyone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kb_ingest.article import Article, Visibility


class Role(StrEnum):
    """Who is calling; each person or program has exactly one."""

    VISITOR = "visitor"
    SERVICE = "service"
    AGENT = "agent"
    LEAD = "lead"
    CONTENT = "content"
    ADMIN = "admin"


STAFF = frozenset({Role.AGENT, Role.LEAD, Role.CONTENT, Role.ADMIN})
DESK = frozenset({Role.AGENT, Role.LEAD, Role.ADMIN})
LEADS = frozenset({Role.LEAD, Role.ADMIN})
EDITORS = frozenset({Role.LEAD, Role.CONTENT, Role.ADMIN})
REVIEWERS = frozenset({Role.LEAD, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Viewer:
    """A caller, with what is known of it that decides what it may see (`verified` only by a signed token)."""

    role: Role
    verified: bool = False
    region: str | None = None
    plan: str | None = None

    @property
    def is_staff(self) -> bool:
        """True for signed-in people of the desk and the content team."""
        return self.role in STAFF

    def may_see(self, article: Article) -> bool:
        """Internal articles are for staff and trusted services only."""
        return article.visibility is Visibility.PUBLIC or self.sees_internal

    @property
    def sees_internal(self) -> bool:
        """True for staff and for the other help desks that hold a service key."""
        return self.is_staff or self.role is Role.SERVICE

    @property
    def may_work_tickets(self) -> bool:
        """Claim, reply, return and resolve."""
        return self.role in DESK

    @property
    def may_lead(self) -> bool:
        """Set what each agent holds and is fit for, answer what they ask for above their limits, and see everybody's
        load and how complaints and promises stand."""
        return self.role in LEADS

    @property
    def may_edit_knowledge(self) -> bool:
        """See what the articles leave open or have told wrongly, and have it put right."""
        return self.role in EDITORS

    @property
    def may_publish(self) -> bool:
        """Review what was written, and bring it into service or take it out."""
        return self.role in REVIEWERS


PUBLIC_VISITOR = Viewer(Role.VISITOR)
