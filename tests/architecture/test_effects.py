"""Owns: importing any module does nothing, and the service stays light. Refuses to trust what the code looks like: the
imports run, in a process of their own."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.__main__ import GROUPS
from tests.architecture.conftest import ROOT, Plant
from tests.architecture.source import Module

HEAVY = {"torch", "sentence_transformers", "transformers", "langchain", "langchain_openai", "chainlit", "matplotlib"}
WATCHED_IMPORT = Path(__file__).with_name("watched_import.py")
# Chainlit runs this file as a script of its own process; importing Chainlit reads the environment and writes files.
RUN_BY_CHAINLIT = "bot.copilot.app"
# What a service does without, or without until somebody needs it: each costs its start time and memory.
NOT_FOR_SERVING = {
    "alembic", "mako", "bs4", "soupsieve", "lxml", "markdownify", "mammoth", "pypdf", "tiktoken", "jwt", "cryptography",
    "httpx2", "jinja2", "openvino", "tokenizers", "kb_ingest.build", "kb_ingest.library", "kb_ingest.formats",
    "kb_ingest.cleaning", "bot.batch", "bot.copilot", "bot.demo", "bot.cli",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Imported:
    effects: list[str]
    modules: set[str]


def imported(root: Path, names: list[str]) -> Imported:
    """What happens when `names` are imported, one after the other, in a fresh process."""
    run = subprocess.run(
        [sys.executable, WATCHED_IMPORT, root, *names], capture_output=True, text=True, cwd=root, check=False
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    return Imported(found["effects"], set(found["modules"]))


@pytest.fixture(scope="module")
def everything(product: tuple[Module, ...]) -> Imported:
    return imported(ROOT, [module.name for module in product if module.name != RUN_BY_CHAINLIT])


def test_importing_any_module_has_no_effect(everything: Imported) -> None:
    assert everything.effects == []


def test_no_module_loads_a_model_runtime_or_langchain_at_import(everything: Imported) -> None:
    assert HEAVY & everything.modules == set()


def test_the_service_starts_without_builders_migrations_and_page_templates() -> None:
    assert NOT_FOR_SERVING & imported(ROOT, ["bot.serve_cli"]).modules == set()


@pytest.mark.parametrize("command", sorted({"batch"} | GROUPS))
def test_a_command_starts_without_the_service(command: str) -> None:
    assert {"bot.app", "bot.serve", "bot.cli", "fastapi"} & imported(ROOT, [f"bot.{command}_cli"]).modules == set()


def test_what_the_service_does_without_exists() -> None:
    """A name misspelt or gone would forbid nothing."""
    assert [name for name in sorted(NOT_FOR_SERVING) if importlib.util.find_spec(name) is None] == []


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("import os\nX = os.environ.get('HOME')", "reads HOME from the environment"),
        ("import os\nX = 'HOME' in os.environ", "looks for HOME in the environment"),
        ("from pathlib import Path\nPath('made').write_text('x')", "open 'made'"),
        ("from pathlib import Path\nX = Path(__file__).read_text()", "open "),
        ("from pathlib import Path\nPath('made').mkdir()", "os.mkdir 'made'"),
        ("import sqlite3\nX = sqlite3.connect(':memory:')", "sqlite3.connect"),
        ("import socket\nX = socket.socket().connect_ex(('127.0.0.1', 9))", "socket.connect"),
        ("import subprocess\nX = subprocess.run(['true'])", "subprocess.Popen"),
        ("import threading\nthreading.Thread(target=print).start()", "starts a thread"),
    ],
)
def test_an_effect_at_import_is_seen(plant: Plant, tmp_path: Path, text: str, effect: str) -> None:
    plant({"bot/late.py": text, "bot/__init__.py": ""})
    seen = imported(tmp_path, ["bot.late"]).effects
    assert any(line.startswith(f"bot/late.py: {effect}") for line in seen), seen


def test_a_heavy_import_is_seen(plant: Plant, tmp_path: Path) -> None:
    plant({"bot/late.py": "import torch", "bot/__init__.py": "", "torch.py": ""})
    assert HEAVY & imported(tmp_path, ["bot.late"]).modules == {"torch"}
