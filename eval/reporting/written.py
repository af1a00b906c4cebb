"""Owns rendering a page of the evaluation to a file, everything in it escaped. Refuses to know what it shows."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined


def page(path: Path, template: str, **values: object) -> None:
    """Render `template` to `path`."""
    loader = PackageLoader("eval.reporting", "templates")
    templates = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    templates.filters["words"] = words
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(templates.get_template(template).render(**values), encoding="utf-8")


def words(name: str) -> str:
    """A name from code as people read it."""
    return name.replace("_", " ")
