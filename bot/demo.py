"""Owns the demonstration: sample index, demo sign-in, addresses. Refuses to run a real desk."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.access import Role
from bot.app import ROUTERS
from bot.assemble import assemble
from bot.copilot import process as copilot
from bot.desk import accounts
from bot.errors import BadRequest, Conflict
from bot.publishing import folder, orders
from bot.publishing.reader import Reader
from bot.publishing.workbench import Workbench
from bot.serve import page_line, serve
from bot.settings import Settings
from bot.storage import file_stamps
from bot.storage.engine import Database
from bot.turn import Assistant
from bot.warm_encoder import load_encoder
from bot.widget.shop import COMPANY, is_of
from kb_ingest import build as building
from kb_ingest.library import NoSource
from kb_ingest.publish import Locked, Store
from kb_ingest.shrinking import TakesMuchAway

EMAIL = "agent@demo.example"
NAME = "Sam (demo agent)"
SIGN_IN_FILE = "demo-sign-in.json"
SOURCES_FILE = "demo-sources.txt"
PASSWORD_BYTES = 9
SHOP = "/demo"
PAGES = {
    SHOP: "Demo shop with the widget",
    "/demo/help-desk": "Help desk of another maker",
    "/help": "Help centre",
    "/console": "Agent console",
    "/docs": "HTTP interface",
}


@dataclass(frozen=True, slots=True)
class SignIn:
    """What to type on the console's sign-in page."""

    email: str
    password: str


def run(source: Path, settings: Settings, say: Callable[[str], None]) -> None:
    """Prepare what is missing, serve, and say where to look, until Ctrl-C; without a company's name as the sample's."""
    if "company_name" not in settings.model_fields_set:
        settings = settings.model_copy(update={"company_name": COMPANY})
    signed: list[SignIn] = []
    children: list[copilot.Child] = []

    def prepare() -> Assistant:
        built = ensure_index(source, settings, say)
        assistant = assemble(settings, serving=True)
        keep_articles(assistant, source, changed=built)
        signed.append(ensure_sign_in(assistant.database, settings.data_dir))
        return assistant

    def tell(port: int) -> None:
        for line in addresses(settings, port):
            say(line)
        if copilot.installed():
            beside = copilot.free_port(settings.host, port + 1)
            children.append(copilot.start(settings, beside))
            say(page_line("Staff copilot (starting)", settings.host, beside, "/"))
        say(f"Sign in to the console as {signed[0].email} with the password {signed[0].password}")
        say("Ctrl-C stops it.")

    try:
        serve(prepare, settings.host, settings.port, tell)
    finally:
        for child in children:
            child.stop()


def ensure_index(source: Path, settings: Settings, say: Callable[[str], None]) -> bool:
    """Build the index when there is none or a file of `source` changed since the last demo; whether it was built.

    BadRequest where `source` has no articles, Conflict while another build is at work, or where the index holds much
    else.
    """
    noted = settings.data_dir / SOURCES_FILE
    found = fingerprint(source)
    known = noted.read_text() if noted.exists() else ""
    if found == known and Store(settings.index_dir).generation_id() is not None:
        return False
    say(f"Building the knowledge index from {source} (the first time takes a minute or two) ...")
    try:
        report = building.build([source], settings.index_dir, load_encoder(settings))
    except (NoSource, building.NothingToBuild) as error:
        raise BadRequest(f"No demo without articles: {error}") from error
    except (Locked, TakesMuchAway) as error:
        raise Conflict(str(error)) from error
    say(f"{report.articles} articles, {report.passages} passages, {report.seconds:.0f} s.")
    noted.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    noted.write_text(found)
    return True


def keep_articles(assistant: Assistant, source: Path, *, changed: bool) -> None:
    """Let the console have the articles, at first and when `source` changed: then what the folder has is in service."""
    bench = Workbench(assistant.settings, assistant.database, assistant.live, Reader())
    if changed or orders.strangers(bench):
        with closing(bench.reader):
            folder.take_in_folder(bench, source)


def fingerprint(source: Path) -> str:
    """Changes when a file below `source` is added, removed or written."""
    return hashlib.sha256("\n".join(file_stamps.below(source)).encode()).hexdigest()


def ensure_sign_in(database: Database, data_dir: Path) -> SignIn:
    """The demo agent's sign-in, made once; the password is kept in the data folder, readable by its owner."""
    kept = data_dir / SIGN_IN_FILE
    if kept.exists():
        return SignIn(**json.loads(kept.read_text()))
    sign_in = _new_account(database)
    descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(sign_in), file)
    return sign_in


def addresses(settings: Settings, port: int) -> Iterator[str]:
    """One line for each page that the service has."""
    served = {getattr(route, "path", "") for router in ROUTERS for route in router.routes}
    for path, name in PAGES.items():
        if path in served and (path != SHOP or is_of(settings.company_name)):
            yield page_line(name, settings.host, port, path)


def _new_account(database: Database) -> SignIn:
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    for email in (EMAIL, f"agent-{secrets.token_hex(3)}@demo.example"):
        try:
            with database.transaction() as tx:
                accounts.add(tx, email, NAME, Role.LEAD, password)
        except Conflict:
            continue  # an earlier demo's account whose password is lost with its file
        return SignIn(email, password)
    raise Conflict("The demo accounts exist already; remove the data folder of the demo.")
