"""Owns what is to come into service or leave it, and when: recorded first, carried out from the record.

Refuses what the gate has not seen, or has found a regression in, unless somebody takes it on with name and reason: what
is wrong or leaked must not wait for the gate, which then looks afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, insert, select, update

from bot.desk.accounts import Account
from bot.errors import Conflict
from bot.publishing import history, manuscripts
from bot.publishing.history import Deed, Kept
from bot.publishing.impact import Impact, Kind, Progress
from bot.publishing.manuscripts import Manuscript, State
from bot.publishing.write import check_version
from bot.storage import clock
from bot.storage.clean_text import blank, storable
from bot.storage.manuscript_tables import publications
from bot.storage.one_row import one_row
from bot.storage.record import decode


class Outcome(StrEnum):
    """How far a publication is. RUNNING: begun, so that a killed service finishes it at its next start."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Place:
    """Where it took effect, when, and what that means there."""

    name: str
    at: str
    detail: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of one publication; generations are ids."""

    generation_before: str | None
    generation: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Publication:
    """One row; `revision_id` is the text that comes into service."""

    id: int
    manuscript_id: str
    kind: Kind
    state: Outcome
    revision_id: int | None
    due_at: str
    by: str
    requested_at: str
    override_by: str | None
    override_reason: str | None
    generation_before: str | None
    generation: str | None
    done_at: str | None
    receipt: str | None
    problem: str | None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state in _OPEN

    @property
    def is_urgent(self) -> bool:
        """Whether somebody takes it on so that it happens now."""
        return self.override_by is not None and self.due_at <= self.requested_at

    @property
    def proof(self) -> Receipt | None:
        """The receipt, None until it is done."""
        return decode(Receipt, self.receipt) if self.receipt else None


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asks for: at once unless `due_at`; `expires_at` takes it out again; `override` is a reason."""

    version: int
    due_at: str | None = None
    expires_at: str | None = None
    override: str = ""


_OPEN = (Outcome.WAITING, Outcome.RUNNING)


def publish(
    tx: Connection, account: Account, manuscript_id: str, order: Order, text: str, seen: Impact | None,
    seen_going: Impact | None,
) -> Publication:  # fmt: skip
    """Have `text`, the manuscript as it would be in service, come into service; `seen` is the gate's look at it, and
    `seen_going` the one at its expiry, if it has one.

    Conflict when somebody changed it since, when it is in service already, and when the gate stands in the way.
    """
    held = manuscripts.load(tx, manuscript_id)
    check_version(tx, held, order.version)
    if held.state is State.PUBLISHED:
        raise Conflict("Nothing was changed since it was published.")
    if order.expires_at and order.expires_at <= (order.due_at or clock.now()):
        raise Conflict("It would expire before it is published.")
    why, going = in_the_way(seen), in_the_way(seen_going, goes=True) if order.expires_at else ""
    _check_gate(tx, account, held, order, f"{why} {going}".strip())
    revision = history.keep(tx, held.id, text, Kept.PUBLISHED, account.name)
    _withdraw_waiting(tx, held, Kind.PUBLISH, account)
    made = _add(tx, held, Kind.PUBLISH, account, replace(order, override=why and order.override), revision)
    history.record(tx, held.id, Deed.PUBLISH_ASKED, account, order.due_at or "")
    if order.expires_at:
        _withdraw_waiting(tx, held, Kind.EXPIRE, account)
        expiry = replace(order, due_at=order.expires_at, override=going and order.override)
        _add(tx, held, Kind.EXPIRE, account, expiry, None)
        history.record(tx, held.id, Deed.EXPIRY_SET, account, order.expires_at)
    return made


def archive(tx: Connection, account: Account, manuscript_id: str, order: Order, seen: Impact | None) -> Publication:
    """Have the article leave service. Conflict as for `publish`, and when nothing of it is in service."""
    held = manuscripts.load(tx, manuscript_id)
    check_version(tx, held, order.version)
    if not held.is_live:
        raise Conflict("Customers do not have this article: there is nothing to take out of service.")
    _check_gate(tx, account, held, order, in_the_way(seen))
    _withdraw_waiting(tx, held, Kind.ARCHIVE, account)
    history.record(tx, held.id, Deed.ARCHIVE_ASKED, account, order.due_at or "")
    return _add(tx, held, Kind.ARCHIVE, account, order, None)


def withdraw(tx: Connection, account: Account, publication_id: int) -> Publication:
    """Take back what is not due yet; NotFound, and Conflict when it is being done or is over."""
    held = load(tx, publication_id)
    if held.state is not Outcome.WAITING:
        raise Conflict("It is too late: this was begun, done or taken back already.")
    _end(tx, held.id, Outcome.WITHDRAWN, f"taken back by {account.name}")
    history.record(tx, held.manuscript_id, Deed.WITHDRAWN, account, held.due_at)
    return load(tx, publication_id)


