"""Owns how the rules read the product: every module as a parsed tree. Refuses to import what it reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGES = ("kb_ingest", "bot", "eval")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Module:
    """One file of the product. `name` is dotted; a package's `__init__.py` has the package's name."""

    name: str
    file: str
    tree: ast.Module
    lines: int
    is_package: bool

    @property
    def docstring(self) -> str:
        return ast.get_docstring(self.tree) or ""

    @property
    def unit(self) -> str:
        """The second-level package or module: `bot.api` for `bot.api.tickets`."""
        return unit_of(self.name)


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name: `from bot.api import search` is `bot.api.search`."""

    name: str
    line: int
    in_function: bool


def unit_of(name: str) -> str:
    return ".".join(name.split(".")[:2])


def read(root: Path, packages: Sequence[str] = PACKAGES) -> tuple[Module, ...]:
    """Every `.py` file under the packages of `root`, by name."""
    files = (file for package in packages for file in (root / package).rglob("*.py"))
    return tuple(sorted((_module(root, file) for file in files), key=lambda module: module.name))


def _module(root: Path, file: Path) -> Module:
    text = file.read_text(encoding="utf-8")
    relative = file.relative_to(root)
    parts = relative.with_suffix("").parts
    is_package = parts[-1] == "__init__"
    name = ".".join(parts[:-1] if is_package else parts)
    return Module(name, relative.as_posix(), ast.parse(text), text.count("\n"), is_package)


@cache
def nodes(module: Module) -> tuple[ast.AST, ...]:
    """The whole tree; every rule goes through it, and walking takes longer than what they ask."""
    return tuple(ast.walk(module.tree))


@cache
def imports(module: Module) -> tuple[Import, ...]:
    """Every import of the module, at whatever depth; relative ones resolved."""
    inside = {
        id(node)
        for function in functions(module)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    return tuple(
        Import(name, getattr(node, "lineno", 0), id(node) in inside)
        for node in nodes(module)
        for name in _names(module, node)
    )


def _names(module: Module, node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        origin = _origin(module, node)
        return [f"{origin}.{alias.name}" for alias in node.names]
    return []


def _origin(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    parts = parts[: len(parts) - node.level + module.is_package]
    return ".".join([*parts, node.module] if node.module else parts)


def functions(module: Module) -> Iterator[Function]:
    return (node for node in nodes(module) if isinstance(node, Function))


def classes(module: Module) -> Iterator[ast.ClassDef]:
    return (node for node in nodes(module) if isinstance(node, ast.ClassDef))


def module_named(name: str, known: set[str]) -> str:
    """The module an imported name comes from: `bot.api.search.find` → `bot.api.search`."""
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name
