"""Owns the fixtures every suite shares. Refuses fakes: the database is a real one, migrated."""

from __future__ import annotations

import fcntl
import gc
import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Connection

from bot.conversation.conversations import open_conversation
from bot.conversation.utterance import Speaker, Utterance
from bot.decision.outcome import Reason
from bot.desk import passwords
from bot.handoff.hand_off import hand_off
from bot.handoff.packet import Fact, FactKind, HandoffPacket, ServiceTarget
from bot.handoff.ticket import Ticket
from bot.storage.engine import Database, open_database
from bot.storage.migrate import migrate
from kb_ingest import build as building
from tests import nothing_skipped, postgres_server
from tests.postgres_server import PostgresServer
from tests.promise_table import PromiseTable
from tests.served import SERVICE_KEY, Served, encoder, make_alike, serving

ROOT = Path(__file__).parents[1]
# Set in each worker of pytest-xdist.
WORKER = "PYTEST_XDIST_WORKER"
IN_MEMORY = "/dev/shm"
ROOM_BYTES = 4 * 1024**3
# The tests make thousands of accounts; what a hash costs as shipped, tests/unit/bot/desk/test_accounts.py looks at.
SHIPPED_COST = passwords.PASSES, passwords.KIBIBYTES
passwords.PASSES, passwords.KIBIBYTES = 1, 8
# Python keeps 512 compiled expressions, and the policies have more: each service of a test would compile all anew.
re._MAXCACHE = 100_000  # type: ignore[attr-defined]


def pytest_addoption(parser: pytest.Parser) -> None:
    """What CI and `make promises` ask for."""
    parser.addoption("--nothing-skipped", action="store_true", help="a skipped test fails the run")
    parser.addoption("--postgres", action="store_true", help="only what needs a database, on PostgreSQL")
    parser.addoption("--promise-table", type=Path, help="the file in which it is told which promises were held")


def pytest_configure(config: pytest.Config) -> None:
    """Collecting makes millions of objects that stay: looking for garbage among them takes a sixth of its time.

    What the tests write, half a gigabyte, lies in memory where that is possible: each commit is synced, and on a disk
    the suite waits for that longer than it computes.
    """
    gc.disable()
    if config.option.nothing_skipped:
        config.pluginmanager.register(nothing_skipped)
    if config.option.promise_table:
        config.pluginmanager.register(PromiseTable(config.option.promise_table))
    if _has_room(IN_MEMORY):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", IN_MEMORY)


def _has_room(folder: str) -> bool:
    """Whether the tests' files have room there, and may be run there."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    return found.f_bavail * found.f_frsize > ROOM_BYTES and not found.f_flag & os.ST_NOEXEC


def pytest_collection_finish() -> None:
    """What was collected is never looked through again: a tenth of all processor time went into that."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests last: while Playwright lives, its event loop is the main thread's and no other can start."""
    if config.option.postgres:
        items[:] = [item for item in items if "database" in getattr(item, "fixturenames", ())]
    items.sort(key=lambda item: (ROOT / "tests" / "browser") in item.path.parents)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database at the newest revision, made once and copied by `database`."""
    path = tmp_path_factory.mktemp("template") / "answerdesk.db"
    database = open_database(f"sqlite:///{path}", serving=True)
    migrate(database)
    database.close()
    return path


@pytest.fixture
def every_line() -> Iterator[None]:
    """Log lines of every level; other tests of this process may have silenced them."""
    configured = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG))
    yield
    structlog.configure(**configured)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this run's own."""
    if not postgres_server.THERE:
        pytest.skip("no PostgreSQL here: apt-get install postgresql, and pip install '.[postgres]'")
    with postgres_server.postgres_server() as server:
        yield server


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A fresh, migrated database as the service opens it."""
    if request.config.option.postgres:
        address = request.getfixturevalue("postgres").make()
    else:
        address = f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_file'), tmp_path / 'answerdesk.db')}"
    database = open_database(address, serving=True)
    yield database
    database.close()


PACKET = HandoffPacket(
    reason=Reason.ASKED_FOR_PERSON,
    category=None,
    goal="I want to talk to someone about order FW-123456",
    facts=(Fact(FactKind.ORDER, "FW-123456", 0),),
    shown=(),
    missing="",
    risks=(),
    sentiment=-0.2,
    language="en",
    next_steps=("Look up the order.",),
    draft_reply=None,
    transcript=(Utterance(Speaker.CUSTOMER, "I want to talk to someone about order FW-123456"),),
    target=ServiceTarget(
        team="orders",
        priority="normal",
        first_response_due="2026-11-22T12:00:00.000Z",
        resolution_due="2026-11-24T12:00:00.000Z",
        told_customer="A person will answer within four hours.",
    ),
)


@pytest.fixture
def waiting_ticket() -> Callable[[Connection], Ticket]:
    """Hands a new conversation over: a ticket that waits for a person."""

    def handed_over(tx: Connection) -> Ticket:
        conversation = open_conversation(tx, site="shop", language="en").conversation
        return hand_off(tx, conversation.id, PACKET)

    return handed_over


# --- the running service (tests/contracts, tests/faults) ---

SAMPLE = (
    "hub-2-set-up", "reset-hub-2", "reset-hub-1", "hub-2-led-meanings", "hub-1-led-meanings", "hub-offline",
    "returns-us", "returns-uk", "returns-eu", "plans-us", "plans-uk", "watch-cam-indoor-set-up",
    "int-refund-authority", "int-legal-handling", "int-fraud-holds",
)  # fmt: skip


@pytest.fixture(scope="session")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of a few articles of the sample base, three of them internal; real encoder.

    Made once in a run, by the worker that needs it first; each has its copy, since a service may write into its index.
    """
    own = tmp_path_factory.getbasetemp()
    made = (own.parent if WORKER in os.environ else own) / "small"
    made.mkdir(exist_ok=True)
    with (made / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made / "whole").exists():
            _make_small_index(made / "index")
            (made / "whole").touch()
    return Path(shutil.copytree(made, own / "small-of-its-own")) / "index"


def _make_small_index(folder: Path) -> None:
    sources = [path for path in sorted((ROOT / "data" / "kb").rglob("*.md")) if path.stem in SAMPLE]
    building.build(sources, folder, encoder())
    make_alike(folder)


@pytest.fixture(scope="session")
def service(small_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The whole service on a free port, shared by the session: each test opens its own conversations."""
    with serving(small_index, tmp_path_factory.mktemp("service"), service_keys=SERVICE_KEY) as served:
        yield served
