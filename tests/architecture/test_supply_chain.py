"""Owns: what is installed is what is frozen, and nothing of it runs at every start of Python. Refuses trust."""

from __future__ import annotations

import re
import sysconfig
from collections.abc import Iterable, Mapping
from importlib.metadata import distributions
from pathlib import Path

from tests.architecture.conftest import ROOT
from tests.architecture.dependency_rules import plain

# Files that Python runs at every start, whatever is started, and why they may.
RUN_AT_START = {
    "distutils-precedence.pth": "setuptools: its own distutils; does nothing but for builds",
    "__editable__": "our own package, installed from this folder",
}
FROZEN = re.compile(r"^([\w.-]+)==([^\s;]+)", re.MULTILINE)


def run_at_start(folder: Path) -> list[str]:
    """Path files that hold code and are none of those known; a plain path is only a path."""
    return sorted(
        path.name
        for path in folder.glob("*.pth")
        if re.search(r"^import[ \t]", path.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
        and not path.name.startswith(tuple(RUN_AT_START))
    )


def other_versions(installed: Mapping[str, str], frozen: str) -> list[str]:
    """What is installed in another version than the frozen one; a build's label ("+cpu") is no other version."""
    pins = {plain(name): version for name, version in FROZEN.findall(frozen)}
    return sorted(
        f"{name}=={version}"
        for name, version in installed.items()
        if plain(name) in pins and version.partition("+")[0] != pins[plain(name)].partition("+")[0]
    )


def _installed() -> Iterable[tuple[str, str]]:
    return ((each.metadata["Name"], each.version) for each in distributions())


def test_nothing_unknown_runs_at_every_start_of_python() -> None:
    assert run_at_start(Path(sysconfig.get_path("purelib"))) == []


def test_a_path_file_with_code_is_seen(tmp_path: Path) -> None:
    """As malicious releases have brought it: it runs before anything that imports the package."""
    (tmp_path / "innocent.pth").write_text("/usr/lib/elsewhere\nimport base64; exec(base64.b64decode('cGFzcw=='))\n")
    (tmp_path / "a-path.pth").write_text("/usr/lib/important\n")
    (tmp_path / "distutils-precedence.pth").write_text("import os\n")
    assert run_at_start(tmp_path) == ["innocent.pth"]


def test_what_is_installed_is_what_is_frozen() -> None:
    frozen = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert other_versions(dict(_installed()), frozen) == []
    assert len({plain(name) for name, _ in _installed()} & {plain(name) for name, _ in FROZEN.findall(frozen)}) > 100


def test_another_version_is_seen() -> None:
    installed = {"Py.YAML": "6.0.4", "torch": "2.13.0+cpu", "unknown": "1"}
    assert other_versions(installed, "py-yaml==6.0.3\ntorch==2.13.0\n") == ["Py.YAML==6.0.4"]
