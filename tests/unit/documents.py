"""Owns how the documents are read and compared with the project. Refuses to judge how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import typer

from tests.architecture.source import PACKAGES

DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/operations.md", "docs/webhooks.md")
DECISIONS = "docs/decisions"
NOT_OURS = {"__pycache__", "node_modules", "templates", "static", "pages", "versions"}
# What exists only after a run, or outside the project.
MADE_LATER = ("var/", ".venv/", "../shared/", "/")
# A document or a configuration file of the root, as the documents name them.
ROOT_FILE = re.compile(r"[A-Z]{2,}\.md|Makefile|[a-z]+\.(toml|txt)")
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)\)")
COMMAND = re.compile(r"python -m (kb_ingest|bot|eval)((?: [a-z][a-z-]+)*)")
MAKE = re.compile(r"`make ([a-z]+)|^ {4}make ([a-z]+)", re.MULTILINE)


def documents(root: Path) -> dict[str, str]:
    """Name → text of every document, decisions included."""
    names = [*DOCUMENTS, *sorted(path.relative_to(root).as_posix() for path in (root / DECISIONS).glob("*.md"))]
    return {name: (root / name).read_text(encoding="utf-8") for name in names if (root / name).exists()}


def folders(root: Path) -> list[str]:
    """The project's folders that a newcomer meets: two levels deep, without articles' topics and generated ones."""
    tops = [root / top for top in (*PACKAGES, "data", "docs", "tests", "prompts")]
    inner = [path for top in tops if top.exists() for path in top.iterdir() if path.is_dir()]
    found = [path for path in (*tops, *inner) if path.is_dir() and path.name not in NOT_OURS and any(path.iterdir())]
    return sorted(path.relative_to(root).as_posix() for path in found if not _only_cache(path))


def _only_cache(folder: Path) -> bool:
    return {path.name for path in folder.iterdir()} <= NOT_OURS


def unmentioned(names: Iterable[str], texts: Iterable[str]) -> list[str]:
    """Names that no text holds."""
    whole = "\n".join(texts)
    return [name for name in names if name not in whole]


def dead_paths(root: Path, texts: dict[str, str]) -> list[str]:
    """Paths in backticks and links that lead nowhere, each with its document."""
    tops = {path.name for path in root.iterdir()}
    return [
        f"{document}: {path}"
        for document, text in texts.items()
        for path in paths(text, tops)
        if not any((base / path).exists() for base in (root, (root / document).parent))
    ]


def paths(text: str, tops: Iterable[str]) -> Iterator[str]:
    """What looks like a path of the project: a link, or a word in backticks that starts with one of `tops`."""
    starts = tuple(f"{top}/" for top in tops)
    for word in (word for code in CODE.findall(text) for word in code.split()):
        if re.search(r"[<>{}*…$|=]", word) or word.startswith(MADE_LATER):
            continue
        if word.startswith(starts) or ROOT_FILE.fullmatch(word):
            yield word
    for target in LINK.findall(text):
        if "://" not in target:
            yield target


def targets(makefile: str) -> list[str]:
    """The targets that the Makefile declares as commands."""
    return re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split()  # type: ignore[index]


def without_recipe(makefile: str) -> list[str]:
    """Declared targets that make would find nothing to do for."""
    return [name for name in targets(makefile) if not re.search(rf"^{name}:.*\n\t", makefile, re.MULTILINE)]


def made(text: str) -> set[str]:
    """The `make` commands a text speaks of."""
    return {first or second for first, second in MAKE.findall(text)}


def commands(package: str, app: typer.Typer) -> list[str]:
    """Every command of a command line, such as `python -m bot accounts add`."""
    own = [
        f"python -m {package} {info.name or info.callback.__name__}"
        for info in app.registered_commands
        if info.callback
    ]
    for group in app.registered_groups:
        if group.typer_instance is not None:
            own += commands(f"{package} {group.name}", group.typer_instance)
    return own


def unknown_commands(texts: dict[str, str], known: Iterable[str]) -> list[str]:
    """`python -m …` commands in the texts that no command line has."""
    known = set(known)
    return [
        f"{document}: python -m {package}{words}"
        for document, text in texts.items()
        for package, words in COMMAND.findall(text)
        if words and not any(f"python -m {package}{words}".startswith(command) for command in known)
    ]
