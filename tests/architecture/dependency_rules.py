"""Owns the rules about what we depend on: exact, with a reason, frozen, used. Refuses to ask a package index."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence

from tests.architecture.source import Module, imports

PIN = re.compile(r'^\s+"(?P<name>[\w.-]+)(\[[\w,]+\])?==(?P<version>[\w.+!]+)",\s*(?P<reason># \S.*)?$')
ENTRY = re.compile(r'^\s+"[\w.-]+(\[[\w,]+\])?\s*([=<>~!].*)?",', re.MULTILINE)


def loose(pyproject: str) -> list[str]:
    """Dependencies that are not pinned exactly, or give no reason beside them."""
    return [line.strip() for line in _entries(pyproject) if not ((found := PIN.match(line)) and found["reason"])]


def pins(pyproject: str) -> dict[str, str]:
    """Normalised name → version of everything the project names itself, tests included."""
    return {plain(found["name"]): found["version"] for line in _entries(pyproject) if (found := PIN.match(line))}


def _entries(pyproject: str) -> list[str]:
    start, end = pyproject.index("\ndependencies = ["), pyproject.index("\n[tool.")
    return [line for line in pyproject[start:end].splitlines() if ENTRY.match(line)]


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def unfrozen(pyproject: str, constraints: str) -> list[str]:
    """Pins that `constraints.txt` does not repeat with the same version."""
    frozen = dict(line.split("==", 1) for line in constraints.splitlines() if "==" in line)
    known = {plain(name): version.split(";")[0].strip() for name, version in frozen.items()}
    return [f"{name}=={version}" for name, version in pins(pyproject).items() if known.get(name) != version]


def unused(
    pyproject: str, modules: Sequence[Module], provided: Mapping[str, Sequence[str]], excused: Mapping[str, str]
) -> list[str]:
    """Dependencies of the product (tests' left out) that nothing imports; `provided`: import name → distributions."""
    project = tomllib.loads(pyproject)["project"]
    extras = [entry for name, group in project["optional-dependencies"].items() if name != "test" for entry in group]
    wanted = {plain(re.split(r"[\[=]", entry)[0]) for entry in [*project["dependencies"], *extras]}
    imported = {found.name.split(".")[0] for module in modules for found in imports(module)}
    used = {plain(distribution) for name in imported for distribution in provided.get(name, ())}
    return sorted(wanted - used - set(excused))
