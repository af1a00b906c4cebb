"""Owns what a draft would do to the answers, as the gate found it: asked for once for the same texts and cases, kept.

Refuses to judge: `python -m eval impact` does, in a process of its own (`impact_job.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from sqlalchemy import Connection, RowMapping, select, update

from bot.desk.accounts import Account
from bot.publishing import gate_cases, history, manuscripts
from bot.publishing.dating import undated
from bot.publishing.history import Deed
from bot.publishing.manuscripts import Manuscript
from bot.publishing.workbench import Workbench
from bot.storage import clock, file_stamps
from bot.storage.manuscript_tables import impacts
from bot.storage.once import insert_once
from bot.storage.record import decode


class Kind(StrEnum):
    """What is to be done with an article."""

    PUBLISH = "publish"
    ARCHIVE = "archive"
    EXPIRE = "expire"


class Progress(StrEnum):
    """How far the gate is. BROKEN: it could not say anything, and `problem` says why."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Side:
    """One answer to a question."""

    decision: str
    shown: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A decisive sentence that an answer lacks: `article` had or has it (empty: none did), `is_said`: it has it
    still."""

    sentence: str
    article: str
    file: str
    is_said: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A question whose answer differs; `worse` and `better` name the measures, `blocks`: it is in the way, `missing`
    the sentences of which one was to be shown and none is. `logged`: a customer asked it, and nobody has said what
    would be right; its text is not kept, it is read by its id (`log_questions.py`)."""

    id: str
    change: str
    blocks: bool
    pinned: bool
    text: str
    worse: tuple[str, ...]
    better: tuple[str, ...]
    before: Side
    now: Side
    missing: tuple[Missing, ...] = ()
    logged: bool = False


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two statements of two articles that cannot both be true."""

    article: str
    other: str
    said: str
    elsewhere: str
    differs: str


@dataclass(frozen=True, slots=True)
class Shadow:
    """An article that now leads where the right one did, with the questions."""

    article: str
    right: str
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """An article that repeats another."""

    file: str
    message: str


@dataclass(frozen=True, slots=True)
class Result:
    """What `python -m eval impact --json` prints; `cases_elsewhere` are about articles of another base, not
    asked; of the `logged_in_all` questions that customers asked of late `logged_asked` are near the edit."""

    asked: int
    cases_in_all: int
    seconds: float
    generation: str
    counts: Mapping[str, int]
    blocking: tuple[str, ...]
    cases: tuple[Case, ...]
    contradictions: tuple[Contradiction, ...]
    shadows: tuple[Shadow, ...]
    near_duplicates: tuple[NearDuplicate, ...]
    cases_elsewhere: int = 0
    logged_asked: int = 0
    logged_in_all: int = 0

    @property
    def is_untested(self) -> bool:
        """Nobody asked about these articles, so that nothing is known of their answers."""
        return not self.cases_in_all and not self.logged_in_all


@dataclass(frozen=True, slots=True)
class Impact:
    """One look of the gate at one text; `text` is the file as it would be in service (empty: taken out), of an expiry
    what goes out of service again."""

    key: str
    manuscript_id: str
    kind: Kind
    text: str
    state: Progress
    by: str
    requested_at: str
    finished_at: str | None
    result: str | None
    problem: str | None

    @property
    def found(self) -> Result | None:
        """The result, None until it is there."""
        return decode(Result, self.result) if self.result else None


def key_of(tx: Connection, bench: Workbench, manuscript: Manuscript, kind: Kind, text: str) -> str:
    """A digest of everything that the gate's answer depends on and that can change while the service runs."""
    total = hashlib.sha256(f"{kind}\n{manuscript.path}\n{undated(text)}\n".encode())
    folders = [bench.settings.cases_dir, bench.settings.policies_dir, *([bench.git] if bench.git else [])]
    taken = (f"{each.id} {each.decided_at}" for each in gate_cases.accepted(tx, bench))
    for line in (*taken, *_texts(tx, bench), *chain.from_iterable(map(file_stamps.below, folders))):
        total.update(f"{line}\n".encode())
    return total.hexdigest()[:24]


def ask(tx: Connection, account: Account | str, manuscript: Manuscript, kind: Kind, text: str, key: str) -> Impact:
    """Have the gate look, unless it has; a look that broke is made again."""
    by = account.name if isinstance(account, Account) else account
    values = {
        "key": key,
        "manuscript_id": manuscript.id,
        "kind": kind,
        "text": text,
        "state": Progress.WAITING,
        "by": by,
        "requested_at": clock.now(),
    }
    if insert_once(tx, impacts, values, "key"):
        history.record(tx, manuscript.id, Deed.IMPACT_ASKED, account)
    broken = (impacts.c.key == key) & (impacts.c.state == Progress.BROKEN)
    tx.execute(update(impacts).where(broken).values(state=Progress.WAITING, problem=None))
    found = look(tx, key)
    assert found is not None
    return found


def look(tx: Connection, key: str) -> Impact | None:
    """The look with this key, None when nobody asked."""
    row = tx.execute(select(impacts).where(impacts.c.key == key)).mappings().first()
    return _from(row) if row is not None else None


def latest(tx: Connection, manuscript_id: str) -> Impact | None:
    """The newest look at this manuscript, at whatever text."""
    query = select(impacts).where(impacts.c.manuscript_id == manuscript_id)
    row = tx.execute(query.order_by(impacts.c.requested_at.desc()).limit(1)).mappings().first()
    return _from(row) if row is not None else None


def waiting(tx: Connection) -> Impact | None:
    """The oldest look that is to be made; one that a killed service had begun is made again."""
    open_ones = impacts.c.state.in_((Progress.WAITING, Progress.RUNNING))
    row = tx.execute(select(impacts).where(open_ones).order_by(impacts.c.requested_at).limit(1)).mappings().first()
    return _from(row) if row is not None else None


def begun(tx: Connection, key: str) -> None:
    """The gate is at work."""
    tx.execute(update(impacts).where(impacts.c.key == key).values(state=Progress.RUNNING))


def finish(tx: Connection, key: str, *, result: str | None = None, problem: str | None = None) -> None:
    """Store what came of it."""
    values = {
        "state": Progress.DONE if result is not None else Progress.BROKEN,
        "finished_at": clock.now(),
        "result": result,
        "problem": problem,
    }
    tx.execute(update(impacts).where(impacts.c.key == key).values(values))


def _texts(tx: Connection, bench: Workbench) -> Iterator[str]:
    if bench.git is None:
        for path, text in manuscripts.in_service(tx).items():
            yield f"{path} {hashlib.sha256(text.encode()).hexdigest()}"


def _from(row: RowMapping) -> Impact:
    return Impact(**dict(row) | {"kind": Kind(row["kind"]), "state": Progress(row["state"])})
