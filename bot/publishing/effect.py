"""Owns bringing what is due into effect: checked again, built as one generation, switched to, proven by a receipt.

Refuses a half: whatever is due at once comes with one switch, and a service killed at any point does it again from the
rows at its next start, with the same result.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.publishing import export, history, impact, impact_job, manuscripts, orders, publications
from bot.publishing.dating import undated
from bot.publishing.history import Deed
from bot.publishing.impact import Kind
from bot.publishing.impact_job import Running
from bot.publishing.manuscripts import Manuscript, State
from bot.publishing.publications import Place, Publication, Receipt
from bot.publishing.reader import Read
from bot.publishing.retiring import follow_forgotten, retire
from bot.publishing.workbench import Workbench
from bot.storage import clock
from bot.storage.record import decode, encode
from kb_ingest.readers import PATIENCE, Standing, followed

ARTICLES = "articles"
LONGEST_BUILD_SECONDS = 3600.0
_LAST = 600


@dataclass(frozen=True, slots=True)
class Erased:
    """What a build removed from one place."""

    place: str
    removed: int


@dataclass(frozen=True, slots=True)
class Erasure:
    """A build's receipt for an article that is archived."""

    article_id: str
    places: tuple[Erased, ...]


@dataclass(frozen=True, slots=True)
class Built:
    """What `python -m kb_ingest build --json` prints, as far as a receipt needs it."""

    generation: str
    embedded: int
    reused: int
    receipts: tuple[Erasure, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    """One publication with the manuscript and the text that it brings: `found` is None for one that leaves.
    `is_newest`: nobody has written another text since."""

    row: Publication
    manuscript: Manuscript
    found: Read | None
    text: str
    is_newest: bool


def bring_due(bench: Workbench, running: Running, now: str) -> int:
    """Bring everything that is due into effect; how many came. What did not work is tried again at the next call."""
    base = bench.live.published()
    follow_forgotten(bench)
    with bench.database.snapshot() as tx:
        due = publications.due(tx, now)
    steps = [step for row in due if (step := _checked(bench, row, running)) is not None]
    if not steps or running.stopped:
        return 0
    with bench.database.transaction() as tx:
        before = bench.live.current().generation
        for step in steps:
            publications.begin(tx, step.row.id, before)
        files = _files(tx, steps)
    built = _built(bench, running, files, base)
    if isinstance(built, str):
        with bench.database.transaction() as tx:
            for step in steps:
                publications.put_off(tx, step.row.id, built)
        return 0
    switched = clock.now()
    bench.live.refresh()
    processes = followed(bench.settings.index_dir, built.generation, PATIENCE)
    with bench.database.transaction() as tx:
        for step in steps:
            row = publications.load(tx, step.row.id)
            places = tuple(_places(step, built, switched, processes))
            receipt = Receipt(row.generation_before, built.generation, places)
            publications.finish(tx, row.id, receipt, encode(receipt))
            _settle(tx, step)
    return len(steps)


def _checked(bench: Workbench, row: Publication, running: Running) -> _Step | None:
    """The step, None when the row is refused or the gate has not looked to its end."""
    if unknown := orders.strangers(bench):
        _refuse(bench, row, f"{len(unknown)} articles in service are not kept here, for instance {unknown[0]}")
        return None
    with bench.database.snapshot() as tx:
        held = manuscripts.load(tx, row.manuscript_id)
        text = history.revision(tx, held.id, row.revision_id).text if row.revision_id is not None else ""
    found = bench.reader.read(held.path, text) if row.kind is Kind.PUBLISH else None
    now = orders.as_in_service(bench, held, row.kind).text
    text = text if found else now
    why = "" if _is_taken_on(row) else _gate(bench, held, row.kind, text if found else "", running)
    if why is None:
        return None
    if found is not None and found.article is None:
        why = "; ".join(each.message for each in found.findings if each.blocks)
    if why:
        _refuse(bench, row, why)
    return None if why else _Step(row, held, found, text, undated(now) == undated(text))


def _is_taken_on(row: Publication) -> bool:
    """Whether somebody answers for it by name: an override, or an expiry, which the gate saw when it was set."""
    return row.override_by is not None or row.kind is Kind.EXPIRE


def _gate(bench: Workbench, held: Manuscript, kind: Kind, text: str, running: Running) -> str | None:
    """Why it may not pass now: the articles or cases may have changed since it was planned. None: not known yet."""
    with bench.database.transaction() as tx:
        key = impact.key_of(tx, bench, held, kind, text)
        seen = impact.look(tx, key) or impact.ask(tx, history.BY_CLOCK, held, kind, text, key)
    if seen.state in (impact.Progress.WAITING, impact.Progress.RUNNING):
        if not impact_job.run(bench, seen, running):
            return None
        with bench.database.snapshot() as tx:
            seen = impact.look(tx, key) or seen
    return publications.in_the_way(seen)


def _refuse(bench: Workbench, row: Publication, why: str) -> None:
    with bench.database.transaction() as tx:
        publications.refuse(tx, row, why)


def _files(tx: Connection, steps: Sequence[_Step]) -> Mapping[str, str]:
    """Every article that is in service afterwards, and the archived ones, of which the build leaves nothing behind."""
    files = {**manuscripts.retired(tx), **manuscripts.in_service(tx)}
    return {**files, **{step.manuscript.path: step.text for step in steps}}


def _built(bench: Workbench, running: Running, files: Mapping[str, str], base: str | None) -> Built | str:
    """What the build did, or why there is no new generation; on top of `base` alone, of which the record knows what was
    forgotten."""
    folder = export.write(bench.folder / ARTICLES, files)
    settings = bench.settings
    command = [
        sys.executable, "-m", "kb_ingest", "build", "--source", str(folder), "--index", str(settings.index_dir),
        "--json", "--model-cache", str(settings.model_cache_dir),
    ]  # fmt: skip
    model = ["--model", settings.embedder_model] if settings.embedder_model else []
    on = ["--on", base] if base else []
    status, said, wrong = running.run([*command, *model, *on], LONGEST_BUILD_SECONDS)
    if status != 0:
        return wrong.strip()[-_LAST:] or f"the build ended with status {status}"
    return decode(Built, said.strip().splitlines()[-1])


def _places(step: _Step, built: Built, switched: str, processes: Sequence[Standing]) -> Iterator[Place]:
    yield Place("index", switched, f"generation {built.generation}: vectors, words and passages in one switch")
    yield Place("vector cache", switched, f"{built.embedded} passages embedded, {built.reused} unchanged")
    for each in processes:
        if each.generation == built.generation:
            yield Place(each.process, each.at, "chat, search, suggestions and help centre answer from this generation")
        else:
            yield Place(each.process, switched, "DOES NOT ANSWER FROM THIS GENERATION YET: look at its log, or end it")
    if step.found is None:
        yield Place("drafts and history", switched, "kept for editors; nobody else has any of it")
    for erasure in built.receipts:
        if erasure.article_id == step.manuscript.article_id:
            yield from (Place(each.place, switched, f"{each.removed} removed") for each in erasure.places)


def _settle(tx: Connection, step: _Step) -> None:
    """The manuscript as it is once this is in effect; what was written meanwhile stays a draft."""
    held = manuscripts.load(tx, step.manuscript.id)
    if step.found is None:
        retire(tx, held, step.text, step.row.by, step.row.kind)
        return
    settled = replace(held, live_revision=step.row.revision_id)
    if step.is_newest and held.version == step.manuscript.version:
        settled = replace(settled, state=State.PUBLISHED, text=step.text)
        settled = settled.having(manuscripts.facts_of(held.path, step.found))
    history.record(tx, held.id, Deed.PUBLISHED, step.row.by)
    manuscripts.settle(tx, settled)