def load(tx: Connection, publication_id: int) -> Publication:
    """One row; NotFound."""
    query = select(publications).where(publications.c.id == publication_id)
    return _from(one_row(tx, query, "Nothing of this kind was planned."))


def of_manuscript(tx: Connection, manuscript_id: str) -> tuple[Publication, ...]:
    """Everything that was planned for it, newest first."""
    query = select(publications).where(publications.c.manuscript_id == manuscript_id)
    return tuple(_from(row) for row in tx.execute(query.order_by(publications.c.id.desc())).mappings())


def due(tx: Connection, now: str) -> tuple[Publication, ...]:
    """What is to be done now, oldest first: what was begun and cut short, and what was missed, too."""
    query = select(publications).where(publications.c.state.in_(_OPEN), publications.c.due_at <= now)
    rows = tx.execute(query.order_by(publications.c.due_at, publications.c.id)).mappings()
    return tuple(_from(row) for row in rows)


def begin(tx: Connection, publication_id: int, generation: str | None) -> None:
    """It is being done; the generation before it is kept through a restart."""
    here = (publications.c.id == publication_id) & (publications.c.state == Outcome.WAITING)
    tx.execute(update(publications).where(here).values(state=Outcome.RUNNING, generation_before=generation))


def finish(tx: Connection, publication_id: int, receipt: Receipt, encoded: str) -> None:
    """It is in effect."""
    values = {
        "state": Outcome.DONE,
        "generation": receipt.generation,
        "receipt": encoded,
        "problem": None,
        "done_at": clock.now(),
    }
    tx.execute(update(publications).where(publications.c.id == publication_id).values(values))


def refuse(tx: Connection, held: Publication, why: str) -> None:
    """It cannot be done; the plan ends here, and the page says why."""
    _end(tx, held.id, Outcome.REFUSED, why)
    history.record(tx, held.manuscript_id, Deed.REFUSED, history.BY_CLOCK, why)


def put_off(tx: Connection, publication_id: int, why: str) -> None:
    """It did not work this time and is tried again."""
    tx.execute(update(publications).where(publications.c.id == publication_id).values(problem=why))


def in_the_way(seen: Impact | None, *, goes: bool = False) -> str:
    """Why the gate would not let it pass, as a sentence; empty when it would. `goes`: it is about an expiry."""
    why = _in_the_way(seen)
    return f"When it goes again: {why}" if why and goes else why


def _in_the_way(seen: Impact | None) -> str:
    if seen is None or seen.state in (Progress.WAITING, Progress.RUNNING):
        return "See first what it does to the answers, or take it on with a reason: the gate looks afterwards then."
    if seen.state is Progress.BROKEN:
        return f"What it does to the answers could not be found out; it can be taken on with a reason. {seen.problem}"
    found = seen.found
    if found is not None and found.blocking:
        one = len(found.blocking) == 1
        many = f"{len(found.blocking)} pinned or answered question{' gets' if one else 's get'} worse"
        return f"{many} ({', '.join(found.blocking[:5])}). Mend the text, or take it on with a reason."
    return ""


def _check_gate(tx: Connection, account: Account, held: Manuscript, order: Order, why: str) -> None:
    if not why:
        return
    if blank(order.override):
        raise Conflict(why)
    history.record(tx, held.id, Deed.OVERRIDDEN, account, f"{order.override} ({why})")


def _add(
    tx: Connection, held: Manuscript, kind: Kind, account: Account, order: Order, revision: int | None
) -> Publication:
    now = clock.now()
    overridden = not blank(order.override)
    values = {
        "manuscript_id": held.id,
        "kind": kind,
        "state": Outcome.WAITING,
        "revision_id": revision,
        "due_at": order.due_at or now,
        "by": account.name,
        "requested_at": now,
        "override_by": account.name if overridden else None,
        "override_reason": storable(order.override) if overridden else None,
    }
    return load(tx, int(tx.execute(insert(publications).values(values).returning(publications.c.id)).scalar_one()))


def _withdraw_waiting(tx: Connection, held: Manuscript, kind: Kind, account: Account) -> None:
    """A new plan of a kind replaces the one before."""
    for each in of_manuscript(tx, held.id):
        if each.kind is kind and each.state is Outcome.WAITING:
            _end(tx, each.id, Outcome.WITHDRAWN, f"replaced by {account.name}")


def _end(tx: Connection, publication_id: int, state: Outcome, why: str) -> None:
    values = {"state": state, "problem": why, "done_at": clock.now()}
    tx.execute(update(publications).where(publications.c.id == publication_id).values(values))


def _from(row: RowMapping) -> Publication:
    return Publication(**dict(row) | {"kind": Kind(row["kind"]), "state": Outcome(row["state"])})
