"""Owns how an article would look to each audience before anybody has it. Refuses rules of its own: access.py says who
may see an article, visible.py whom it is written for, and the portal's and the chat's blocks are what is shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.access import PUBLIC_VISITOR, Role, Viewer
from bot.answering.linked_words import placed
from bot.answering.rendering import ShownBlock, render
from bot.retrieval.visible import suits
from kb_ingest.article import Article, Status


class Audience(StrEnum):
    """Who looks."""

    VISITOR = "visitor"
    CUSTOMER = "customer"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Reader:
    """One who looks, with what is known of a signed-in customer."""

    audience: Audience = Audience.VISITOR
    region: str | None = None
    plan: str | None = None

    @property
    def viewer(self) -> Viewer:
        """The same as the service knows it."""
        if self.audience is Audience.AGENT:
            return Viewer(Role.AGENT)
        if self.audience is Audience.CUSTOMER:
            return Viewer(Role.VISITOR, verified=True, region=self.region, plan=self.plan)
        return PUBLIC_VISITOR


@dataclass(frozen=True, slots=True)
class Preview:
    """The article as blocks; empty with the reason where this reader does not get it."""

    reader: Reader
    title: str
    blocks: tuple[ShownBlock, ...]
    extra: str
    hidden: str


def preview(article: Article, reader: Reader) -> Preview:
    """What this reader would get."""
    why = _hidden(article, reader)
    if why:
        return Preview(reader, "", (), "", why)
    return Preview(reader, article.title, render(article.text, leads=placed(article)), article.specific_extra or "", "")


def _hidden(article: Article, reader: Reader) -> str:
    if article.status is not Status.PUBLISHED:
        return f"Nobody gets it: its status is {article.status}."
    if not reader.viewer.may_see(article):
        return "It is internal: only staff get it."
    if reader.audience is Audience.CUSTOMER and not suits(article, reader.region, reader.plan):
        return "It is for another region or plan: search and chat do not offer it to this customer."
    return ""
