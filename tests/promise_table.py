"""Owns which tests stand behind which promise, and the table of a run: promise, test, figure, held or not.

`python tests/promise_table.py` prints the files, for `make promises FAST=1`. Refuses a figure of its own: each is what
the test printed. A promise of which no test ran is not held.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

PROMISES: Mapping[str, tuple[str, ...]] = {
    "1 nothing internal or of another customer gets out": (
        "faults/test_leak_canaries.py", "contracts/test_http_hot_swap.py",
    ),
    "2 injections bring nothing out": ("faults/test_injections.py", "faults/test_hostile_llm.py"),
    "3 no request off the list": ("browser/test_xss.py",),
    "4 no stored script": ("browser/test_xss.py",),
    "5 no handoff lost": ("faults/test_outbox.py", "faults/test_ticketing.py", "faults/test_handoff_scripts.py"),
    "6 no message lost by a kill": ("faults/test_kill_service_messages.py",),
    "7 a killed build is never seen": (
        "faults/test_ingest_kill.py", "faults/test_forget_kill.py", "faults/test_publish_kill.py",
    ),
    "8 damaged files are refused": ("faults/test_damaged_generation.py",),
    "9 costs and floods are limited": (
        "faults/test_flood.py", "contracts/test_http_limits.py", "unit/bot/answering/test_llm_rewriter.py",
    ),
    "10 no invented policy or offer": (
        "unit/bot/answering/test_proof_rewrites.py", "faults/test_promises_red_team.py",
    ),
    "11 poison does not act": ("faults/test_poison.py",),
    "12 no forged identity": ("contracts/test_http_identity.py",),
    "13 each route asks who": ("contracts/test_http_access.py",),
    "14 malicious files cost one error": ("faults/test_hostile_files.py",),
    "15 secrets are masked at rest": ("unit/bot/conversation/test_masking.py",),
    "16 erasure and export": ("faults/test_erasure.py", "contracts/test_http_erasure.py"),
    "17 the model slow, down or garbage": ("faults/test_hostile_llm_served.py",),
    "18 no event missed or doubled": ("faults/test_stream_reconnects.py", "contracts/test_http_streams.py"),
    "19 webhooks arrive": ("unit/bot/integrations/test_webhook.py", "unit/bot/integrations/test_backoff.py"),
    "20 nothing inside is fetched": ("faults/test_no_fetch.py",),
    "21 no mail abuse or loop": ("contracts/test_mail_loop.py", "faults/test_mail_kill.py"),
    "22 supply chain": ("architecture/test_supply_chain.py", "architecture/test_dependencies.py"),
    "23 the API is robust": ("contracts/test_http_schema.py",),
    "24 hot swap under load": ("contracts/test_http_hot_swap.py",),
    "25 overload": ("faults/test_overload.py",),
    "26 rolling deploy": ("faults/test_rolling_deploy.py",),
    "27 the disk is full": ("faults/test_full_disk.py",),
    "28 migrations keep data": (
        "faults/test_migrate_kill.py", "unit/bot/storage/test_migrate.py", "contracts/test_postgres.py",
    ),
}
WHOLE = ("faults", "property")
"""Folders that the slice of every merge runs as they are."""


class PromiseTable:
    """Collects a run's reports and writes the table at its end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ended: dict[str, Counter[str]] = defaultdict(Counter)
        self._figures: dict[str, list[str]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """How one test ended, and what it printed."""
        file = report.nodeid.partition("::")[0].removeprefix("tests/")
        if report.when == "call" or report.outcome != "passed":
            self._ended[file][report.outcome] += 1
        if report.when == "call":
            self._figures[file] += [line.strip() for line in report.capstdout.splitlines() if line.strip()]

    def pytest_sessionfinish(self) -> None:
        """Write it."""
        rows = [self._row(promise, file) for promise, files in PROMISES.items() for file in files]
        head = "| promise | test | ended | figure | held |\n|---|---|---|---|---|\n"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(f"# Promises of the last run\n\n{head}" + "".join(rows), encoding="utf-8")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Where it is."""
        terminalreporter.write_line(f"The table of promises: {self._path}")

    def _row(self, promise: str, file: str) -> str:
        ended = self._ended.get(file, Counter[str]())
        figures = "<br>".join(self._figures.get(file, ())).replace("|", "\\|")
        held = "not run" if not ended["passed"] else "no" if ended["failed"] else "yes"
        told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(ended.items()))
        return f"| {promise} | `{file}` | {told} | {figures} | {held} |\n"


def files() -> list[str]:
    """Each folder and file that the slice runs, once; pages last, as in every run."""
    apart = {file for named in PROMISES.values() for file in named if not file.startswith(WHOLE)}
    return [f"tests/{file}" for file in (*WHOLE, *sorted(apart, key=lambda file: (file.startswith("browser"), file)))]


if __name__ == "__main__":
    print(*files())
