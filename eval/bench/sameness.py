"""Owns the check that the same question gets the same bytes. Refuses to answer from one service's memory alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from eval.bench.corpus import Corpus
from eval.bench.knowledge import Folders
from eval.bench.plan import SAME_QUESTION
from eval.bench.processes import Server, our_server

OTHERS = 24
TOGETHER = 8


@dataclass(frozen=True, slots=True)
class Sameness:
    """`times` the question was asked in a row, `different` answers it got; then what a restart changed.

    `after_restart` and `in_company` count answers that differ from those before: alone, and among `TOGETHER` at once.
    """

    times: int
    different: int
    after_restart: int
    in_company: int
    others: int

    @property
    def kept(self) -> bool:
        """Every answer had the same bytes."""
        return self.different == 1 and not self.after_restart and not self.in_company


def check(found: Corpus, folders: Folders) -> Sameness:
    """Ask one question many times and others once, then again of a service that remembers none of them."""
    first, others = found.questions[0], found.questions[1 : OTHERS + 1]
    with our_server(folders.ours, folders.data, folders.log, first) as server:
        repeated = [server.ask(first) for _ in range(SAME_QUESTION)]
        alone = [server.ask(question) for question in others]
    with our_server(folders.ours, folders.data, folders.log, first) as server:
        again = server.ask(first)
        together = _at_once(server, others)
    return Sameness(
        times=SAME_QUESTION,
        different=len(set(repeated)),
        after_restart=int(again != repeated[0]),
        in_company=sum(before != now for before, now in zip(alone, together, strict=True)),
        others=len(others),
    )


def _at_once(server: Server, questions: tuple[str, ...]) -> list[bytes]:
    with ThreadPoolExecutor(TOGETHER) as pool:
        return list(pool.map(server.ask, questions))
