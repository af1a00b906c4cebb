"""Owns an article in work as its page shows it: the form, what is wrong with which field, gate, plans, history.

Refuses to change anything: the page calls /v1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import Connection

from bot.errors import BadRequest, NotFound
from bot.publishing import (
    history,
    impact,
    log_questions,
    manuscripts,
    orders,
    patch,
    preview,
    publications,
    removal,
    versions,
)
from bot.publishing.checked import told
from bot.publishing.compare import Stretch, compare
from bot.publishing.history import Act, Revision
from bot.publishing.impact import Case, Impact, Kind, Progress
from bot.publishing.manuscripts import Manuscript, State
from bot.publishing.preview import Preview
from bot.publishing.publications import Publication
from bot.publishing.reader import Read
from bot.publishing.versions import Served, Version
from bot.publishing.words import compared, shortened
from bot.publishing.workbench import Workbench
from kb_ingest.words import Piece

ACTS_SHOWN = 12


class FieldKind(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    CHOICE = "choice"
    DAY = "day"
    NAMES = "names"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of the front matter, with its value as typed and what is wrong with it."""

    name: str
    label: str
    kind: FieldKind
    hint: str
    options: tuple[str, ...] = ()
    value: str = ""
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A question of the gate with both answers, in pieces; `near_old` and `near_new`: only what is near a
    difference."""

    case: Case
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]
    near_old: tuple[Piece, ...]
    near_new: tuple[Piece, ...]

    @property
    def is_same(self) -> bool:
        """Whether both answers have the same words: another thing about it changed."""
        return self.case.before.shown == self.case.now.shown

    @property
    def is_shortened(self) -> bool:
        """Whether there is more of the answers than what is near a difference."""
        return (self.near_old, self.near_new) != (self.old, self.new)


@dataclass(frozen=True, slots=True)
class ManuscriptView:
    """Everything of one page; `gate`, `going`, `expiry` say what is in the way of publishing it, of taking it out and
    of its going again on a day, `seen` and `seen_going` what the gate saw of the first two, `unfit` why a build would
    leave it out, which no reason helps against.
    """

    held: Manuscript
    fields: tuple[FormField, ...]
    body: str
    wrong: tuple[str, ...]
    git: str
    unfit: str
    gate: str
    seen: Impact | None
    going: str
    seen_going: Impact | None
    expiry: str
    impact: Impact | None
    cases: tuple[ShownCase, ...]
    plans: tuple[Publication, ...]
    acts: tuple[Act, ...]
    served: Served
    versions: tuple[Version, ...]
    homes: Mapping[str, str]
    """Article → manuscript, of the articles that an answer lacks a sentence of."""
    was_published: bool
    keeps: str
    """Why all of it cannot be removed; empty when it can."""

    @property
    def busy(self) -> bool:
        """Whether the page will change by itself soon."""
        looking = self.impact is not None and self.impact.state in (Progress.WAITING, Progress.RUNNING)
        return looking or any(plan.is_open and plan.due_at <= plan.requested_at for plan in self.plans)

    @property
    def is_changed(self) -> bool:
        """Whether the text is another than the one in service."""
        return self.held.state is not State.PUBLISHED


@dataclass(frozen=True, slots=True)
class HistoryView:
    """The kept texts, and one of them compared with the one before it, or (`is_against_now`) with the text now, so that
    what is marked is what bringing it back would change. `served`: what customers get."""

    held: Manuscript
    revisions: tuple[Revision, ...]
    acts: tuple[Act, ...]
    shown: Revision | None
    is_against_now: bool
    stretches: tuple[Stretch, ...]
    served: Served
    git: str

    @property
    def can_be_brought_back(self) -> bool:
        """Whether the text shown is another than the one now."""
        return self.shown is not None and self.shown.text != self.held.text


@dataclass(frozen=True, slots=True)
class PreviewView:
    """The article as one audience sees it; `regions` and `plans` are those of the articles in service."""

    held: Manuscript
    shown: Preview | None
    regions: tuple[str, ...]
    plans: tuple[str, ...]


ERASED = "(a question that was erased since)"
_FORM = (
    FormField("title", "Title", FieldKind.LINE, "What customers see and search."),
    FormField("visibility", "Who may see it", FieldKind.CHOICE, "", ("public", "internal")),
    FormField("area", "Area", FieldKind.LINE, "The subject it stands under in the help centre."),
    FormField("product", "Products", FieldKind.NAMES, "Separated by commas."),
    FormField("region", "Regions", FieldKind.NAMES, "Separated by commas; empty: everywhere."),
    FormField("plan", "Plans", FieldKind.NAMES, "Separated by commas; empty: every plan."),
    FormField("owner", "Owner", FieldKind.LINE, "Who answers for it."),
    FormField("updated_at", "Updated on", FieldKind.DAY, "Set by itself when a changed text is published."),
    FormField("review_by", "Review by", FieldKind.DAY, "As 2026-08-14."),
    FormField("locale", "Language", FieldKind.LINE, "As en or de-AT."),
    FormField("url", "Address", FieldKind.LINE, ""),
    FormField("specific_extra", "One helpful addition", FieldKind.LINE, "Once below an answer; not to the upset."),
    FormField("replaces", "Replaces", FieldKind.LINE, "The id of an earlier article."),
    FormField("questions", "How customers ask for it", FieldKind.LINES, "One a line; searched, never shown."),
    FormField("pinned_for", "Always the answer to", FieldKind.LINES, "One a line; asked like this, nothing else is."),
    FormField("unanswered", "What it does not answer", FieldKind.LINES, "One a line; such questions go to a person."),
)
_STATUS = FormField("status", "Status", FieldKind.CHOICE, "", ("published", "draft", "archived"))


def look(bench: Workbench, manuscript_id: str) -> ManuscriptView:
    """The page of one article; NotFound."""
    with bench.database.snapshot() as tx:
        held = manuscripts.load(tx, manuscript_id)
        plans = publications.of_manuscript(tx, manuscript_id)
        acts = history.acts_of(tx, manuscript_id)[:ACTS_SHOWN]
        kept = history.revisions_of(tx, manuscript_id)
        newest = impact.latest(tx, manuscript_id)
        homes, said = _homes(tx, newest), _asked_by_customers(tx, newest)
        was_published, keeps = removal.was_published(tx, held), removal.in_the_way(tx, bench, held)
    found = bench.reader.read(held.path, held.text)
    (seen, unfit), (seen_expiry, _) = (_gate(bench, held, kind) for kind in (Kind.PUBLISH, Kind.EXPIRE))
    seen_going = orders.seen_by_gate(bench, held.id, Kind.ARCHIVE) if held.is_live else None
    return ManuscriptView(
        held=held,
        fields=tuple(_filled(found, bench)),
        body=found.body,
        wrong=tuple(
            each.sentence for each in told(bench, found) if each.finding.place not in {field.name for field in _FORM}
        ),
        git=str(bench.git or ""),
        unfit=unfit,
        gate="" if unfit or held.state is State.PUBLISHED else publications.in_the_way(seen),
        seen=seen,
        going=publications.in_the_way(seen_going) if held.is_live else "",
        seen_going=seen_going,
        expiry=publications.in_the_way(seen_expiry, goes=True),
        impact=newest,
        cases=tuple(_cases(newest, said)),
        plans=plans,
        acts=acts,
        served=versions.served(bench, held, kept),
        versions=versions.versions(bench, held, kept, plans),
        homes=homes,
        was_published=was_published,
        keeps=keeps,
    )


def look_back(bench: Workbench, manuscript_id: str, revision_id: int | None, *, against_now: bool) -> HistoryView:
    """The history; a revision is compared with the kept text before it or the text now, None: the text now with what is
    in service."""
    with bench.database.snapshot() as tx:
        held = manuscripts.load(tx, manuscript_id)
        kept = history.revisions_of(tx, manuscript_id)
        acts = history.acts_of(tx, manuscript_id)
    shown = next((each for each in kept if each.id == revision_id), None)
    if revision_id is not None and shown is None:
        raise NotFound("This version of the article is not kept.")
    if shown is None:
        sides = next((each.text for each in kept if each.id == held.live_revision), ""), held.text
    elif against_now:
        sides = held.text, shown.text
    else:
        sides = next((each.text for each in kept if each.id < shown.id), ""), shown.text
    return HistoryView(
        held=held,
        revisions=kept,
        acts=acts,
        shown=shown,
        is_against_now=against_now and shown is not None,
        stretches=compare(*sides),
        served=versions.served(bench, held, kept),
        git=str(bench.git or ""),
    )


def look_ahead(bench: Workbench, manuscript_id: str, reader: preview.Reader) -> PreviewView:
    """The article as `reader` would get it; nothing where a build would leave it out."""
    with bench.database.snapshot() as tx:
        held = manuscripts.load(tx, manuscript_id)
    article = orders.as_in_service(bench, held).article
    articles = (*bench.live.current().articles.values(), *([article] if article else []))
    regions = sorted({region for each in articles for region in each.region})
    plans = sorted({plan for each in articles for plan in each.plan})
    return PreviewView(held, preview.preview(article, reader) if article else None, tuple(regions), tuple(plans))


def patch_of(bench: Workbench, manuscript_id: str) -> str:
    """The draft as a patch for the folder that git has, or for a copy of what is in service. BadRequest without a
    change."""
    with bench.database.snapshot() as tx:
        held = manuscripts.load(tx, manuscript_id)
        live = history.revision(tx, held.id, held.live_revision).text if held.live_revision is not None else None
    if bench.git is None:
        made = patch.patch(held.path, live, held.text)
    else:
        file = bench.git / held.path
        there = file.read_bytes().decode("utf-8", "replace") if file.exists() else None
        made = patch.patch(patch.place_in_repository(bench.git, held.path), there, held.text)
    if not made:
        raise BadRequest("The draft is the same as the file: there is nothing to apply.")
    return made


def _gate(bench: Workbench, held: Manuscript, kind: Kind) -> tuple[Impact | None, str]:
    """The gate's look at the text now, or at its expiry, or why there can be none."""
    if held.state is State.PUBLISHED:
        return None, ""
    try:
        seen = orders.seen_by_gate(bench, held.id, kind)
    except BadRequest as error:
        return None, error.detail
    return seen, ""


