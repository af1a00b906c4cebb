"""Owns the index folder: generations written aside, synced, verified by loading, switched to in one step,
removed.

Refuses to show a reader anything but one complete, intact generation: a damaged current one is passed over
for the last good one, with an alarm. Writers hold one lock; readers need none.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from kb_ingest import index, pointer, shrinking
from kb_ingest.article import Article
from kb_ingest.durable import sync, sync_tree
from kb_ingest.index import KnowledgeIndex
from kb_ingest.manifest import FILE_NAME, DamagedGeneration, Manifest
from kb_ingest.pointer import Pointer, PointerDamaged
from kb_ingest.vector_cache import VectorCache
from kb_ingest.versions import ArticleVersions

KEEP = 5
"""Generations kept for `rollback`, the current one included."""

_ASIDE = ".building-"
_log = logging.getLogger(__name__)


class NoGeneration(Exception):
    """There is no intact generation to read: run `python -m kb_ingest build`."""


class NothingToRollBackTo(Exception):
    """No older generation is kept that is intact and has articles."""


class Locked(Exception):
    """Another build is running on this index."""


class Store:
    """One index folder, for readers and (inside `building`) for one writer."""

    def __init__(self, index_dir: Path) -> None:
        self.index_dir = index_dir
        self.vectors = VectorCache(index_dir / "cache")
        self.versions = ArticleVersions(index_dir / "articles")
        self.alarm: str | None = None
        self._generations = index_dir / "generations"

    # --- readers ---

    def generation_id(self) -> str | None:
        """The id `CURRENT` names, cheap enough to ask each second; None when there is no intact `CURRENT`."""
        named = self._pointer()
        return named.current if named else None

    def current(self) -> KnowledgeIndex:
        """The current generation, or the last good one with `alarm` set. Raises NoGeneration.

        A generation may be removed by a builder while it is read; then the pointer has moved and is followed.
        """
        self.alarm = None
        named = self._pointer()
        while named is not None:
            try:
                return index.load(self._generations / named.current)
            except DamagedGeneration as damage:
                moved = self._pointer()
                if moved == named:
                    return self._last_good(named, damage)
                named = moved
        return self._last_good(None, None)

    def article(self, article_id: str, version: str) -> Article | None:
        """An article as it was when it was cited, None when it is forgotten."""
        return None if article_id in self.forgotten() else self.versions.get(article_id, version)

    def forgotten(self) -> tuple[str, ...]:
        """Articles that are gone and were not published since, though an erasure that was cut short may have left files
        of theirs."""
        named = self._pointer()
        return named.forgotten if named else ()

    def _pointer(self) -> Pointer | None:
        try:
            return pointer.read(self.index_dir)
        except PointerDamaged as damage:
            self._raise_alarm(str(damage))
            return None

    def _last_good(self, named: Pointer | None, damage: DamagedGeneration | None) -> KnowledgeIndex:
        candidates = named.kept if named else self._newest_first()
        for generation in candidates:
            if named and generation == named.current:
                continue
            try:
                found = index.load(self._generations / generation)
            except DamagedGeneration as another:
                _log.error("generation refused: %s", another)
                continue
            self._raise_alarm(f"{damage or 'CURRENT is missing'}; generation {generation} answers instead")
            return found
        raise NoGeneration(str(damage) if damage else f"{self.index_dir} holds no generation: run a build")

    def _raise_alarm(self, text: str) -> None:
        self.alarm = f"{self.alarm}; {text}" if self.alarm else text
        _log.error("knowledge index damaged: %s", text)

    def _newest_first(self) -> list[str]:
        made = {folder.name: _created_at(folder) for folder in self._folders()}
        return sorted(made, key=lambda name: (made[name], name), reverse=True)

    def _folders(self) -> list[Path]:
        if not self._generations.exists():
            return []
        return [path for path in self._generations.iterdir() if not path.name.startswith(".")]

    # --- the writer ---

    @contextmanager
    def building(self, *, existing: bool = False) -> Iterator[None]:
        """Hold the builder's lock; clears away what a killed build left. Raises Locked, and NoGeneration where an
        `existing` index is not there."""
        if existing and not self._generations.exists():
            raise NoGeneration(f"There is no index {self.index_dir}.")
        self._generations.mkdir(parents=True, exist_ok=True)
        with (self.index_dir / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Locked(f"another build is running on {self.index_dir}; wait for it to end") from error
            self._clear_remains()
            yield

    def kept(self) -> tuple[str, ...]:
        """Generations on disk, newest first."""
        named = self._pointer()
        return named.kept if named else tuple(self._newest_first())

    def open(self, generation: str) -> KnowledgeIndex:
        """One kept generation. Raises DamagedGeneration."""
        return index.load(self._generations / generation)

    def write(self, built: KnowledgeIndex) -> None:
        """Put a generation on disk, synced and proven readable. Readers do not see it before `switch`."""
        target = self._generations / built.generation
        if self._intact(built.generation):  # named by content: the same is there already
            return
        aside = self._generations / f"{_ASIDE}{uuid4().hex}"
        folder = aside / built.generation
        folder.mkdir(parents=True)
        built.save(folder)
        sync_tree(folder)
        index.load(folder)
        if target.exists():  # a damaged one, which no reader accepts
            os.replace(target, aside / "damaged")
        os.replace(folder, target)
        sync(self._generations)
        shutil.rmtree(aside)

    def switch(
        self, current: str, kept: Sequence[str], forgotten: Iterable[str] = (), published: Container[str] = ()
    ) -> None:
        """Make `current` what readers open, keep `kept` (newest first, at most KEEP), remove the others. From the same
        moment on `forgotten` articles are gone, and those that were, and are `published` now, are not."""
        shown = list(dict.fromkeys(kept))[:KEEP]
        if current not in shown:
            shown = [*shown[: KEEP - 1], current]
        gone = dict.fromkeys((*self.forgotten(), *forgotten))
        still = tuple(article_id for article_id in gone if article_id not in published)
        pointer.write(self.index_dir, Pointer(current, tuple(shown), still))
        self._clear_remains()

    def finish_forgetting(self) -> None:
        """Remove the versions of what is forgotten: the end of an erasure, also of one that was cut short."""
        for article_id in self.forgotten():
            self.versions.forget(article_id)

    def _intact(self, generation: str) -> bool:
        try:
            self.open(generation)
        except DamagedGeneration:
            return False
        return True

    def rollback(self) -> str:
        """Switch to the newest older generation that is intact and has articles; its id.

        Raises NothingToRollBackTo, NoGeneration and Locked.
        """
        with self.building(existing=True):
            named = self._pointer()
            kept = named.kept if named else ()
            older = kept[kept.index(named.current) + 1 :] if named else ()
            for generation in older:
                try:
                    older_one = self.open(generation)
                except DamagedGeneration as damage:
                    _log.error("generation refused: %s", damage)
                    continue
                if not older_one.articles:
                    _log.warning("generation %s passed over: it has no articles", generation)
                    continue
                before = self.current().articles
                gone = [each for each in before if each not in older_one.articles]
                shrinking.warn_of_much("rollback", before, gone)
                self.switch(generation, kept)
                return generation
        raise NothingToRollBackTo(f"{self.index_dir} keeps no older generation that is intact and has articles")

    def _clear_remains(self) -> None:
        """Remove what no reader is sent to: unfinished builds and generations that are no longer kept."""
        kept = self.kept()
        for path in list(self._generations.iterdir()):
            if path.name not in kept:
                shutil.rmtree(path)


def _created_at(folder: Path) -> str:
    try:
        return Manifest.of_bytes((folder / FILE_NAME).read_bytes()).created_at
    except (OSError, DamagedGeneration, json.JSONDecodeError):
        return ""
