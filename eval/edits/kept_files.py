"""Owns the files of runs that are kept: each with what its outcomes hung on, and the indexes that several share.

Refuses to say whether a run may be used.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from bot.decision.signals import Signals
from eval import result_file
from eval.edits.brink import Brink
from eval.edits.layer import Layer
from eval.edits.traced import Trace
from eval.result import RunResult
from kb_ingest import index as indexes
from kb_ingest.index import KnowledgeIndex
from kb_ingest.manifest import DamagedGeneration

Run = tuple[RunResult, tuple[Layer, ...]]
KEPT = 6
"""Runs that are kept; older ones go."""
_RESULT, _TRACES, _VECTORS, _INDEXES = "result.json", "traces-{}.json", "vectors-{}.npy", "indexes"


def write(folder: Path, run: RunResult, layers: Sequence[Layer], index_dir: Path) -> None:
    """Beside the run the indexes that its layers hang on, as links to what the index folder may drop; without those of
    runs that went."""
    folder.mkdir(parents=True, exist_ok=True)
    home = folder.parent
    for layer in layers:
        name = layer.index.generation
        np.save(folder / _VECTORS.format(name), layer.vectors, allow_pickle=False)
        rows = json.dumps([asdict(trace) for trace in layer.traces])
        (folder / _TRACES.format(name)).write_text(rows, encoding="utf-8")
        if not (home / _INDEXES / name).exists():
            aside = home / _INDEXES / f".{name}"
            shutil.rmtree(aside, ignore_errors=True)
            shutil.copytree(index_dir / "generations" / name, aside, copy_function=_linked)
            aside.rename(home / _INDEXES / name)
    result_file.write(folder / _RESULT, run)
    for old in by_age(home, "*")[:-KEPT]:
        shutil.rmtree(old)
    for held in (home / _INDEXES).iterdir():
        if not any(home.glob(f"*/{_TRACES.format(held.name)}")):
            shutil.rmtree(held)


def _linked(source: str, target: str) -> None:
    """No second copy of what nobody changes, where the file system can."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def read(folder: Path, index: KnowledgeIndex) -> Run | None:
    """What was kept; the result is written last, so that without it there is nothing. `index` is in memory already."""
    if not (folder / _RESULT).exists():
        return None
    try:
        return result_file.read(folder / _RESULT), tuple(_layers(folder, index))
    except DamagedGeneration:
        return None


def _layers(folder: Path, index: KnowledgeIndex) -> Iterator[Layer]:
    for path in sorted(folder.glob(_TRACES.format("*"))):
        name = path.stem.removeprefix(_TRACES.partition("{")[0])
        held = index if name == index.generation else indexes.load(folder.parent / _INDEXES / name)
        traces = tuple(_traces(json.loads(path.read_text(encoding="utf-8"))))
        yield Layer(held, traces, np.load(folder / _VECTORS.format(name), allow_pickle=False))


def by_age(home: Path, names: str) -> list[Path]:
    """The folders of runs with such names, oldest first."""
    whole = sorted(home.glob(f"{names}/{_RESULT}"), key=lambda path: path.stat().st_mtime_ns)
    return [path.parent for path in whole]


def generation(folder: Path) -> str | None:
    """Of which generation a run is; None where there is none."""
    path = folder / _RESULT
    return result_file.read(path).generation if path.exists() else None


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
