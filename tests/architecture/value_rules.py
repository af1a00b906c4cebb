"""Owns the rules about values: frozen stages, no dict across rooms, enums instead of magic strings. Refuses types:
mypy checks those.

A `Mapping` with typed keys and values may cross a border, because its reader cannot change it and knows what is in it;
a `dict`, or a mapping of anything, may not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence

from tests.architecture.source import Function, Module, classes, imports, module_named, nodes, unit_of

UNTYPED = re.compile(r"\b[dD]ict\b(?=\[|$|[ ,|\])])|\bMapping\[[^,\]]+, (Any|object)\]")
TEXT_ENUM = "StrEnum"


def thawed_values(modules: Sequence[Module]) -> list[str]:
    """Dataclasses without slots, and mutable ones that another room uses: a stage's value is frozen.

    A context manager is left out: it is a resource that opens and closes.
    """
    shared = {name for found in _shared(modules) for name in found}
    return [
        f"{module.file}:{node.lineno}: {node.name} is not a frozen dataclass with slots"
        for module in modules
        for node in classes(module)
        if (options := _dataclass_options(node)) is not None
        and not _is_resource(node)
        and not ("slots" in options and ("frozen" in options or (module.name, node.name) not in shared))
    ]


def _dataclass_options(node: ast.ClassDef) -> set[str] | None:
    """Names of the options set to true; None when the class is no dataclass."""
    for decorator in node.decorator_list:
        text = ast.unparse(decorator)
        if text.split("(")[0].endswith("dataclass"):
            return set(re.findall(r"(\w+)=True", text))
    return None


def _is_resource(node: ast.ClassDef) -> bool:
    """A context manager holds something open: it is no value."""
    return any(isinstance(item, Function) and item.name == "__exit__" for item in node.body)


def _shared(modules: Sequence[Module]) -> Iterator[set[tuple[str, str]]]:
    """Per module, the (module, name) pairs it imports from other rooms."""
    known = {module.name for module in modules}
    for module in modules:
        pairs = set()
        for found in imports(module):
            origin = module_named(found.name, known)
            if origin and unit_of(origin) != module.unit:
                pairs.add((origin, found.name.removeprefix(origin + ".")))
        yield pairs


def dicts_across_rooms(modules: Sequence[Module], excused: Collection[str] = ()) -> list[str]:
    """Functions that another room imports and that take or return a dict; `excused` are "file: function"."""
    shared = {pair for pairs in _shared(modules) for pair in pairs}
    return [
        f"{module.file}:{node.lineno}: {node.name} passes {annotation} to another room"
        for module in modules
        for node in module.tree.body
        if isinstance(node, Function)
        and (module.name, node.name) in shared
        and f"{module.file}: {node.name}" not in excused
        for annotation in _annotations(node)
        if UNTYPED.search(annotation)
    ]


def _annotations(node: Function) -> Iterator[str]:
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    for annotation in [*(argument.annotation for argument in arguments), node.returns]:
        if annotation is not None:
            yield ast.unparse(annotation)


def magic_strings(modules: Sequence[Module]) -> list[str]:
    """Comparisons with the text of an enum's member in a module that has the enum at hand."""
    members = {name: found for module in modules for name, found in _text_enums(module)}
    return [
        f"{module.file}:{line}: compares with {text!r} instead of a member of {enum}"
        for module in modules
        for enum in _at_hand(module) & set(members)
        for line, text in _compared(module)
        if text in members[enum]
    ]


def _text_enums(module: Module) -> Iterator[tuple[str, set[str]]]:
    for node in classes(module):
        if any(isinstance(parent, ast.Name) and parent.id == TEXT_ENUM for parent in node.bases):
            yield (
                node.name,
                {
                    item.value.value
                    for item in node.body
                    if isinstance(item, ast.Assign) and isinstance(item.value, ast.Constant)
                },
            )


def _at_hand(module: Module) -> set[str]:
    return {node.name for node in classes(module)} | {found.name.rpartition(".")[2] for found in imports(module)}


def _compared(module: Module) -> Iterator[tuple[int, str]]:
    for node in nodes(module):
        if isinstance(node, ast.Compare):
            for side in (node.left, *node.comparators):
                for part in side.elts if isinstance(side, ast.Tuple | ast.Set | ast.List) else (side,):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield node.lineno, part.value
