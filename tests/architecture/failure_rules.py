"""Owns the rules on who may catch everything, touch the environment, be asynchronous. Refuses to know names."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from tests.architecture.source import Module, imports, nodes

EVERYTHING = {"Exception", "BaseException"}
ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv"}


def broad_excepts(modules: Sequence[Module]) -> list[str]:
    """Files with a handler that catches everything, once per handler."""
    return [
        module.file
        for module in modules
        for node in nodes(module)
        if isinstance(node, ast.ExceptHandler) and EVERYTHING & set(_caught(node.type))
    ]


def _caught(kind: ast.expr | None) -> Iterator[str]:
    if kind is None:
        yield "BaseException"
    for part in kind.elts if isinstance(kind, ast.Tuple) else (kind,):
        if part is not None:
            yield ast.unparse(part).rpartition(".")[2]


def asynchronous(modules: Sequence[Module], edges: Sequence[str]) -> list[str]:
    """Files outside `edges` with asynchronous code."""
    kinds = ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith
    return [
        module.file
        for module in modules
        if not module.file.startswith(tuple(edges)) and any(isinstance(node, kinds) for node in nodes(module))
    ]


def readers_of_the_environment(modules: Sequence[Module]) -> list[str]:
    """Files that read the environment or have a library read it."""
    return sorted({module.file for module in modules if _reads(module)})


def writers_of_the_environment(modules: Sequence[Module]) -> list[str]:
    """Files that set variables for a library that looks for them."""
    return sorted({module.file for module in modules if _writes(module.tree)})


def _reads(module: Module) -> bool:
    written = _writes(module.tree)
    used = [ast.unparse(node) for node in nodes(module) if isinstance(node, ast.Attribute)]
    named = {found.name for found in imports(module)}
    mentions = sum(name in ENVIRONMENT for name in used) - len(written)
    return mentions > 0 or bool(ENVIRONMENT & named) or any(name.startswith("pydantic_settings.") for name in named)


def _writes(tree: ast.Module) -> list[ast.AST]:
    """`os.environ.update(…)` and `os.environ[…] = …`."""
    return [
        node
        for node in ast.walk(tree)
        if (isinstance(node, ast.Call) and ast.unparse(node.func) == "os.environ.update")
        or (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Store)
            and ast.unparse(node.value) == "os.environ"
        )
    ]
