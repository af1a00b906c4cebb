"""Owns how a folder of page templates is opened: escaped, strict, loaded on the first page. Refuses page text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def templates(folder: Path, *, trimmed: bool = False) -> Environment:
    """The templates in `folder`; a name that the page was not given is an error. `trimmed`: no blank lines of tags."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - a service answers without it

    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=trimmed,
        lstrip_blocks=trimmed,
    )
