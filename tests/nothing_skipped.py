"""Owns `--nothing-skipped`: a run in which a test was skipped has failed, and its last line names what failed, for a
log of which only the end is kept. Refuses to count what is left out for data that no clone holds: the public sets lie
beside the repository, not in it.
"""

from __future__ import annotations

import pytest

ALLOWED = "the public data is not here"
_skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A test that was skipped, with its reason."""
    _note(report, "wasxfail")


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """A whole file that was."""
    _note(report, "")


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> object:
    """The run's status, before anybody reads it."""
    if _skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    return (yield)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was skipped, last."""
    for told in _skipped:
        terminalreporter.write_line(f"SKIPPED, and nothing may be: {told}", red=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """What failed, after everything else: pytest names it above what it tells of each."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:  # a worker, which prints nothing
        return
    failed = [report.nodeid for kind in ("failed", "error") for report in reporter.stats.get(kind, ())]
    if failed:
        reporter.write_line(f"FAILED: {' '.join(failed)}", red=True)


def _note(report: pytest.TestReport | pytest.CollectReport, expected: str) -> None:
    if report.skipped and not (expected and hasattr(report, expected)):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if ALLOWED not in reason:
            _skipped.append(f"{report.nodeid}: {reason}")
