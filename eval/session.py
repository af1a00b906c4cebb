"""Owns what every command needs: the folders, the cases, the pipeline on the base as it is now.

Refuses to print.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.casebook import case_file, evaluation
from bot.casebook.case import Case
from bot.settings import Settings
from eval.knowledge import Knowledge, knowledge_of
from eval.observation import Fault, Observation
from eval.parts import Workshop, workshop
from eval.subject import Subject

KB = Path("data/kb")
CASES = Path("data/eval")
WORK = evaluation.WORK


@dataclass(frozen=True, slots=True)
class Places:
    """Where articles and cases are read, and where everything that can be made again is kept."""

    kb: Path = KB
    cases: tuple[Path, ...] = (CASES,)
    work: Path = WORK

    @property
    def index(self) -> Path:
        """The index built for evaluation, apart from the one in service."""
        return self.work / "index"


@dataclass(frozen=True, slots=True)
class Session:
    """One published generation, the cases, and the pipeline that is asked."""

    places: Places
    workshop: Workshop
    subject: Subject
    knowledge: Knowledge
    cases: tuple[Case, ...]

    def observe(self, cases: Sequence[Case]) -> list[tuple[Case, Observation | Fault]]:
        """Every case through the pipeline, in order."""
        self.subject.warm(cases)
        return [(case, self.subject.observe(case)) for case in cases]


@contextmanager
def open_session(places: Places, settings: Settings) -> Iterator[Session]:
    """Read the cases, bring the index up to date, wire the pipeline."""
    cases = case_file.read(places.cases)
    with workshop(settings, places.work) as shop:
        shop.refresh([places.kb], places.index)
        responder = shop.responder(places.index)
        yield Session(places, shop, Subject(responder), knowledge_of(responder.live.current()), cases)
