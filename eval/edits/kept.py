"""Owns the full run before an edit: kept beside the results, used again as long as nothing that made it differs, and
carried on to a base of other articles: what the difference can reach is asked there, the rest stays as it was.

Refuses a run of other cases, policies or program: its key is a digest of all of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bot.casebook import line_file
from bot.casebook.case import Case
from bot.casebook.of_base import of_base
from bot.decision.calibration_of_base import FOLDER, for_base
from bot.respond import Responder
from bot.storage import clock
from eval.edits import kept_files
from eval.edits.kept_files import Run
from eval.edits.layer import Layer, to_ask
from eval.edits.traced import Seen, follow
from eval.knowledge import knowledge_of
from eval.parts import Workshop
from eval.result import CaseResult, RunResult
from eval.subject import Subject
from kb_ingest.index import KnowledgeIndex
from kb_ingest.publish import Store

LAYERS = 2
"""Indexes that a run may hang on: each costs a look the time to read it."""
PROGRAM = Path(__file__).parents[2]
_PARTS = ("kb_ingest", "bot", "eval")


@dataclass(frozen=True, slots=True)
class Before:
    """The pipeline on the base before the edit, and what it did with the `cases` that are about it. A case on which the
    pipeline broke has a result and is in no layer. Of a run that was carried on, only the last layer was asked on this
    base; by the argument of `reach` the answers of the others are the same."""

    cases: tuple[Case, ...]
    responder: Responder
    run: RunResult
    layers: tuple[Layer, ...]
    was_kept: bool

    @property
    def results(self) -> dict[str, CaseResult]:
        """By case id."""
        return {case.id: case for case in self.run.cases}


def before(shop: Workshop, kb: Path, cases: Sequence[Case], files: Sequence[Path]) -> Before:
    """The kept run of this folder, else the newest one carried on to it, else a full one; which is kept."""
    index_dir, home = shop.work_dir / "index", shop.work_dir / "impact"
    made_by = _made_by(shop, files)
    folder = home / f"{made_by}-{_of_folder(kb).hex()[:16]}"
    if Store(index_dir).generation_id() != (kept_files.generation(folder) or ""):
        shop.refresh([kb], index_dir)
    responder = shop.responder(index_dir)
    index = responder.live.current()
    own = of_base(cases, index.articles)
    if (found := kept_files.read(folder, index)) is not None:
        return Before(own, responder, *found, was_kept=True)
    run, layers = carried(_earlier(shop, home, made_by, responder), responder, own)
    kept_files.write(folder, run, layers, index_dir)
    return Before(own, responder, run, layers, was_kept=False)


def remembering(responder: Responder, layers: Sequence[Layer], cases: Sequence[Case]) -> Responder:
    """The responder, which knows in what languages the cases are written: the model for that takes half a second."""
    texts = {case.id: case.text for case in cases}
    traces = [trace for layer in layers for trace in layer.traces]
    known = {texts[trace.id]: trace.language for trace in traces if trace.id in texts}

    def language_of(text: str, fallback: str) -> str:
        return known[text] if text in known else responder.language_of(text, fallback)

    return replace(responder, language_of=language_of)


def _earlier(shop: Workshop, home: Path, made_by: str, responder: Responder) -> Run | None:
    """The newest run that was made alike, of other articles; None where there is none that says anything about these:
    a base that is taken for another has other thresholds."""
    newest = kept_files.by_age(home, f"{made_by}-*")
    found = kept_files.read(newest[-1], responder.live.current()) if newest else None
    if found is None:
        return None
    settings, alike = shop.settings.calibration_file, responder.calibration
    return found if all(for_base(settings, layer.index.articles) == alike for layer in found[1]) else None


def carried(earlier: Run | None, responder: Responder, own: Sequence[Case]) -> Run:
    """What was asked before, where it cannot have changed, and the rest asked now; all of it without a run before."""
    run, layers = earlier or (None, ())
    known, index = {case.id: case for case in run.cases} if run else {}, responder.live.current()
    again = {case.id for case in to_ask(layers, responder, own)}
    again |= {trace.id for layer in layers for trace in layer.traces} - {case.id for case in own}
    left = [layer.without(again) for layer in layers]
    of_others = sorted((layer for layer in left if layer.index is not index), key=lambda layer: -len(layer.traces))
    again |= {trace.id for layer in of_others[LAYERS - 1 :] for trace in layer.traces}
    seen = _seen(remembering(responder, layers, own), [case for case in own if case.id in again])
    known |= {each.result.id: each.result for each in seen}
    newest = _layer(index, seen).joined(layer for layer in left if layer.index is index)
    stay = tuple(layer for layer in (*of_others[: LAYERS - 1], newest) if layer.traces)
    return _run_of(responder, [known[case.id] for case in own]), stay


def _run_of(responder: Responder, results: Sequence[CaseResult]) -> RunResult:
    index = responder.live.current()
    return RunResult(
        at=clock.now(),
        generation=index.generation,
        answer_from=responder.calibration.answer_from,
        versions={article.id: article.version for article in index.ordered},
        cases=tuple(results),
    )


def _seen(responder: Responder, cases: Sequence[Case]) -> list[Seen]:
    subject = Subject(responder)
    subject.warm(cases)
    return list(follow(subject, knowledge_of(responder.live.current()), cases))


def _layer(index: KnowledgeIndex, seen: Sequence[Seen]) -> Layer:
    traced = [(each.trace, each.vector) for each in seen if each.trace is not None and each.vector is not None]
    vectors = np.stack([vector for _, vector in traced]) if traced else np.empty((0, 0), np.float32)
    return Layer(index, tuple(trace for trace, _ in traced), vectors)


def _made_by(shop: Workshop, files: Sequence[Path]) -> str:
    """A digest of everything a run depends on, besides the articles."""
    settings = shop.settings
    calibration = settings.calibration_file.parent
    texts = [*line_file.files(files), *sorted(calibration.glob("*.json")), *sorted((calibration / FOLDER).glob("*"))]
    total = hashlib.sha256(shop.embedder.digest.encode())
    for root in (settings.policies_dir, settings.prompts_dir):
        total.update(_of_folder(root))
    for part in _PARTS:
        total.update(_digest(PROGRAM, sorted((PROGRAM / part).rglob("*.py"))))
    for path in texts:
        total.update(_digest(path.parent, [path]))
    return total.hexdigest()[:16]


def _of_folder(root: Path) -> bytes:
    return _digest(root, sorted(path for path in root.rglob("*") if path.is_file()))


def _digest(root: Path, paths: Sequence[Path]) -> bytes:
    total = hashlib.sha256()
    for path in paths:
        total.update(f"{path.relative_to(root).as_posix()}\n".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.digest()
