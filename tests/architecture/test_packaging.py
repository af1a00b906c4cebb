"""Owns: what the product reads at run time is in the wheel that is built of it. Refuses a file nobody packs."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.architecture.conftest import ROOT
from tests.architecture.source import PACKAGES

BUILT = "__pycache__"


def unpacked(root: Path, package: str, patterns: list[str]) -> list[str]:
    """The files of a package that are neither Python nor matched by its `package-data`."""
    folder = root / package
    packed = {path for pattern in patterns for path in folder.glob(pattern)}
    files = (path for path in folder.rglob("*") if path.is_file() and BUILT not in path.parts)
    return sorted(str(path.relative_to(root)) for path in files if path.suffix != ".py" and path not in packed)


def test_every_file_beside_the_code_is_packed() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    patterns = tools["setuptools"]["package-data"]
    assert {package: unpacked(ROOT, package, patterns.get(package, [])) for package in PACKAGES} == {
        package: [] for package in PACKAGES
    }


def test_a_file_that_no_pattern_names_is_seen(tmp_path: Path) -> None:
    static = tmp_path / "bot" / "room" / "static"
    static.mkdir(parents=True)
    for name in ("code.py", "page.html", "letters.woff2"):
        (static / name).touch()
    assert unpacked(tmp_path, "bot", ["**/*.html"]) == ["bot/room/static/letters.woff2"]
