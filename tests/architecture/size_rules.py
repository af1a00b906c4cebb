"""Owns the limits on size and the banned names. Refuses exceptions: a limit that bends is none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from statistics import median

from tests.architecture.source import Function, Module, functions

LONGEST_MODULE, MEDIAN_MODULE = 400, 120
LONGEST_FUNCTION, MEDIAN_FUNCTION = 60, 10
LONGEST_STORY = 200
BANNED = {"util", "utils", "misc", "common", "helper", "helpers", "manager", "managers", "base", "core"}


def long_modules(modules: Sequence[Module]) -> list[str]:
    return [f"{module.file}: {module.lines} lines" for module in modules if module.lines > LONGEST_MODULE]


def long_functions(modules: Sequence[Module]) -> list[str]:
    return [
        f"{module.file}:{function.lineno}: {function.name} has {_lines(function)} lines"
        for module in modules
        for function in functions(module)
        if _lines(function) > LONGEST_FUNCTION
    ]


def median_module(modules: Sequence[Module]) -> float:
    return median(module.lines for module in modules)


def median_function(modules: Sequence[Module]) -> float:
    return median(_lines(function) for module in modules for function in functions(module))


def _lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def banned_names(modules: Sequence[Module]) -> list[str]:
    """Files and folders named after nothing: such a name lets anything in."""
    return [
        module.file
        for module in modules
        if BANNED & {part.lower() for part in PurePosixPath(module.file).with_suffix("").parts}
    ]