def _filled(found: Read, bench: Workbench) -> Iterator[FormField]:
    wrong: Mapping[str, list[str]] = {field.name: [] for field in (*_FORM, _STATUS)}
    for each in found.findings:
        wrong.get(each.place, []).append(each.message)
    for field in (*_FORM, *([_STATUS] if bench.git else [])):
        value = found.fields.get(field.name, "")
        joined = value if isinstance(value, str) else ("\n" if field.kind is FieldKind.LINES else ", ").join(value)
        options = (*field.options, *([joined] if field.options and joined and joined not in field.options else []))
        yield FormField(field.name, field.label, field.kind, field.hint, options, joined, tuple(wrong[field.name]))


def _asked_by_customers(tx: Connection, seen: Impact | None) -> Mapping[str, str]:
    found = seen.found if seen is not None else None
    return log_questions.texts(tx, [case.id for case in (found.cases if found else ()) if case.logged])


def _cases(seen: Impact | None, said: Mapping[str, str]) -> Iterator[ShownCase]:
    found = seen.found if seen is not None else None
    for each in found.cases if found is not None else ():
        case = replace(each, text=said.get(each.id, ERASED)) if each.logged else each
        old, new = compared(case.before.shown, case.now.shown)
        yield ShownCase(case, old, new, tuple(shortened(old)), tuple(shortened(new)))


def _homes(tx: Connection, seen: Impact | None) -> Mapping[str, str]:
    found = seen.found if seen is not None else None
    names = {lost.article for each in (found.cases if found else ()) for lost in each.missing if lost.article}
    held = (manuscripts.of_article(tx, name) for name in sorted(names))
    return {each.article_id: each.id for each in held if each is not None}
