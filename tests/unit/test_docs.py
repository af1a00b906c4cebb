"""Owns: the documents speak of everything there is, and of nothing that is not there. Refuses generated prose."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
import typer
from fastapi.routing import APIRoute
from prometheus_client.metrics_core import Metric

from bot.api.metrics import Metrics
from bot.app import ROUTERS
from bot.cli import app as bot_app
from bot.events.outbox import EVENTS, Topic
from bot.handoff.hand_off import KnownCustomer
from bot.integrations.ticket_events import PAYLOADS
from eval.cli import app as eval_app
from kb_ingest.cli import app as ingest_app
from tests.architecture.source import PACKAGES
from tests.unit.docs_settings import rows
from tests.unit.documents import (
    commands,
    dead_paths,
    documents,
    folders,
    made,
    paths,
    targets,
    unknown_commands,
    unmentioned,
    without_recipe,
)

ROOT = Path(__file__).parents[2]
LONGEST_MAP, LONGEST_DECISION, MOST_SETTINGS = 120, 40, 40
SCREENSHOTS = (
    "widget-desktop",
    "widget-phone",
    "demo-shop",
    "console-queue",
    "console-ticket",
    "console-article",
    "console-live",
    "console-selection",
    "copilot",
    "eval-report",
    "portal-desktop",
    "portal-phone",
)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return documents(ROOT)


@pytest.fixture(scope="module")
def readme(texts: dict[str, str]) -> str:
    return texts["README.md"]


@pytest.fixture(scope="module")
def every_command() -> list[str]:
    apps = {"kb_ingest": ingest_app, "bot": bot_app, "eval": eval_app}
    return [command for package, app in apps.items() for command in commands(package, app)]


def test_every_folder_is_mentioned(texts: dict[str, str]) -> None:
    assert unmentioned([f"{name}/" for name in folders(ROOT)], texts.values()) == []


def test_a_folder_that_nobody_mentions_is_seen(tmp_path: Path) -> None:
    for name in ("bot/attic", "bot/desk", "bot/desk/__pycache__", "data/kb", "data/kb/returns"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "bot/attic/box.py").touch()
    (tmp_path / "bot/desk/queue.py").touch()
    assert folders(tmp_path) == ["bot", "bot/attic", "bot/desk", "data", "data/kb"]
    assert unmentioned(["bot/attic/", "bot/desk/"], ["see `bot/desk/`"]) == ["bot/attic/"]


def test_every_setting_has_its_row_as_the_code_has_it(readme: str) -> None:
    assert unmentioned(rows(), [readme]) == []


def test_the_readme_lists_no_setting_that_is_gone(readme: str) -> None:
    listed = {line for line in readme.splitlines() if line.startswith("| `ANSWERDESK_")}
    assert sorted(listed - set(rows())) == []


def test_every_setting_that_a_document_names_exists(texts: dict[str, str]) -> None:
    known = {row.split("`")[1] for row in rows()}
    named = {name for text in texts.values() for name in re.findall(r"ANSWERDESK_[A-Z_]+[A-Z]", text)}
    assert named - known == set()


def test_a_missing_row_is_seen() -> None:
    assert unmentioned(["| `ANSWERDESK_PORT` | port | `1` |"], ["| `ANSWERDESK_PORT` | port | `2` |"]) != []


def test_there_are_at_most_40_settings() -> None:
    assert len(rows()) <= MOST_SETTINGS


def test_the_readme_has_the_commands_of_the_makefile(readme: str) -> None:
    assert made(readme) >= set(targets((ROOT / "Makefile").read_text()))


def test_no_document_names_a_make_command_that_is_not_there(texts: dict[str, str]) -> None:
    known = set(targets((ROOT / "Makefile").read_text()))
    assert {name: made(text) - known for name, text in texts.items() if made(text) - known} == {}


def test_make_commands_are_read_from_both_sides() -> None:
    assert targets("X := 1\n.PHONY: demo test\n") == ["demo", "test"]
    assert made("    make demo  # all\nrun `make lint` and `make promises FAST=1`, make haste") == {
        "demo",
        "lint",
        "promises",
    }


def test_every_command_is_in_the_readme(readme: str, every_command: list[str]) -> None:
    assert unmentioned(every_command, [readme]) == []


def test_no_document_names_a_command_that_is_not_there(texts: dict[str, str], every_command: list[str]) -> None:
    assert unknown_commands(texts, every_command) == []


def test_no_module_names_a_command_that_is_not_there(every_command: list[str]) -> None:
    code = {path.as_posix(): path.read_text() for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    assert unknown_commands(code, every_command) == []


def test_commands_are_read_from_both_sides() -> None:
    app, group = typer.Typer(), typer.Typer()
    app.command()(test_make_commands_are_read_from_both_sides)
    group.command("add")(test_a_missing_row_is_seen)
    app.add_typer(group, name="accounts")
    found = commands("bot", app)
    assert "python -m bot accounts add" in found
    assert len(found) == 2
    assert unknown_commands({"a": "`python -m bot accounts add E`", "b": "python -m bot dance"}, found) == [
        "b: python -m bot dance"
    ]


@pytest.mark.parametrize("folder", ["prompts", "data/policies"])
def test_every_prompt_and_policy_is_mentioned(texts: dict[str, str], folder: str) -> None:
    files = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / folder).glob("*.yaml"))]
    assert files
    assert unmentioned(files, texts.values()) == []


def test_every_route_is_in_the_readme(readme: str) -> None:
    routes = [
        f"`{method} {route.path.replace(':path}', '}')}`"
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and route.include_in_schema
        for method in route.methods
    ]
    assert len(routes) > 20
    assert unmentioned(routes, [readme]) == []


def test_every_metric_is_explained_to_operators(texts: dict[str, str]) -> None:
    families: list[Metric] = list(Metrics().registry.collect())
    names = [f"`{family.name}{'_total' if family.type == 'counter' else ''}`" for family in families]
    assert unmentioned(names, [texts["docs/operations.md"]]) == []


def test_every_webhook_is_told_with_its_fields(texts: dict[str, str]) -> None:
    rows = [line.split(" | ") for line in texts["docs/webhooks.md"].splitlines() if line.startswith("| `")]
    told = {cells[0].removeprefix("| ").strip("`"): set(re.findall(r"`(\w+)`", cells[-1])) for cells in rows}
    assert set(PAYLOADS) == EVENTS
    assert [topic for topic in EVENTS if topic not in told] == []
    missing = {str(topic): {each.name for each in fields(kind)} - told[topic] for topic, kind in PAYLOADS.items()}
    assert {topic: names for topic, names in missing.items() if names} == {}
    assert {each.name for each in fields(KnownCustomer)} <= told[Topic.TICKET_CREATED]


def test_no_path_is_dead(texts: dict[str, str]) -> None:
    assert dead_paths(ROOT, texts) == []


def test_a_dead_path_is_seen(tmp_path: Path) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot/turn.py").touch()
    text = "`bot/turn.py`, `bot/gone.py`, `README.md`, `IN.jsonl`, `/v1/x`, `var/x.json`, [a](docs/a.png), [b](https://b.example/x)"
    assert dead_paths(tmp_path, {"README.md": text}) == [
        "README.md: bot/gone.py",
        "README.md: README.md",
        "README.md: docs/a.png",
    ]
    assert list(paths("`python -m eval run --kb data/kb`", {"data"})) == ["data/kb"]


def test_the_screenshots_are_pictures_and_shown(readme: str) -> None:
    shown = [name for name in SCREENSHOTS if f"](docs/screenshots/{name}.png)" in readme]
    assert shown == list(SCREENSHOTS)
    for name in SCREENSHOTS:
        assert (ROOT / f"docs/screenshots/{name}.png").read_bytes().startswith(b"\x89PNG"), name


def test_the_map_and_the_decisions_stay_short(texts: dict[str, str]) -> None:
    assert texts["ARCHITECTURE.md"].count("\n") <= LONGEST_MAP
    decisions = {name: text.count("\n") for name, text in texts.items() if "/decisions/" in name}
    assert len(decisions) >= 5
    assert {name: lines for name, lines in decisions.items() if lines > LONGEST_DECISION} == {}


def test_the_langchain_example_of_the_readme_runs(
    readme: str, small_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "index").symlink_to(small_index)
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    exec(compile(example, "README.md", "exec"), {})
    assert capsys.readouterr().out.startswith("reset-hub-")


def test_the_ci_script_runs_the_readmes_test_command() -> None:
    assert "\nmake test\n" in (ROOT / ".ci/run").read_text()


def test_every_declared_command_has_a_recipe() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert without_recipe(makefile) == []


def test_a_command_without_a_recipe_is_seen() -> None:
    assert without_recipe(".PHONY: demo lint\ndemo: x\n\trun\n") == ["lint"]
