"""Owns the full run before an edit: kept beside the results, and used again as long as nothing that made it differs.

Refuses a run of other articles, cases, policies or program: its key is a digest of all of them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from bot.casebook import line_file
from bot.casebook.case import Case
from bot.casebook.of_base import of_base
from bot.decision.calibration_of_base import FOLDER
from bot.decision.signals import Signals
from bot.respond import Responder
from bot.storage import clock
from eval import result_file
from eval.edits.brink import Brink
from eval.edits.traced import Seen, Trace, Vector, follow
from eval.knowledge import knowledge_of
from eval.parts import Workshop
from eval.result import CaseResult, RunResult
from eval.subject import Subject
from kb_ingest.publish import Store

KEPT = 6
"""Runs that are kept; older ones go."""
PROGRAM = Path(__file__).parents[2]
_PARTS = ("kb_ingest", "bot", "eval")
_RESULT, _TRACES, _VECTORS = "result.json", "traces.json", "vectors.npy"


@dataclass(frozen=True, slots=True)
class Before:
    """The pipeline on the base before the edit, and what it did with the `cases` that are about it: `vectors` (n, d)
    belong to the `traces`. A case on which the pipeline broke has a result and no trace."""

    cases: tuple[Case, ...]
    responder: Responder
    run: RunResult
    traces: tuple[Trace, ...]
    vectors: Vector
    was_kept: bool

    @property
    def results(self) -> dict[str, CaseResult]:
        """By case id."""
        return {case.id: case for case in self.run.cases}


def before(shop: Workshop, kb: Path, cases: Sequence[Case], files: Sequence[Path]) -> Before:
    """The kept run of this folder, else a full one, which is kept."""
    index_dir = shop.work_dir / "index"
    folder = shop.work_dir / "impact" / _key(shop, kb, files)
    found = _read(folder)
    if found is None or _published(index_dir) != found[0].generation:
        shop.refresh([kb], index_dir)
    responder = shop.responder(index_dir)
    own = of_base(cases, responder.live.current().articles)
    run, traces, vectors = found or _ran(responder, own)
    if found is None:
        _write(folder, run, traces, vectors)
    return Before(own, responder, run, traces, vectors, was_kept=found is not None)


def remembering(base: Before, cases: Sequence[Case]) -> Responder:
    """The responder, which knows in what languages the cases are written: the model for that takes half a second."""
    texts = {case.id: case.text for case in cases}
    known = {texts[trace.id]: trace.language for trace in base.traces if trace.id in texts}

    def language_of(text: str, fallback: str) -> str:
        return known[text] if text in known else base.responder.language_of(text, fallback)

    return replace(base.responder, language_of=language_of)


def run_of(responder: Responder, seen: Sequence[Seen]) -> RunResult:
    """The results as a run of the responder's generation."""
    index = responder.live.current()
    return RunResult(
        at=clock.now(),
        generation=index.generation,
        answer_from=responder.calibration.answer_from,
        versions={article.id: article.version for article in index.ordered},
        cases=tuple(each.result for each in seen),
    )


def _ran(responder: Responder, cases: Sequence[Case]) -> tuple[RunResult, tuple[Trace, ...], Vector]:
    subject = Subject(responder)
    subject.warm(cases)
    seen = list(follow(subject, knowledge_of(responder.live.current()), cases))
    traced = [(each.trace, each.vector) for each in seen if each.trace is not None and each.vector is not None]
    vectors = np.stack([vector for _, vector in traced]) if traced else np.empty((0, 0), np.float32)
    return run_of(responder, seen), tuple(each for each, _ in traced), vectors


def _key(shop: Workshop, kb: Path, files: Sequence[Path]) -> str:
    """A digest of everything a run depends on."""
    settings = shop.settings
    calibration = settings.calibration_file.parent
    texts = [*line_file.files(files), *sorted(calibration.glob("*.json")), *sorted((calibration / FOLDER).glob("*"))]
    total = hashlib.sha256(shop.embedder.digest.encode())
    for root in (kb, settings.policies_dir, settings.prompts_dir):
        total.update(_digest(root, sorted(path for path in root.rglob("*") if path.is_file())))
    for part in _PARTS:
        total.update(_digest(PROGRAM, sorted((PROGRAM / part).rglob("*.py"))))
    for path in texts:
        total.update(_digest(path.parent, [path]))
    return total.hexdigest()[:16]


def _digest(root: Path, paths: Sequence[Path]) -> bytes:
    total = hashlib.sha256()
    for path in paths:
        total.update(f"{path.relative_to(root).as_posix()}\n".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.digest()


def _published(index_dir: Path) -> str | None:
    return Store(index_dir).generation_id()


def _write(folder: Path, run: RunResult, traces: Sequence[Trace], vectors: Vector) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / _VECTORS, vectors, allow_pickle=False)
    (folder / _TRACES).write_text(json.dumps([asdict(trace) for trace in traces]), encoding="utf-8")
    result_file.write(folder / _RESULT, run)
    whole = sorted(folder.parent.glob(f"*/{_RESULT}"), key=lambda path: path.stat().st_mtime_ns)
    for old in whole[:-KEPT]:
        shutil.rmtree(old.parent)


def _read(folder: Path) -> tuple[RunResult, tuple[Trace, ...], Vector] | None:
    """What was kept; the result is written last, so that without it there is nothing."""
    if not (folder / _RESULT).exists():
        return None
    traces = tuple(_traces(json.loads((folder / _TRACES).read_text(encoding="utf-8"))))
    return result_file.read(folder / _RESULT), traces, np.load(folder / _VECTORS, allow_pickle=False)


def _traces(rows: Sequence[dict[str, object]]) -> Iterator[Trace]:
    for row in rows:
        hits = row["hits"]
        assert isinstance(hits, list)
        lists = {name: tuple(map(str, row[name])) for name in ("products", "rare")}  # type: ignore[call-overload]
        found = {"hits": tuple((name, score) for name, score in hits), "brink": _brink(row["brink"])}
        yield Trace(**row | lists | found)  # type: ignore[arg-type]


def _brink(row: object) -> Brink | None:
    if not isinstance(row, dict):
        return None
    return Brink(**row | {"signals": Signals(**row["signals"])})
