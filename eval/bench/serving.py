"""Owns the measurements of the two services: start, latency, throughput, memory. Refuses a question asked before.

Both services run the whole time; blocks of the same questions go to one, then to the other.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack

from eval.bench.corpus import Corpus, fresh
from eval.bench.knowledge import Folders
from eval.bench.load import Fired
from eval.bench.measure import Good, Pair, Row, percentile, row
from eval.bench.plan import MEMORY_TARGET, P50_TARGET, START_TARGET, THROUGHPUT_TARGET, Plan
from eval.bench.processes import Server, Worker, our_server, plain_server
from eval.bench.worker import Do, Role

TARGETS_OF_LATENCY = {(1, 0.5): P50_TARGET}
TARGETS_OF_THROUGHPUT = {32: THROUGHPUT_TARGET}
SHARES = (0.5, 0.95, 0.99)
Block = tuple[Fired, float]
"""One block and the processor seconds that the server took for it."""


def measure(found: Corpus, plan: Plan, folders: Folders) -> Iterator[Row]:
    """Rows as they are measured, over the indexes that `knowledge.measure` left; ours has been started there before."""
    first = found.questions[0]
    starts = [_start(folders, first) for _ in range(plan.start_rounds - 1)]
    with ExitStack() as stack:
        ours = stack.enter_context(our_server(folders.ours, folders.data, folders.log, first))
        plain = stack.enter_context(plain_server(folders.plain, folders.log, first))
        yield row("start to first answer", "s", Good.LESS_TIME, [*starts, _started(ours, plain)], START_TARGET)
        load = stack.enter_context(Worker(Role.LOAD, folders.log))
        questions = fresh(found.questions)
        for clients, count in plan.questions.items():
            asked = [list(itertools.islice(questions, count)) for _ in range(plan.query_rounds)]
            blocks = [_blocks(load, ours, plain, each, clients, at) for at, each in enumerate(asked)]
            yield from _rows(clients, blocks)
        memory = Pair(ours.resident_mb, plain.resident_mb)
        yield row("memory after the load", "MB", Good.SMALL_SHARE, [memory], MEMORY_TARGET)


def _start(folders: Folders, first: str) -> Pair:
    """Both services started and ended, one after the other."""
    with our_server(folders.ours, folders.data, folders.log, first) as ours:
        pass
    with plain_server(folders.plain, folders.log, first) as plain:
        pass
    return _started(ours, plain)


def _started(ours: Server, plain: Server) -> Pair:
    return Pair(ours.start_seconds, plain.start_seconds, ours.start_cpu, plain.start_cpu)


def _blocks(
    load: Worker, ours: Server, plain: Server, questions: list[str], clients: int, number: int
) -> tuple[Block, Block]:
    """The same questions to both, ours first in every other round."""
    servers = (ours, plain) if number % 2 == 0 else (plain, ours)
    done = {id(server): _fire(load, server, questions, clients) for server in servers}
    return done[id(ours)], done[id(plain)]


def _fire(load: Worker, server: Server, questions: list[str], clients: int) -> Block:
    before = server.cpu
    order = {"port": server.port, "path": server.path, "questions": questions, "clients": clients}
    seconds, *latencies = load.do(Do.FIRE, **order).value
    return Fired(seconds, tuple(latencies)), server.cpu - before


def _rows(clients: int, blocks: list[tuple[Block, Block]]) -> Iterator[Row]:
    named = f"{clients} client" + ("s" if clients > 1 else "")
    for share in SHARES:
        name, target = f"query p{share * 100:.0f}, {named}", TARGETS_OF_LATENCY.get((clients, share))
        yield row(name, "ms", Good.LESS_TIME, _latencies(blocks, share), target)
    pairs = [
        Pair(_per_second(ours), _per_second(plain), ours_cpu, plain_cpu)
        for (ours, ours_cpu), (plain, plain_cpu) in blocks
    ]
    yield row(f"throughput, {named}", "queries/s", Good.MORE_WORK, pairs, TARGETS_OF_THROUGHPUT.get(clients))


def _latencies(blocks: list[tuple[Block, Block]], share: float) -> list[Pair]:
    """The median by round; the tail over all rounds, because one round has too few questions for it."""
    if share == SHARES[0]:
        return [Pair(_milliseconds([ours], share), _milliseconds([plain], share)) for (ours, _), (plain, _) in blocks]
    ours, plain = ([pair[side][0] for pair in blocks] for side in (0, 1))
    return [Pair(_milliseconds(ours, share), _milliseconds(plain, share))]


def _milliseconds(fired: list[Fired], share: float) -> float:
    return percentile([latency for each in fired for latency in each.latencies], share) * 1000


def _per_second(fired: Fired) -> float:
    return len(fired.latencies) / fired.seconds
