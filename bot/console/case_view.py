"""Owns what the console shows of evaluation cases: a page of those that are asked for, one of them, proposals.

Refuses to check a case: the page asks /v1.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields

from bot.casebook.book import Book, pending
from bot.casebook.case import Case, Kind
from bot.casebook.case_line import CaseLine
from bot.casebook.of_base import of_base
from bot.casebook.proposals import Proposal, ProposalStatus

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases: of a kind, of an area, with these words in message, id or reason."""

    kind: Kind | None = None
    area: str = ""
    words: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class CaseList:
    """A page of cases; `found` in all. `elsewhere`: so many are about articles that this desk does not have; where all
    are they are another company's, and none is shown. `faults` are lines of the files that cannot be read."""

    cases: tuple[Case, ...]
    found: int
    pages: int
    areas: tuple[str, ...]
    faults: tuple[str, ...]
    elsewhere: int


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of a case as the folder has it, and as it is proposed."""

    field: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Form:
    """A case to look at and to change. `of`: the case in the folder that it changes, and its line `before`; `proposal`:
    what is decided on."""

    line: CaseLine
    of: Case | None = None
    proposal: Proposal | None = None
    before: CaseLine | None = None

    @property
    def changes(self) -> tuple[FieldChange, ...]:
        """What the proposal changes, field by field; nothing where there is no case before it."""
        if self.proposal is None or self.before is None:
            return ()
        both = ((each.name, _told(self.before, each.name), _told(self.line, each.name)) for each in fields(CaseLine))
        return tuple(FieldChange(name, before, now) for name, before, now in both if before != now)

    @property
    def fixed(self) -> bool:
        """Nothing can be changed any more."""
        return self.proposal is not None and self.proposal.status is not ProposalStatus.PROPOSED


EMPTY = CaseLine(
    id="", kind=Kind.ANSWERABLE, area="", text="", context=(), region=None, plan=None, decisions=("answer",),
    sensitive=None, reason="",
)  # fmt: skip


def listed(book: Book, wanted: Wanted, articles: Collection[str]) -> CaseList:
    """The cases that are asked for, in the order of the files, of a desk with these `articles`."""
    words = wanted.words.casefold().split()
    own = of_base(book.found.items, articles)
    cases = book.found.items if own else ()
    found = [case for case in cases if _fits(case, wanted, words)]
    first = (wanted.page - 1) * PER_PAGE
    return CaseList(
        cases=tuple(found[first : first + PER_PAGE]),
        found=len(found),
        pages=max(1, -(-len(found) // PER_PAGE)),
        areas=tuple(sorted({case.area for case in cases})),
        faults=book.found.faults,
        elsewhere=len(book.found.items) - len(own),
    )


def of_folder(book: Book, case_id: str) -> Form:
    """A case of the folder; NotFound without it."""
    case = book.case(case_id)
    return Form(book.line(case), case)


def of_proposal(book: Book, proposal: Proposal) -> Form:
    """A proposal, beside the case that it changes."""
    case = next((each for each in book.found.items if each.id == proposal.line.id), None)
    return Form(proposal.line, case, proposal, book.line(case) if case else None)


def waiting(book: Book, every: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """What was accepted and is not in the folder yet."""
    return pending(book, [proposal for proposal in every if proposal.status is ProposalStatus.ACCEPTED])


def _told(line: CaseLine, name: str) -> str:
    """The value of a field as a reader sees it."""
    match getattr(line, name):
        case tuple() as several:
            return "; ".join(": ".join(each) if isinstance(each, tuple) else each for each in several)
        case bool() as flag:
            return "yes" if flag else ""
        case value:
            return value or ""


def _fits(case: Case, wanted: Wanted, words: Sequence[str]) -> bool:
    if wanted.kind not in (None, case.kind) or wanted.area not in ("", case.area):
        return False
    text = f"{case.id} {case.text} {case.reason}".casefold()
    return all(word in text for word in words)
