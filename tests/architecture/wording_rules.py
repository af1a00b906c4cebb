"""Owns what the text of a module must and must not say: purpose, prompts, unfinished work. Refuses style questions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.architecture.source import Module, classes, functions, nodes

# How one speaks to a language model. A sentence like this belongs into prompts/*.yaml, where it has a version.
SPEAKS_TO_A_MODEL = re.compile(
    r"\byou are an? |\bas an ai\b|\bsystem prompt\b|\banswer only\b|\bonly use the (passages|context|sources)\b"
    r"|\bdo not (invent|make up|mention)\b|\b(rewrite|summari[sz]e|translate) the (following|text|passages?|answer)\b"
    r"|\brespond (only|with|in) ",
    re.IGNORECASE,
)
UNFINISHED = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")


def silent_about_themselves(modules: Sequence[Module]) -> list[str]:
    """Modules whose docstring does not say what they own and what they refuse."""
    return [
        f"{module.file}: the docstring does not say what it owns and refuses"
        for module in modules
        if not ("Owns" in module.docstring and "refuses" in module.docstring.lower())
    ]


def prompts_in_code(modules: Sequence[Module]) -> list[str]:
    return [
        f"{module.file}:{node.lineno}: text for a language model: {node.value[:60]!r}"
        for module in modules
        for node in _texts(module)
        if SPEAKS_TO_A_MODEL.search(str(node.value))
    ]


def _texts(module: Module) -> Iterator[ast.Constant]:
    """String constants that are not docstrings."""
    documented = [module.tree, *functions(module), *classes(module)]
    docstrings = {id(node.body[0].value) for node in documented if _starts_with_text(node.body)}
    for node in nodes(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node


def _starts_with_text(body: list[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)


def unfinished(root: Path, modules: Sequence[Module]) -> list[str]:
    """Notes about work that was left."""
    return [
        f"{module.file}:{number}"
        for module in modules
        for number, line in enumerate((root / module.file).read_text(encoding="utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
