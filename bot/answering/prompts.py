"""Owns reading prompts from YAML files, strictly, and filling them in. Refuses prompt text in code."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import yaml

from bot.errors import BadPolicy

_KEYS = frozenset({"name", "version", "purpose", "variables", "text"})


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as its file has it; `variables` are exactly the `$names` in `text`."""

    name: str
    version: int
    purpose: str
    variables: frozenset[str]
    text: str

    @property
    def digest(self) -> str:
        """12 hex characters of SHA-256 over name, version and text."""
        return hashlib.sha256(f"{self.name}\n{self.version}\n{self.text}".encode()).hexdigest()[:12]

    def fill(self, **values: str) -> str:
        """The text with every variable replaced, once; ValueError names what is missing or unknown."""
        if values.keys() != self.variables:
            missing, unknown = self.variables - values.keys(), values.keys() - self.variables
            raise ValueError(f"prompt {self.name}: missing {sorted(missing)}, unknown {sorted(unknown)}")
        return Template(self.text).substitute(values)


def read_prompt(folder: Path, name: str) -> Prompt:
    """The prompt in `<folder>/<name>.yaml`; BadPolicy names the file and what to mend."""
    path = folder / f"{name}.yaml"
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadPolicy(f"{path.name}: cannot be read ({error.strerror}); restore the file") from error
    except yaml.YAMLError as error:
        raise BadPolicy(f"{path.name}: is not valid YAML: {error}") from error
    return _checked(path, content)


def _checked(path: Path, content: Any) -> Prompt:
    if not isinstance(content, dict) or content.keys() != _KEYS:
        raise BadPolicy(f"{path.name}: must have exactly the keys {', '.join(sorted(_KEYS))}")
    declared, text = content["variables"], content["text"]
    if not isinstance(text, str) or not isinstance(declared, list) or not isinstance(content["version"], int):
        raise BadPolicy(f"{path.name}: `text` is text, `variables` a list, `version` a whole number")
    if content["name"] != path.stem:
        raise BadPolicy(f"{path.name}: `name` must be {path.stem}")
    template = Template(text)
    if not template.is_valid() or set(template.get_identifiers()) != set(declared):
        used = sorted(template.get_identifiers())
        raise BadPolicy(f"{path.name}: `variables` lists {sorted(declared)}, the text uses {used}; write $ as $$")
    return Prompt(path.stem, content["version"], str(content["purpose"]), frozenset(declared), text)
