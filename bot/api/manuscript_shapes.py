"""Owns the JSON of articles in work. Refuses to be sent to a visitor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from bot.api.conversation_shapes import Sent
from bot.api.field_types import Moment, Version
from bot.publishing.checked import Told
from bot.publishing.impact import Impact, Kind, Progress, Result
from bot.publishing.manuscripts import LONGEST_PATH, Manuscript, State
from bot.publishing.publications import Order, Outcome, Publication, Receipt
from bot.publishing.reader import Read
from bot.publishing.write import LONGEST_TEXT
from bot.storage import clock

MOST_FIELDS, MOST_ENTRIES, LONGEST_ENTRY = 60, 200, 5000
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_-]{0,59}$")]
Entry = Annotated[str, StringConstraints(max_length=LONGEST_ENTRY)]
Said = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
Why = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class NewPost(Sent):
    """A new article: its file in the folder of articles, which also gives its id, and its title."""

    path: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_PATH)]
    title: Annotated[str, StringConstraints(min_length=1, max_length=300)]


class SavePost(Sent):
    """The front matter's fields (an empty value takes one out, one that is not named stays) and the text."""

    version: Version
    fields: Annotated[dict[Name, Entry | list[Entry]], Field(max_length=MOST_FIELDS)] = Field(default_factory=dict)
    body: Said | None = None


class StepPost(Sent):
    """A step at the version that was looked at."""

    version: Version


class BringBackPost(Sent):
    """An earlier text by its number in the history, at the version of the draft that was looked at."""

    version: Version
    revision: Annotated[int, Field(ge=1, le=2**63 - 1)]


class ReturnPost(Sent):
    """The reviewer's no."""

    version: Version
    why: Why


class OrderPost(Sent):
    """When it takes effect (null: now) and ends (null: never); `override` is a reason against the gate."""

    version: Version
    due_at: Moment | None = None
    expires_at: Moment | None = None
    override: Annotated[str, StringConstraints(max_length=2000)] = ""

    def order(self) -> Order:
        """The same for the verb."""
        return Order(self.version, _written(self.due_at), _written(self.expires_at), self.override)


class ManuscriptBody(BaseModel):
    """An article in work; `live`: customers have a version of it."""

    id: str
    article_id: str
    path: str
    state: State
    version: int
    title: str
    area: str
    owner: str
    visibility: str
    review_by: str | None
    live: bool
    updated_at: str


class ManuscriptsBody(BaseModel):
    """Those that were asked for, by title."""

    manuscripts: list[ManuscriptBody]


class FindingBody(BaseModel):
    """What is wrong: `place` is a field or `body`, `line` counts in the file, `excerpt` is how it begins, `blocks`: a
    build leaves the article out."""

    place: str
    line: int | None
    excerpt: str
    message: str
    blocks: bool


class DetailBody(BaseModel):
    """One article with its fields, text, and what is wrong with it."""

    manuscript: ManuscriptBody
    fields: dict[str, str | list[str]]
    body: str
    findings: list[FindingBody]


class ImpactBody(BaseModel):
    """The gate's look at the text as it is now; `state` null: nobody asked. `result` is what the terminal prints."""

    state: Progress | None
    in_the_way: str
    problem: str | None
    result: Result | None


class PublicationBody(BaseModel):
    """What was planned and what became of it; `receipt` says where it took effect, and when."""

    id: int
    kind: Kind
    state: Outcome
    due_at: str
    by: str
    requested_at: str
    override_by: str | None
    override_reason: str | None
    done_at: str | None
    problem: str | None
    receipt: Receipt | None


class PublicationsBody(BaseModel):
    """Everything that was planned for an article, newest first."""

    publications: list[PublicationBody]


def manuscript_body(held: Manuscript) -> ManuscriptBody:
    """The line of a list."""
    return ManuscriptBody(
        id=held.id,
        article_id=held.article_id,
        path=held.path,
        state=held.state,
        version=held.version,
        title=held.title,
        area=held.area,
        owner=held.owner,
        visibility=held.visibility,
        review_by=held.review_by,
        live=held.is_live,
        updated_at=held.updated_at,
    )


def detail_body(held: Manuscript, found: Read, told: Iterable[Told]) -> DetailBody:
    """The whole article."""
    fields = {name: value if isinstance(value, str) else list(value) for name, value in found.fields.items()}
    findings = [_finding(each) for each in told]
    return DetailBody(manuscript=manuscript_body(held), fields=fields, body=found.body, findings=findings)


def impact_body(seen: Impact | None, in_the_way: str) -> ImpactBody:
    """The look, or that there is none."""
    if seen is None:
        return ImpactBody(state=None, in_the_way=in_the_way, problem=None, result=None)
    return ImpactBody(state=seen.state, in_the_way=in_the_way, problem=seen.problem, result=seen.found)


def publication_body(row: Publication) -> PublicationBody:
    """One plan."""
    return PublicationBody(
        id=row.id,
        kind=row.kind,
        state=row.state,
        due_at=row.due_at,
        by=row.by,
        requested_at=row.requested_at,
        override_by=row.override_by,
        override_reason=row.override_reason,
        done_at=row.done_at,
        problem=row.problem,
        receipt=row.proof,
    )


def _written(moment: datetime | None) -> str | None:
    return clock.write(moment) if moment else None


def _finding(told: Told) -> FindingBody:
    each = told.finding
    return FindingBody(
        place=each.place, line=each.line, excerpt=told.excerpt, message=each.message, blocks=each.blocks
    )
