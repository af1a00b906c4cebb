"""A desk with 1,000 open tickets is as quick to look at and to search as one with 50."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.console import routes
from bot.desk.queue import Wanted
from bot.handoff.ticket import TicketStatus
from bot.storage import clock
from bot.storage.tables import tickets
from tests.served import Served, Staff, serving
from tests.thousand_tickets import fill

SEED = 20261126
FEW, MANY = 50, 1_000
RUNS = 11
MOST = 2.0
# Each of them fills a page with 50, too.
PAGES = {
    "queue": "/console",
    "second page": "/console/lines?page=2",
    "a search that finds much": "/console/lines?q=lamp",
    "a search for two words": "/console/lines?q=refund+battery",
}
# Looks at all that was said before it can say no: what 20 times as much takes is told, and has an end.
IN_VAIN = "/console/lines?q=xylophone"
IN_VAIN_SECONDS = 0.25


def _seconds(agent: Staff, path: str) -> float:
    """The median of what this process, service and client, works for it: others on the machine do not count."""
    taken = []
    for _ in range(RUNS):
        began = time.process_time()
        answer = agent.client.get(path)
        taken.append(time.process_time() - began)
        assert answer.status_code == 200, answer.text
    return statistics.median(taken)


def _times(agent: Staff, paths: Sequence[str]) -> dict[str, float]:
    return {path: _seconds(agent, path) for path in paths}


@pytest.fixture
def desk(small_index: Path, tmp_path: Path) -> Iterator[tuple[Served, Staff]]:
    with serving(small_index, tmp_path) as served:
        yield served, served.staff()


@pytest.mark.full  # test_http_desk_work.py has the slice
@pytest.mark.timeout(600)
def test_a_thousand_tickets_are_no_slower_than_fifty(
    desk: tuple[Served, Staff], monkeypatch: pytest.MonkeyPatch
) -> None:
    served, agent = desk
    paths = [*PAGES.values(), IN_VAIN]
    with served.database.transaction() as tx:
        fill(tx, FEW, SEED)
    few = _times(agent, paths)
    with served.database.transaction() as tx:
        more = fill(tx, MANY - FEW, SEED + 1)
    many = _times(agent, paths)
    with monkeypatch.context() as patch:  # negative control: all on one page
        patch.setattr(routes.Asked, "wanted", lambda self, account: Wanted(self.show, account, size=MANY))
        unpaged = _seconds(agent, PAGES["queue"])
    with served.database.transaction() as tx:
        old = tickets.c.id.in_([ticket.id for ticket in more])
        tx.execute(update(tickets).where(old).values(status=TicketStatus.RESOLVED, closed_at=clock.now()))
    # Closed ones are no burden either.
    again = _times(agent, paths)
    for path in paths:
        shown = " ms, ".join(f"{times[path] * 1000:.1f}" for times in (few, many, again))
        print(f"{path}: {shown} ms of {FEW}, of {MANY}, of {FEW} with {MANY - FEW} closed")
    print(f"all on one page: {unpaged * 1000:.1f} ms")
    for name, path in PAGES.items():
        assert many[path] <= MOST * few[path], name
        assert again[path] <= MOST * few[path], name
    assert many[IN_VAIN] < IN_VAIN_SECONDS
    assert unpaged > MOST * few[PAGES["queue"]]
