"""Owns the JSON of the gap ledger. Refuses to be sent to a visitor."""

from __future__ import annotations

from pydantic import BaseModel, Field

from bot.gaps.ledger import Failing, Finding, GapStatus
from bot.gaps.view import Detail, Line


class GapBody(BaseModel):
    """A line of the ledger; `minutes` is what people spent on its tickets."""

    id: str
    status: GapStatus
    title: str
    article_id: str | None
    size: int
    passed: int = Field(description="Wordings that the last check proved answered.")
    failing: int = Field(description="Those that it proved not answered; also of a closed gap, where a person said so.")
    this_week: int
    week_before: int
    minutes: int
    contradicted: bool = Field(description="What people answered contradicts the article or the bot.")
    found_at: str
    checked_at: str | None
    checked_generation: str | None
    closed_at: str | None
    closed_by: str | None
    reopened_at: str | None


class GapsBody(BaseModel):
    """The ledger, costliest first."""

    gaps: list[GapBody]


class AskedBody(BaseModel):
    """One wording, without personal data; `failing` null when it passed, or was not checked yet (`passed` false)."""

    text: str
    passed: bool
    failing: Failing | None


class ContradictionBody(BaseModel):
    """Two sentences that can not both be true."""

    said: str
    against: str
    differs: str


class GapDetail(BaseModel):
    """One gap with its wordings, what a person said, and the draft that may close it."""

    gap: GapBody
    samples: list[str]
    wordings: list[AskedBody]
    said: str | None
    contradiction: ContradictionBody | None
    patch: str = Field(description="Markdown to paste, never written by the service.")
    cases: list[str] = Field(description="Lines for a file of evaluation cases.")


class CheckBody(BaseModel):
    """What asking the wordings again gave."""

    generation: str
    asked: int
    passed: int


class ClosePost(BaseModel):
    """`although` some wordings fail: they ask something else."""

    although: bool = False


def gap_body(line: Line) -> GapBody:
    """The line as JSON."""
    gap = line.gap
    return GapBody(
        id=gap.id,
        status=gap.status,
        title=line.title,
        article_id=gap.article_id,
        size=line.size,
        passed=line.passed,
        failing=line.failing,
        this_week=line.this_week,
        week_before=line.week_before,
        minutes=line.minutes,
        contradicted=gap.contradicted,
        found_at=gap.found_at,
        checked_at=gap.checked_at,
        checked_generation=gap.checked_generation,
        closed_at=gap.closed_at,
        closed_by=gap.closed_by,
        reopened_at=gap.reopened_at,
    )


def gap_detail(seen: Detail) -> GapDetail:
    """The gap as JSON."""
    against = seen.contradiction
    return GapDetail(
        gap=gap_body(seen.line),
        samples=list(seen.samples),
        wordings=[AskedBody(text=each.text, passed=each.passed, failing=each.failing) for each in seen.wordings],
        said=seen.said,
        contradiction=(
            ContradictionBody(said=against.said, against=against.against, differs=against.differs) if against else None
        ),
        patch=seen.patch.markdown,
        cases=[each.json for each in seen.cases],
    )


def check_body(found: Finding) -> CheckBody:
    """The check as JSON."""
    passed = sum(checked.failing is None for checked in found.wordings)
    return CheckBody(generation=found.generation, asked=len(found.wordings), passed=passed)
