"""Owns the product as the rules read it, and small trees planted to break them. Refuses to be cached between runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from tests.architecture.source import Module, read

ROOT = Path(__file__).parents[2]
Plant = Callable[[dict[str, str]], tuple[Module, ...]]


@pytest.fixture(scope="session")
def product() -> tuple[Module, ...]:
    """Every module of the product."""
    return read(ROOT)


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """Writes files under `tmp_path` and reads them as if they were the product."""

    def write(files: dict[str, str]) -> tuple[Module, ...]:
        for name, text in files.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(dedent(text), encoding="utf-8")
        return read(tmp_path, sorted({name.split("/")[0] for name in files}))

    return write
